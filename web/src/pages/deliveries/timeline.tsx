// What happened to a delivery, in order.

import type { ComponentChildren } from "preact";
import type { Attempt, DeliveryDetail, Instant } from "../../api/types";
import { OutcomeBadge, StateBadge } from "../../ui/badge";
import { stages } from "../../ui/stage";
import { duration, ExactTime } from "../../ui/time";
import { happenings, type Happening } from "./happenings";

function Entry({ at, children }: { at: Instant; children: ComponentChildren }) {
  return (
    <li>
      <div class="timeline-when"><ExactTime at={at} /></div>
      <div>{children}</div>
    </li>
  );
}

/** Whether the code has the provider's words in it already. */
const isSaidBy = (code: string | null, text: string | null): boolean => text !== null && code?.includes(text) === true;

function AttemptEntry({ attempt }: { attempt: Attempt }) {
  return (
    <Entry at={attempt.started_at}>
      <strong>Attempt {attempt.number}</strong> <OutcomeBadge outcome={attempt.outcome} />{" "}
      <span class="faint">
        after {duration(attempt.duration_ms)}
        {attempt.outcome !== "delivered" && `, at: ${stages[attempt.stage]}`}
      </span>
      {(attempt.code || attempt.text) && (
        <p class="break">
          {attempt.code && <code>{attempt.code}</code>} {!isSaidBy(attempt.code, attempt.text) && attempt.text}
        </p>
      )}
    </Entry>
  );
}

function HappeningEntry({ x, delivery }: { x: Happening; delivery: DeliveryDetail }) {
  switch (x.is) {
    case "accepted":
      return (
        <Entry at={x.at}>
          <strong>Accepted</strong> for {delivery.recipient}
        </Entry>
      );
    case "attempt":
      return <AttemptEntry attempt={x.attempt} />;
    case "resent":
      return (
        <Entry at={x.at}>
          <strong>Sent again</strong> by hand
        </Entry>
      );
    case "due":
      return (
        <Entry at={x.at}>
          <strong>Next attempt</strong>
        </Entry>
      );
    case "ended":
      return (
        <Entry at={x.at}>
          <StateBadge state={delivery.state} /> {delivery.reason}
          {delivery.note && <p class="break">{delivery.note}</p>}
        </Entry>
      );
  }
}

export function Timeline({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <ol class="timeline">
      {happenings(delivery).map((x) => (
        <HappeningEntry key={x.is === "attempt" ? `attempt ${x.attempt.number}` : x.is} x={x} delivery={delivery} />
      ))}
    </ol>
  );
}
