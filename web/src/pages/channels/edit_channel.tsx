// A stored channel: its settings, Send Test, its secret, and its end.

import { useRoute } from "preact-iso/router";
import { useState } from "preact/hooks";
import type { Problem } from "../../api/problem";
import { channels } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { isPortal } from "../../session";
import { Confirm } from "../../ui/dialog";
import { Link, useGo } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { PageFrame, Show } from "../../ui/page";
import { toast } from "../../ui/toast";
import { kindOf } from "./channel_kinds";
import { DisabledBox } from "./disabled_box";
import { differs, patchOf } from "./draft";
import { RotateSecret } from "./rotate_secret";
import { SendTest } from "./send_test";
import { SettingsForm, useDraft } from "./settings_form";

function RemoveChannel({ channel }: { channel: Channel }) {
  const [asking, setAsking] = useState(false);
  const go = useGo();
  // Those of a customer are listed apart.
  const isCustomers = !isPortal && channel.owner.startsWith("customer/");
  const doIt = async (): Promise<void> => {
    await channels.remove(channel.id);
    toast(`Removed ${channel.name}.`);
    go(isCustomers ? `/channels?owner=${encodeURIComponent(channel.owner)}` : "/channels");
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

interface EditorProps {
  channel: Channel;
  onFound: (channel: Channel) => void;
  onReload: () => void;
}

function Editor({ channel, onFound, onReload }: EditorProps) {
  const [draft, changeDraft] = useDraft(channel);
  const [untested, setUntested] = useState<Problem>();
  const dirty = differs(draft, channel);
  return (
    <>
      <ManagedBox what="this channel" by={channel.managed_by} />
      <DisabledBox channel={channel} onStored={onFound} onReload={onReload} />
      <div class="editor">
        <SettingsForm channel={channel} draft={draft} onDraft={changeDraft} onFound={onFound} problem={untested} />
        <div>
          <SendTest
            draft={draft}
            about={
              dirty
                ? "Preview shows your changes. Send Test uses the saved channel: save your changes first to test them."
                : "Sends a message through the saved channel, even while it is disabled."
            }
            preview={(x) => channels.preview(channel.id, x, dirty ? patchOf(draft, channel).settings : undefined)}
            test={(x) => channels.test(channel.id, x)}
            onProblem={setUntested}
          />
          {channel.type === "webhook" && (channel.settings["format"] ?? "tocsin") === "tocsin" && !channel.managed_by && (
            <RotateSecret channel={channel} onReload={onReload} />
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
        {(value) => <Editor key={value.id} channel={value} onFound={channel.put} onReload={channel.reload} />}
      </Show>
    </PageFrame>
  );
}
