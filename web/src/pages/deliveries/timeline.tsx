// What happened to a delivery, in order.

import type { ComponentChildren } from "preact";
import type { Attempt, DeliveryDetail } from "../../api/types";
import { OutcomeBadge, StateBadge } from "../../ui/badge";
import { stages } from "../../ui/stage";
import { duration, Time } from "../../ui/time";

function Entry({ at, children }: { at: string | null; children: ComponentChildren }) {
  return (
    <li>
      <div class="timeline-when">{at && <Time at={at} />}</div>
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
