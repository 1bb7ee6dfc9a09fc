// Asking before dead letters are sent again or given up, with a count of what it would do.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { DeadLetterChoice } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { CheckField, TextField } from "../../ui/field";
import { useLoad, type Loaded } from "../../ui/load";
import { ProblemBox } from "../../ui/problem_box";
import { duration } from "../../ui/time";
import { count, counted, useWork, type Outcome, type Total } from "./work";
import { Refused, Unreadable } from "./work_outcome";

interface Props {
  /** What is chosen, in words: `these 3`. */
  what: string;
  choice: DeadLetterChoice;
  onClose: () => void;
  onDone: (outcome: Outcome) => void;
}

const usualPace = 600;

interface CountedProps {
  dry: Loaded<Total>;
  /** What will become of so many. */
  children: (matched: number) => ComponentChildren;
}

/** How many would be done, and what is known of the others. */
function Counted({ dry, children }: CountedProps) {
  const found = dry.value;
  return (
    <>
      <ProblemBox problem={dry.problem} onRetry={dry.reload} />
      {!found && !dry.problem && <p aria-busy="true">Counting…</p>}
      {found && <p role="status">{children(found.matched)}</p>}
      {found && <Refused total={found} />}
      {found && <Unreadable number={found.skipped - found.refused.length} />}
    </>
  );
}

export function ReplayDialog({ what, choice, onClose, onDone }: Props) {
  const [pace, setPace] = useState(String(usualPace));
  const [accepted, setAccepted] = useState(false);
  const perMinute = Number(pace) || usualPace;
  const dry = useLoad((abort) => count(choice, { verb: "replay", perMinute: usualPace }, abort), []);
  const work = useWork(onDone);
  const found = dry.value;
  return (
    <Confirm
      title={`Replay ${what}?`}
      verb="Replay"
      ready={found !== undefined && found.matched > 0 && (found.mayDuplicate === 0 || accepted)}
      onConfirm={() => work.run(choice, { verb: "replay", perMinute: Number(pace) })}
      onStop={work.stop}
      onClose={onClose}
      shownElsewhere={["/per_minute"]}
    >
      {(problem) => (
        <>
          <Counted dry={dry}>
            {(n) => (
              <>
                <strong>{counted(n)}</strong> will be sent again under {n === 1 ? "its own id" : "their own ids"}, which takes
                about {duration(Math.max(1, Math.ceil(n / perMinute)) * 60_000)}.
              </>
            )}
          </Counted>
          {found && found.mayDuplicate > 0 && (
            <div class="box box-warning">
              <CheckField
                label={`${found.mayDuplicate} of them may arrive twice`}
                help="The receiver may already have them: an attempt ended without an answer, or they were delivered before."
                checked={accepted}
                onChecked={setAccepted}
              />
            </div>
          )}
          <TextField
            label="At most this many a minute"
            type="number"
            value={pace}
            onValue={setPace}
            error={problem?.at("/per_minute")}
            required
          />
        </>
      )}
    </Confirm>
  );
}

export function DiscardDialog({ what, choice, onClose, onDone }: Props) {
  const [reason, setReason] = useState("");
  // A count has to name a reason too; it is kept nowhere.
  const dry = useLoad((abort) => count(choice, { verb: "discard", reason: "to count them" }, abort), []);
  const work = useWork(onDone);
  return (
    <Confirm
      title={`Discard ${what}?`}
      verb="Discard for good"
      destructive
      ready={dry.value !== undefined && dry.value.matched > 0 && reason.trim() !== ""}
      onConfirm={() => work.run(choice, { verb: "discard", reason: reason.trim() })}
      onStop={work.stop}
      onClose={onClose}
      shownElsewhere={["/reason"]}
    >
      {(problem) => (
        <>
          <Counted dry={dry}>
            {(n) => (
              <>
                <strong>{counted(n)}</strong> will never be sent, and {n === 1 ? "stays" : "stay"} in the history as cancelled with your
                reason.
              </>
            )}
          </Counted>
          <TextField label="Reason" value={reason} onValue={setReason} error={problem?.at("/reason")} required />
        </>
      )}
    </Confirm>
  );
}
