// One delivery: how it went, what was said, and what can be done about it.

import { useRoute } from "preact-iso/router";
import { useRef, useState } from "preact/hooks";
import { deliveries } from "../../api/tocsin";
import type { DeliveryDetail, Preview } from "../../api/types";
import { useAction } from "../../ui/action";
import { StateBadge } from "../../ui/badge";
import { useChannelNames } from "../../ui/channel_names";
import { CopyButton } from "../../ui/copy";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { MessageView } from "../../ui/message_view";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { DeliveryActions } from "./delivery_actions";
import { Timeline } from "./timeline";

const refreshMs = 3000;

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const channels = useChannelNames();
  const id = useRef<HTMLElement>(null);
  return (
    <dl class="facts">
      <div>
        <dt>State</dt>
        <dd>
          <StateBadge state={delivery.state} /> {delivery.reason}
        </dd>
      </div>
      <div>
        <dt>Message</dt>
        <dd class="break pre-line">{delivery.message}</dd>
      </div>
      {delivery.service && (
        <div>
          <dt>Service</dt>
          <dd>{delivery.service}</dd>
        </div>
      )}
      {delivery.customer && (
        <div>
          <dt>Customer</dt>
          <dd>{delivery.customer}</dd>
        </div>
      )}
      <div>
        <dt>Channel</dt>
        <dd class="break">
          {delivery.channel ? <Link path={`/channels/${delivery.channel}`}>{channels.of(delivery.channel)}</Link> : "none"}
          {delivery.destination && `, to ${delivery.destination}`}
        </dd>
      </div>
      <div>
        <dt>Delivery id</dt>
        <dd class="row">
          <code class="break" ref={id}>
            {delivery.id}
          </code>{" "}
          <CopyButton text={delivery.id} what="the delivery id" place={id} />
        </dd>
      </div>
    </dl>
  );
}

function Message({ delivery }: { delivery: DeliveryDetail }) {
  const [message, setMessage] = useState<Preview>();
  const action = useAction();
  const show = async (): Promise<void> => setMessage(await action.run(() => deliveries.message(delivery.id)));
  return (
    <section class="card" aria-labelledby="message">
      <h2 id="message">Message</h2>
      <p class="intro">What the channel would send now, without secrets.</p>
      {!message && (
        <button type="button" class="secondary" onClick={show} aria-busy={action.busy}>
          Show the message
        </button>
      )}
      <div aria-live="polite">
        <ProblemBox problem={action.problem} />
        {message && <MessageView request={message.request} />}
      </div>
    </section>
  );
}

export default function DeliveryPage() {
  const { params } = useRoute();
  const id = params["delivery"] ?? "";
  const delivery = useLoad((abort) => deliveries.find(id, abort), [id], refreshMs);
  const found = delivery.value;
  return (
    <PageFrame
      title={found ? found.event_type : "Delivery"}
      actions={
        <>
          {found && <DeliveryActions delivery={found} onChanged={delivery.reload} />}
          <Link path="/deliveries">All deliveries</Link>
        </>
      }
    >
      <Show of={delivery}>
        {(value) => (
          <div class="editor">
            <section class="card" aria-labelledby="facts">
              <h2 id="facts">What it is about</h2>
              <Facts delivery={value} />
              <h2>What happened</h2>
              <Timeline delivery={value} />
            </section>
            {value.channel !== null && <Message delivery={value} />}
          </div>
        )}
      </Show>
    </PageFrame>
  );
}
