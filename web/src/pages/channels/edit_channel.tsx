// A stored channel: its settings, Send Test, its secret, and its end.

import { useRoute } from "preact-iso/router";
import { useEffect, useState } from "preact/hooks";
import { channels } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { useAction } from "../../ui/action";
import { ConflictBox } from "../../ui/conflict_box";
import { Confirm } from "../../ui/dialog";
import { Link, useGo } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { PageFrame, Show } from "../../ui/page";
import { toast } from "../../ui/toast";
import { ChannelForm } from "./channel_form";
import { kindOf } from "./channel_kinds";
import { DisabledBox } from "./disabled_box";
import { differs, draftOf, patchOf } from "./draft";
import { RotateSecret } from "./rotate_secret";
import { SendTest } from "./send_test";

interface EditorProps {
  channel: Channel;
  onStored: (channel: Channel) => void;
  onReload: () => void;
}

function SettingsForm({ channel, onStored, onReload, onDirty }: EditorProps & { onDirty: (dirty: boolean) => void }) {
  const [draft, setDraft] = useState(() => draftOf(channel));
  const action = useAction();
  const dirty = differs(draft, channel);
  useEffect(() => onDirty(dirty), [dirty]);

  const save = async (revision: number): Promise<void> => {
    const stored = await action.run(() => channels.change(channel.id, patchOf(draft, channel), revision));
    if (!stored) return;
    toast(`Saved ${stored.name}.`);
    onStored(stored);
  };
  const overwrite = async (): Promise<void> => {
    const theirs = await action.run(() => channels.find(channel.id));
    if (theirs) await save(theirs.revision);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (dirty) void save(channel.revision);
  };
  return (
    <form class="card" onSubmit={submit} noValidate>
      {action.problem?.isConflict && <ConflictBox what="this channel" onLoadTheirs={onReload} onOverwrite={overwrite} />}
      <ChannelForm
        draft={draft}
        onDraft={setDraft}
        secrets={channel.secrets}
        problem={action.problem?.isConflict ? undefined : action.problem}
        isNew={false}
      />
      <div class="row">
        <button type="submit" aria-busy={action.busy} aria-disabled={!dirty} disabled={channel.managed_by !== null}>
          Save changes
        </button>
        {dirty && (
          <button type="button" class="secondary" onClick={() => setDraft(draftOf(channel))}>
            Undo
          </button>
        )}
      </div>
    </form>
  );
}

function RemoveChannel({ channel }: { channel: Channel }) {
  const [asking, setAsking] = useState(false);
  const go = useGo();
  const doIt = async (): Promise<void> => {
    await channels.remove(channel.id);
    toast(`Removed ${channel.name}.`);
    go("/channels");
  };
  return (
    <>
      <button type="button" class="danger-outline" onClick={() => setAsking(true)}>
        Remove channel…
      </button>
      {asking && (
        <Confirm title={`Remove ${channel.name}?`} verb="Remove" destructive onConfirm={doIt} onClose={() => setAsking(false)}>
          <p>What it still owes is cancelled. What it has delivered stays in the history.</p>
        </Confirm>
      )}
    </>
  );
}

function Editor({ channel, onStored, onReload }: EditorProps) {
  const [dirty, setDirty] = useState(false);
  return (
    <>
      <ManagedBox what="this channel" by={channel.managed_by} />
      <DisabledBox channel={channel} onStored={onStored} />
      <div class="editor">
        <SettingsForm key={channel.revision} channel={channel} onStored={onStored} onReload={onReload} onDirty={setDirty} />
        <div>
          <SendTest
            about={
              dirty
                ? "Tests what is stored, not your changes: save them first to test them."
                : "Sends a message through the stored channel, also while it is disabled."
            }
            preview={(x) => channels.preview(channel.id, x)}
            test={(x) => channels.test(channel.id, x)}
          />
          {channel.type === "webhook" && (channel.settings["format"] ?? "tocsin") === "tocsin" && !channel.managed_by && (
            <RotateSecret channel={channel} onRotated={onReload} />
          )}
        </div>
      </div>
      {channel.managed_by === null && <RemoveChannel channel={channel} />}
    </>
  );
}

export default function EditChannel() {
  const { params } = useRoute();
  const id = params["channel"] ?? "";
  const channel = useLoad((abort) => channels.find(id, abort), [id]);
  const found = channel.value;
  return (
    <PageFrame
      title={found ? found.name : "Channel"}
      intro={found && `${kindOf(found.type).label} to ${found.target}, of ${found.owner}`}
      actions={found && <Link path={`/deliveries?channel=${found.id}`}>Its deliveries</Link>}
    >
      <Show of={channel}>
        {(value) => <Editor channel={value} onStored={channel.put} onReload={channel.reload} />}
      </Show>
    </PageFrame>
  );
}
