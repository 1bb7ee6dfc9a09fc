// Send Test: what would be sent, and what the provider says to it.

import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../api/problem";
import type { Preview, TestResult } from "../../api/types";
import { useAction } from "../../ui/action";
import { Badge, OutcomeBadge } from "../../ui/badge";
import { useEventTypes } from "../../ui/event_types";
import { SelectField } from "../../ui/field";
import { MessageView } from "../../ui/message_view";
import { ProblemBox } from "../../ui/problem_box";
import { stages } from "../../ui/stage";
import { absolute, duration } from "../../ui/time";
import type { Draft } from "./draft";

interface Props {
  /** What is tested: once it is another one, what was wrong with it before is forgotten. */
  draft: Draft;
  /** The same in a sentence. */
  about: string;
  preview: (eventType: string) => Promise<Preview>;
  test: (eventType: string) => Promise<TestResult>;
  /** Takes what is wrong with fields that are on the page. */
  onProblem: (problem: Problem | undefined) => void;
}

type Shown = { is: "preview"; value: Preview } | { is: "result"; value: TestResult; at: string };

function Result({ value, at }: { value: TestResult; at: string }) {
  return (
    <div class={`box ${value.delivered ? "box-good" : "box-error"}`}>
      <p>
        {value.delivered ? (
          <Badge tone="good" icon="check">
            delivered
          </Badge>
        ) : (
          <OutcomeBadge outcome={value.outcome} />
        )}{" "}
        <strong>{value.delivered ? "The provider accepted the message." : `It failed at: ${stages[value.stage]}.`}</strong>
      </p>
      {value.hint && <p>{value.hint}</p>}
      <dl class="facts">
        <div>
          <dt>Stage</dt>
          <dd>{value.stage}</dd>
        </div>
        {value.code && (
          <div>
            <dt>Code</dt>
            <dd class="break">{value.code}</dd>
          </div>
        )}
        {value.text && (
          <div>
            <dt>In its words</dt>
            <dd class="break">{value.text}</dd>
          </div>
        )}
        <div>
          <dt>Took</dt>
          <dd>{duration(value.duration_ms)}</dd>
        </div>
        <div>
          <dt>At</dt>
          <dd>{absolute(at)}</dd>
        </div>
      </dl>
      {value.request && (
        <details>
          <summary>What was sent</summary>
          <MessageView request={value.request} />
        </details>
      )}
    </div>
  );
}

export function SendTest({ draft, about, preview, test, onProblem }: Props) {
  const [eventType, setEventType] = useState("test");
  const [shown, setShown] = useState<Shown>();
  const action = useAction();
  const isShownAtFields = (action.problem?.errors.length ?? 0) > 0;
  useEffect(action.clear, [draft]);
  useEffect(() => onProblem(isShownAtFields ? action.problem : undefined), [action.problem]);
  const types = useEventTypes();
  const choices = [{ value: "test", label: "test – a test message" }, ...types.map((x) => ({ value: x.type, label: x.type }))];
  const showPreview = async (): Promise<void> => {
    const value = await action.run(() => preview(eventType));
    setShown(value && { is: "preview", value });
  };
  const sendNow = async (): Promise<void> => {
    if (action.busy) return;
    setShown(undefined);
    const value = await action.run(() => test(eventType));
    setShown(value && { is: "result", value, at: new Date().toISOString() });
  };
  return (
    <section class="card" aria-labelledby="send-test">
      <h2 id="send-test">Send Test</h2>
      <p class="intro">{about}</p>
      <SelectField label="Event type" value={eventType} onValue={setEventType} choices={choices} />
      <div class="row">
        <button type="button" class="secondary" onClick={showPreview} aria-disabled={action.busy}>
          Preview
        </button>
        <button type="button" onClick={sendNow} aria-busy={action.busy}>
          Send Test
        </button>
      </div>
      <div aria-live="polite" class="test-result">
        {!isShownAtFields && <ProblemBox problem={action.problem} />}
        {isShownAtFields && <p>Nothing was sent: the marked fields say why.</p>}
        {action.busy && <p>Waiting for the provider…</p>}
        {shown?.is === "preview" && (
          <>
            <p>This is what would be sent. Nothing was sent.</p>
            <MessageView request={shown.value.request} />
          </>
        )}
        {shown?.is === "result" && <Result value={shown.value} at={shown.at} />}
      </div>
    </section>
  );
}
