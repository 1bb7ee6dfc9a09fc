// Pausing all deliveries, and ending that.

import { useEffect, useRef, useState } from "preact/hooks";
import { serviceNow } from "../../api/clock";
import type { Pause } from "../../api/types";
import { beginPause, endPause, pause } from "../../pause";
import { useAction } from "../../ui/action";
import { SelectField, TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem_box";
import { absolute, localOf, Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { endOf, lengths } from "./pause_end";

/** Who asked for the pause, in words. */
function byWhom({ kind, id, name }: { kind: string; id: string | null; name: string | null }): string {
  return [kind, name ?? id].filter(Boolean).join(" ");
}

function PauseForm({ onDone }: { onDone: () => void }) {
  const [length, setLength] = useState("120");
  const [until, setUntil] = useState(localOf(new Date(serviceNow() + 2 * 3_600_000).toISOString()));
  const [reason, setReason] = useState(pause.value?.reason ?? "");
  const action = useAction();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const done = await action.run(async () => {
      await beginPause(endOf(length, until, serviceNow()), reason.trim());
      return true;
    });
    if (!done) return;
    toast("All deliveries are paused.");
    onDone();
  };
  const fault = action.problem?.at("/until");
  return (
    <form onSubmit={submit} noValidate>
      <div class="grid">
        <SelectField label="Pause for" value={length} onValue={setLength} choices={lengths} error={length ? fault : undefined} />
        {length === "" && (
          <TextField
            label="Until"
            type="datetime-local"
            required
            value={until}
            onValue={setUntil}
            error={fault}
            help="In this browser's time zone, at most 7 days ahead."
          />
        )}
        <TextField
          label="Reason"
          value={reason}
          onValue={setReason}
          error={action.problem?.at("/reason")}
          help="Shown to everybody who signs in."
        />
      </div>
      <ProblemBox problem={action.problem} shownElsewhere={["/until", "/reason"]} />
      <div class="row">
        <button type="submit" aria-busy={action.busy}>
          Pause all deliveries
        </button>
        <button type="button" class="secondary" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Paused({ now, onChange }: { now: Pause; onChange: () => void }) {
  const action = useAction();
  const resume = async (): Promise<void> => {
    const done = await action.run(async () => {
      await endPause();
      return true;
    });
    if (done) toast("Deliveries go out again.");
  };
  return (
    <>
      <p>
        Until <strong>{absolute(now.until)}</strong> (<Time at={now.until} />
        ), asked for by {byWhom(now.author)} <Time at={now.since} />
        {now.reason && `: ${now.reason}`}.
      </p>
      <p class="field-help">
        Events are accepted and wait. What is too old by then becomes a dead letter with the code <code>expired</code>, which can be replayed.
      </p>
      <ProblemBox problem={action.problem} />
      <div class="row">
        <button type="button" aria-busy={action.busy} onClick={resume}>
          Resume now
        </button>
        <button type="button" class="secondary" onClick={onChange}>
          Change
        </button>
      </div>
    </>
  );
}

export function PauseCard() {
  const [asks, setAsks] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const now = pause.value;
  const isPaused = now !== null;
  const wasPaused = useRef(isPaused);
  // The button that was pressed is gone.
  useEffect(() => {
    if (wasPaused.current !== isPaused && document.activeElement === document.body) title.current?.focus();
    wasPaused.current = isPaused;
  }, [isPaused]);
  return (
    <section class="card" aria-labelledby="pause-title">
      <h2 id="pause-title" tabIndex={-1} ref={title}>
        {now ? "All deliveries are paused" : "Maintenance"}
      </h2>
      {now && !asks && <Paused now={now} onChange={() => setAsks(true)} />}
      {!now && !asks && (
        <div class="row">
          <button type="button" class="secondary" onClick={() => setAsks(true)}>
            Pause all until…
          </button>
          <span class="field-help">Events are accepted and wait; they are sent afterwards. A Send Test still works.</span>
        </div>
      )}
      {asks && <PauseForm onDone={() => setAsks(false)} />}
    </section>
  );
}
