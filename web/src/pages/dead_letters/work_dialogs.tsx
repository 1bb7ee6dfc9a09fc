// Asking before dead letters are sent again or given up, with a count of what it would do.

import { useState } from "preact/hooks";
import type { DeadLetterChoice } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { CheckField, TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { ProblemBox } from "../../ui/problem_box";
import { duration } from "../../ui/time";
import { counted, workOff } from "./work";
import { Refused, Unreadable, type Outcome } from "./work_outcome";

interface Props {
  /** What is chosen, in words: `these 3`. */
  what: string;
  choice: DeadLetterChoice;
  onClose: () => void;
  onDone: (outcome: Outcome) => void;
}

const usualPace = 600;

export function ReplayDialog({ what, choice, onClose, onDone }: Props) {
  const [pace, setPace] = useState(String(usualPace));
  const [accepted, setAccepted] = useState(false);
  const perMinute = Number(pace) || usualPace;
  const dry = useLoad(() => workOff(choice, { verb: "replay", perMinute: usualPace }, true), []);
  const count = dry.value;
  const doIt = async (): Promise<void> => {
    onDone({ total: await workOff(choice, { verb: "replay", perMinute: Number(pace) }, false), done: "will be sent again" });
  };
  return (
    <Confirm
      title={`Replay ${what}?`}
      verb="Replay"
      ready={count !== undefined && count.matched > 0 && (count.mayDuplicate === 0 || accepted)}
      onConfirm={doIt}
      onClose={onClose}
      shownElsewhere={["/per_minute"]}
    >
      {(problem) => (
        <>
          <ProblemBox problem={dry.problem} />
          {!count && !dry.problem && <p aria-busy="true">Counting…</p>}
          {count && (
            <p role="status">
              <strong>{counted(count.matched)}</strong> will be sent again under {count.matched === 1 ? "its own id" : "their own ids"},
              which takes about{" "}
              {duration(Math.max(1, Math.ceil(count.matched / perMinute)) * 60_000)}.
            </p>
          )}
          {count && <Refused total={count} />}
          {count && <Unreadable number={count.skipped - count.refused.length} />}
          {count && count.mayDuplicate > 0 && (
            <div class="box box-warning">
              <CheckField
                label={`${count.mayDuplicate} of them may arrive twice`}
                help="The receiver may have them: an attempt ended without an answer, or they were delivered before."
                checked={accepted}
                onChecked={setAccepted}
              />
            </div>
          )}
          <TextField
            label="At most so many a minute"
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
  const doIt = async (): Promise<void> => {
    onDone({ total: await workOff(choice, { verb: "discard", reason: reason.trim() }, false), done: "discarded" });
  };
  return (
    <Confirm
      title={`Discard ${what}?`}
      verb="Discard for good"
      destructive
      ready={reason.trim() !== ""}
      onConfirm={doIt}
      onClose={onClose}
      shownElsewhere={["/reason"]}
    >
      {(problem) => (
        <>
          <p>They are never sent, and stay in the history as cancelled with your reason.</p>
          <TextField label="Reason" value={reason} onValue={setReason} error={problem?.at("/reason")} required />
        </>
      )}
    </Confirm>
  );
}
