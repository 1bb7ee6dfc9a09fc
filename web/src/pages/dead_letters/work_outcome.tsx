// What became of the chosen dead letters, if not all of them were handled.

import { Confirm, Notice } from "../../ui/dialog";
import { Link } from "../../ui/link";
import { counted, useWork, type Outcome, type Total } from "./work";

export function isComplete({ total }: Outcome): boolean {
  return total.stoppedBy === null && total.skipped === 0;
}

export function outcomeInWords({ total, job }: Outcome): string {
  const what = `${counted(total.done)} ${job.verb === "replay" ? "will be sent again" : "discarded"}.`;
  if (total.skipped === 0) return what;
  return `${what} ${counted(total.skipped)} ${total.skipped === 1 ? "was" : "were"} skipped.`;
}

const mostShown = 10;

/** Why each of those that were named was left alone. */
export function Refused({ total }: { total: Total }) {
  if (total.refused.length === 0) return null;
  const rest = total.refused.length - mostShown;
  return (
    <ul>
      {total.refused.slice(0, mostShown).map((x) => (
        <li key={x.id} class="break">
          <Link path={`/deliveries/${x.id}`}>…{x.id.slice(-6)}</Link>: {x.detail}
        </li>
      ))}
      {rest > 0 && <li>and {rest} more</li>}
    </ul>
  );
}

/** Dead letters that are counted, and of which nothing else is known. */
export function Unreadable({ number }: { number: number }) {
  if (number <= 0) return null;
  return (
    <p class="box box-warning">
      {counted(number)} cannot be read, and {number === 1 ? "stays" : "stay"} where {number === 1 ? "it is" : "they are"}: the
      log of tocsind says what is wrong.
    </p>
  );
}

interface Props {
  outcome: Outcome;
  onClose: () => void;
  /** Called when those that were left have been done too. */
  onDone: (outcome: Outcome) => void;
}

export function WorkOutcome({ outcome, onClose, onDone }: Props) {
  const { choice, job, total } = outcome;
  const work = useWork(onDone);
  const title = total.stoppedBy === null ? "Some were skipped" : "It ended early";
  const words = <OutcomeText outcome={outcome} />;
  if (total.cursor === undefined)
    return (
      <Notice title={title} onClose={onClose}>
        {words}
      </Notice>
    );
  return (
    <Confirm
      title={title}
      verb="Continue"
      cancel="Done"
      onConfirm={() => work.run(choice, job, total)}
      onStop={work.stop}
      onClose={onClose}
    >
      {words}
    </Confirm>
  );
}

function OutcomeText({ outcome }: { outcome: Outcome }) {
  const { total } = outcome;
  return (
    <>
      <p role="status">{outcomeInWords(outcome)}</p>
      {total.stoppedBy !== null && (
        <p>
          <strong>It ended early: {total.stoppedBy}.</strong> The rest are still dead letters.
        </p>
      )}
      {total.skipped > total.refused.length && (
        <p>
          What was skipped is no longer a dead letter, has lost its channel, or cannot be read: the log of tocsind names what
          cannot be read.
        </p>
      )}
      <Refused total={total} />
    </>
  );
}
