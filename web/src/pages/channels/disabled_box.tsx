// The service has disabled a channel by itself, and says why.

import { channels } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { useAction } from "../../ui/action";
import { orReload } from "../../ui/merge";
import { ProblemBox } from "../../ui/problem_box";
import { toast } from "../../ui/toast";

interface Props {
  channel: Channel;
  onStored: (channel: Channel) => void;
  /** Has the channel read again. */
  onReload: () => void;
}

export function DisabledBox({ channel, onStored, onReload }: Props) {
  const action = useAction();
  if (channel.disabled_reason === null) return null;
  const enable = async (): Promise<void> => {
    const stored = await action.run(() =>
      orReload(() => channels.change(channel.id, { enabled: true }, channel.revision), onReload),
    );
    if (!stored) return;
    toast(`Enabled ${stored.name}: what it owes is sent now.`);
    onStored(stored);
  };
  return (
    <div class="box box-error">
      <p>
        <strong>Tocsin has disabled this channel because its endpoint is dead.</strong> {channel.disabled_reason}
      </p>
      <p>Fix the settings, then send a test. What it owes waits until it is enabled again.</p>
      <button type="button" class="small" onClick={enable} aria-busy={action.busy}>
        Enable again
      </button>
      <ProblemBox problem={action.problem} />
    </div>
  );
}
