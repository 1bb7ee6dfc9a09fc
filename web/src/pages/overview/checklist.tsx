// The way from a new installation to the first notification.

import type { ComponentChildren } from "preact";
import { Badge } from "../../ui/badge";
import { Link } from "../../ui/link";

interface Props {
  hasChannel: boolean;
  hasEvent: boolean;
  hasDelivered: boolean;
}

function Step({ done, children }: { done: boolean; children: ComponentChildren }) {
  return (
    <li>
      {done ? (
        <Badge tone="good" icon="check">
          done
        </Badge>
      ) : (
        <Badge tone="quiet" icon="clock">
          to do
        </Badge>
      )}
      <span>{children}</span>
    </li>
  );
}

export function Checklist({ hasChannel, hasEvent, hasDelivered }: Props) {
  if (hasChannel && hasEvent && hasDelivered) return null;
  return (
    <section class="card" aria-labelledby="first-steps">
      <h2 id="first-steps">First steps</h2>
      <ol class="checklist">
        <Step done={hasChannel}>
          <Link path="/channels/new">Add a channel</Link> and send a test through it.
        </Step>
        <Step done={hasEvent}>
          <Link path="/tokens">Create a token</Link> with the scope <code>events:write</code>, and let your panel send events.
        </Step>
        <Step done={hasDelivered}>
          See the first event <Link path="/deliveries">delivered</Link>.
        </Step>
      </ol>
    </section>
  );
}
