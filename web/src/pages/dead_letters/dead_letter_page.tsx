// What could not be delivered, by channel and reason.

import { useState } from "preact/hooks";
import { deadLetters } from "../../api/tocsin";
import type { DeadLetterChoice, DeadLetterGroup, Instant } from "../../api/types";
import { useChannelNames, type ChannelNames } from "../../ui/channel_names";
import { TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { Link } from "../../ui/link";
import { Empty, PageFrame, Show } from "../../ui/page";
import { instantOf, localOf, Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { GroupLetters } from "./group_letters";
import { DiscardDialog, ReplayDialog } from "./work_dialogs";
import type { Outcome } from "./work";
import { outcomeInWords, isComplete, WorkOutcome } from "./work_outcome";

interface Asking {
  verb: "replay" | "discard";
  choice: DeadLetterChoice;
  what: string;
}

interface GroupProps {
  group: DeadLetterGroup;
  channels: ChannelNames;
  since: string | undefined;
  /** How often something was done with dead letters. */
  round: number;
  onAsk: (asking: Asking) => void;
}

/** The first instant after `at`, as the service counts in milliseconds. */
const after = (at: Instant): Instant => new Date(Date.parse(at) + 1).toISOString();

function Group({ group, channels, since, round, onAsk }: GroupProps) {
  const [open, setOpen] = useState(false);
  const name = channels.of(group.channel);
  const choice: DeadLetterChoice = {
    channel: group.channel,
    code: group.code ?? "",
    ...(since ? { since } : {}),
    // Those that die from now on were not counted, and nobody has seen them.
    until: after(group.newest),
  };
  const what = group.count === 1 ? "the one" : `all ${group.count}`;
  return (
    <section class="card" aria-label={`${name}: ${group.code ?? "no code"}`}>
      <div class="page-head">
        <h2>
          <Link path={`/channels/${group.channel}`}>{name}</Link> <code class="break">{group.code ?? "no code"}</code>
        </h2>
        <div class="row">
          <button type="button" class="small" onClick={() => onAsk({ verb: "replay", choice, what })}>
            Replay {what}…
          </button>
          <button type="button" class="small secondary" onClick={() => onAsk({ verb: "discard", choice, what })}>
            Discard {what}…
          </button>
        </div>
      </div>
      <p>
        {group.count === 1 ? (
          <>
            <strong>One</strong>, <Time at={group.newest} />.
          </>
        ) : (
          <>
            <strong>{group.count}</strong>, the oldest <Time at={group.oldest} />, the newest <Time at={group.newest} />.
          </>
        )}
      </p>
      {group.sample_text && !group.code?.includes(group.sample_text) && <p class="break">“{group.sample_text}”</p>}
      <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide the single ones" : "Show the single ones"}
      </button>
      {open && (
        <GroupLetters
          // What was done ends the choice: those chosen then may come again as others do.
          key={round}
          group={group}
          since={since}
          onReplay={(x, w) => onAsk({ verb: "replay", choice: x, what: w })}
          onDiscard={(x, w) => onAsk({ verb: "discard", choice: x, what: w })}
        />
      )}
    </section>
  );
}

export default function DeadLetterPage() {
  const [since, setSince] = useState<string>();
  const [asking, setAsking] = useState<Asking>();
  const [round, setRound] = useState(0);
  const [left, setLeft] = useState<Outcome>();
  const channels = useChannelNames();
  const groups = useLoad((abort) => deadLetters.groups({ since }, abort), [since]);
  const done = (outcome: Outcome): void => {
    setRound((x) => x + 1);
    groups.reload();
    if (isComplete(outcome)) toast(outcomeInWords(outcome));
    setLeft(isComplete(outcome) ? undefined : outcome);
  };
  const Dialog = asking?.verb === "discard" ? DiscardDialog : ReplayDialog;
  return (
    <PageFrame title="Dead letters" intro="Deliveries that were rejected or ran out of attempts, by channel and reason.">
      <div class="narrow">
        <TextField
          label="Since"
          unmarked
          type="datetime-local"
          value={localOf(since)}
          onValue={(x) => setSince(instantOf(x) || undefined)}
          help="Only those that died at this time or later."
        />
      </div>
      <Show of={groups}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No dead letters">
              <p>Everything was delivered, or is still being tried.</p>
            </Empty>
          ) : (
            found.map((x) => (
              <Group
                key={`${x.channel} ${x.code}`}
                group={x}
                channels={channels}
                since={since}
                round={round}
                onAsk={setAsking}
              />
            ))
          )
        }
      </Show>
      {asking && (
        <Dialog
          what={asking.what}
          choice={asking.choice}
          onClose={() => setAsking(undefined)}
          onDone={done}
        />
      )}
      {left && !asking && (
        // Whoever goes on has another outcome by the time this one closes.
        <WorkOutcome outcome={left} onClose={() => setLeft((x) => (x === left ? undefined : x))} onDone={done} />
      )}
    </PageFrame>
  );
}
