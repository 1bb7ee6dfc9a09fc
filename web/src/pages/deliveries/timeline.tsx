// What happened to a delivery, in order.

import type { ComponentChildren } from "preact";
import type { Attempt, DeliveryDetail } from "../../api/types";
import { OutcomeBadge, StateBadge } from "../../ui/badge";
import { duration, Time } from "../../ui/time";

function Entry({ at, children }: { at: string | null; children: ComponentChildren }) {
  return (
    <li>
      <div class="timeline-when">{at && <Time at={at} />}</div>
      <div>{children}</div>
    </li>
  );
}

function AttemptEntry({ attempt }: { attempt: Attempt }) {
  return (
    <Entry at={attempt.started_at}>
      <strong>Attempt {attempt.number}</strong> <OutcomeBadge outcome={attempt.outcome} />{" "}
      <span class="faint">
        {duration(attempt.duration_ms)}, at stage {attempt.stage}
      </span>
      {(attempt.code || attempt.text) && (
        <p class="break">
          {attempt.code && <code>{attempt.code}</code>} {attempt.text}
        </p>
      )}
    </Entry>
  );
}

export function Timeline({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <ol class="timeline">
      <Entry at={delivery.created_at}>
        <strong>Accepted</strong> for {delivery.recipient}
      </Entry>
      {delivery.attempt_log.map((x) => (
        <AttemptEntry key={x.number} attempt={x} />
      ))}
      {delivery.resent_at && (
        <Entry at={delivery.resent_at}>
          <strong>Sent again</strong> by hand
        </Entry>
      )}
      {delivery.due_at && (
        <Entry at={delivery.due_at}>
          <strong>Next attempt</strong>
        </Entry>
      )}
      {delivery.finished_at && (
        <Entry at={delivery.finished_at}>
          <StateBadge state={delivery.state} /> {delivery.reason}
          {delivery.note && <p class="break">{delivery.note}</p>}
        </Entry>
      )}
    </ol>
  );
}
