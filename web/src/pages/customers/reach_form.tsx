// Would this event reach a customer, through which channels, and why not?

import { useState } from "preact/hooks";
import { events } from "../../api/tocsin";
import type { ChannelExplanation, RecipientExplanation, RuleFinding } from "../../api/types";
import { useAction } from "../../ui/action";
import { Badge } from "../../ui/badge";
import { useEventTypes } from "../../ui/event_types";
import { SelectField, TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem_box";
import { Time } from "../../ui/time";

/** The service's own events are sent by nobody else. */
const ownPrefix = "channel.";

function Rules({ rules }: { rules: readonly RuleFinding[] }) {
  return (
    <ul>
      {rules.map((x) => (
        <li key={x.rule}>
          <Badge tone={x.passes ? "good" : "warn"} icon={x.passes ? "check" : "cross"}>
            {x.passes ? "passes" : "stops"}
          </Badge>{" "}
          <code>{x.rule}</code>: {x.detail}
          {x.until && (
            <>
              , until <Time at={x.until} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The rule that decided, in words. */
function because(rules: readonly RuleFinding[]): string {
  return rules.find((x) => !x.passes)?.detail ?? "";
}

function Channel({ channel }: { channel: ChannelExplanation }) {
  const isSent = channel.decision === "deliver";
  return (
    <li>
      <p>
        <Badge tone={isSent ? "good" : "quiet"} icon={isSent ? "check" : "skip"}>
          {isSent ? "goes out" : "does not go out"}
        </Badge>{" "}
        <strong>{channel.name}</strong> ({channel.type})
        {isSent && channel.destinations.length > 0 && ` to ${channel.destinations.join(", ")}`}
        {isSent && channel.destinations_from === "trigger" && ", as its trigger says"}
        {!isSent && `: ${because(channel.rules)}`}
        {channel.holds.map((x) => `; it waits: ${x.detail}`).join("")}
      </p>
      <details>
        <summary>
          Every rule<span class="visually-hidden"> for {channel.name}</span>
        </summary>
        <Rules rules={channel.rules} />
      </details>
    </li>
  );
}

function decisionInWords(x: RecipientExplanation): string {
  switch (x.decision) {
    case "deliver":
      return "Yes.";
    case "suppress":
      return "No: it would be kept back, and stand in the history with the reason.";
    case "unreached":
      return x.reason === "no_channel" ? "No: there is no channel." : "No: no channel takes events of this type.";
    case "not_concerned":
      return `No: ${because(x.rules)}.`;
  }
}

function Answer({ found }: { found: RecipientExplanation }) {
  return (
    <div class={`box ${found.decision === "deliver" ? "box-good" : "box-warning"}`}>
      <p>
        <strong>{decisionInWords(found)}</strong>
      </p>
      {found.channels.length > 0 && (
        <ul>
          {found.channels.map((x) => (
            <Channel key={x.id} channel={x} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface Props {
  /** The customer's name; nothing in the portal, where it is the customer who asks. */
  customer?: string;
  /** As the title calls it. */
  who: string;
}

export function ReachForm({ customer, who }: Props) {
  const types = useEventTypes().filter((x) => !x.type.startsWith(ownPrefix));
  const [chosen, setChosen] = useState("");
  const [service, setService] = useState("");
  const [moment, setMoment] = useState("");
  const [answer, setAnswer] = useState<RecipientExplanation>();
  const action = useAction();
  const type = chosen || (types[0]?.type ?? "");
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAnswer(undefined);
    const asked = {
      event: type,
      message: "Would it arrive?",
      ...(service.trim() && { service: service.trim() }),
      ...(customer && { customer }),
    };
    const time = moment ? new Date(moment).toISOString() : undefined;
    const told = await action.run(() => events.explain(asked, time));
    setAnswer(told?.recipients.find((x) => x.recipient === told.customer));
  };
  return (
    <section class="card" aria-labelledby="reach">
      <h2 id="reach">Would this event reach {who}?</h2>
      <p class="intro">Applies the rules that send events. Nothing is sent.</p>
      <form onSubmit={(event) => void ask(event)}>
        <SelectField
          label="Event type"
          value={type}
          onValue={setChosen}
          choices={types.map((x) => ({ value: x.type, label: x.type }))}
          error={action.problem?.at("/event")}
        />
        <TextField
          label="About the service"
          value={service}
          onValue={setService}
          error={action.problem?.at("/service")}
          placeholder="my-app"
        />
        <TextField
          label="At another moment"
          type="datetime-local"
          value={moment}
          onValue={setMoment}
          help="Quiet hours come and go. Empty: now."
        />
        <button type="submit" class="secondary" aria-busy={action.busy} disabled={type === ""}>
          Find out
        </button>
      </form>
      <div aria-live="polite">
        <ProblemBox problem={action.problem} shownElsewhere={["/event", "/service"]} />
        {answer && <Answer found={answer} />}
      </div>
    </section>
  );
}
