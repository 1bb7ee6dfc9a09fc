// Adding a channel: its type first, then everything else. It can be tested before it is stored.

import { useLocation } from "preact-iso/router";
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../api/problem";
import { channels } from "../../api/tocsin";
import type { ChannelType } from "../../api/types";
import { nameOf, who } from "../../session";
import { useAction } from "../../ui/action";
import { Link, to, useGo } from "../../ui/link";
import { PageFrame } from "../../ui/page";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { ChannelForm } from "./channel_form";
import { channelKinds, kindOf } from "./channel_kinds";
import { inputOf, newDraft, type Draft } from "./draft";
import { SendTest } from "./send_test";

function ChooseKind({ owner }: { owner: string }) {
  return (
    <PageFrame title="Add a channel" intro="Where should notifications go?">
      <ul class="tiles">
        {channelKinds.map((x) => (
          <li key={x.type}>
            <a class="tile" href={`${to("/channels/new")}?type=${x.type}&owner=${encodeURIComponent(owner)}`}>
              <strong>{x.label}</strong>
              <span>{x.summary}</span>
            </a>
          </li>
        ))}
      </ul>
    </PageFrame>
  );
}

function Editor({ type, owner }: { type: ChannelType; owner: string }) {
  const [draft, setDraft] = useState<Draft>(() => newDraft(type));
  const [untested, setUntested] = useState<Problem>();
  const action = useAction();
  // Another draft may be right, and what was found last counts.
  useEffect(action.clear, [draft, untested]);
  const [empty] = useState(draft);
  useAskBeforeLeaving(draft !== empty);
  const go = useGo();
  const input = () => inputOf(draft, owner);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const stored = await action.run(() => channels.create(input()));
    if (!stored) return;
    toast(`Added the channel ${stored.name}.`);
    go(`/channels/${stored.id}`);
  };
  const isForAnother = owner !== who.value;
  return (
    <PageFrame
      title={`Add ${kindOf(type).label} channel`}
      intro={isForAnother ? `It will belong to ${nameOf(owner)}.` : undefined}
      actions={<Link path={`/channels/new?owner=${encodeURIComponent(owner)}`}>Another type</Link>}
    >
      <div class="editor">
        <form class="card" onSubmit={submit} noValidate>
          <ChannelForm draft={draft} onDraft={setDraft} problem={action.problem ?? untested} />
          <button type="submit" aria-busy={action.busy}>
            Add channel
          </button>
        </form>
        <SendTest
          draft={draft}
          about="Tries out what you have typed, before it is saved."
          preview={(x) => channels.previewDraft(input(), x)}
          test={(x) => channels.testDraft(input(), x)}
          onProblem={setUntested}
        />
      </div>
    </PageFrame>
  );
}

export default function NewChannel() {
  const { query } = useLocation();
  const owner = query["owner"] || who.value;
  const kind = channelKinds.find((x) => x.type === query["type"]);
  return kind ? <Editor key={kind.type} type={kind.type} owner={owner} /> : <ChooseKind owner={owner} />;
}
