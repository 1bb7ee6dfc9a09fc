// The form of a stored channel. What is typed stays, whatever happens to the stored one meanwhile.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../api/problem";
import { channels } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { useAction } from "../../ui/action";
import { storeOrFind } from "../../ui/merge";
import { MergeBox, type ForeignChange } from "../../ui/merge_box";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { ChannelForm } from "./channel_form";
import { differs, draftOf, patchOf, type Draft } from "./draft";
import { foreignParts, mergedDraft, partsInWords, withTheirParts, type ForeignPart } from "./draft_merge";

/** The draft of a channel, which follows the stored one where nothing was typed. */
export function useDraft(channel: Channel): [Draft, (change: (draft: Draft) => Draft) => void] {
  const [draft, setDraft] = useState(() => draftOf(channel));
  const base = useRef(channel);
  useLayoutEffect(() => {
    const before = base.current;
    base.current = channel;
    if (before !== channel) setDraft((mine) => mergedDraft(draftOf(before), mine, draftOf(channel)));
  }, [channel]);
  return [draft, setDraft];
}

interface Overtaken {
  foreign: readonly ForeignPart[];
  changes: readonly ForeignChange[];
}

interface Props {
  channel: Channel;
  draft: Draft;
  onDraft: (change: (draft: Draft) => Draft) => void;
  onFound: (channel: Channel) => void;
  /** What else was found wrong with the draft. */
  problem: Problem | undefined;
}

export function SettingsForm({ channel, draft, onDraft, onFound, problem }: Props) {
  const [overtaken, setOvertaken] = useState<Overtaken>();
  const action = useAction();
  // Another draft may be right, and what was found last counts.
  useEffect(action.clear, [draft, problem]);
  const dirty = differs(draft, channel);
  useAskBeforeLeaving(dirty);

  const save = async (base: Channel, sent: Draft): Promise<void> => {
    const outcome = await action.run(() =>
      storeOrFind(
        () => channels.change(base.id, patchOf(sent, base), base.revision),
        () => channels.find(base.id),
      ),
    );
    if (!outcome) return;
    const now = outcome.value;
    onFound(now);
    if (outcome.is === "stored") {
      toast(`Saved ${now.name}.`);
      setOvertaken(undefined);
      // What was typed meanwhile stays.
      onDraft((mine) => mergedDraft(sent, mine, draftOf(now)));
      return;
    }
    const foreign = foreignParts(draftOf(base), sent, draftOf(now));
    // What they changed is not on this page: there is nothing to decide.
    if (foreign.length === 0) return save(now, mergedDraft(draftOf(base), sent, draftOf(now)));
    setOvertaken({ foreign, changes: partsInWords(foreign, now.type) });
  };
  const takeTheirs = (): void => {
    if (overtaken) onDraft((mine) => withTheirParts(mine, overtaken.foreign));
    setOvertaken(undefined);
  };
  const undo = (): void => {
    onDraft(() => draftOf(channel));
    setOvertaken(undefined);
    action.clear();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (dirty) void save(channel, draft);
  };
  return (
    <form class="card" onSubmit={submit} noValidate>
      {overtaken && (
        <MergeBox
          what="this channel"
          changes={overtaken.changes}
          onKeepMine={() => setOvertaken(undefined)}
          onTakeTheirs={takeTheirs}
        />
      )}
      <ChannelForm
        draft={draft}
        onDraft={(x) => onDraft(() => x)}
        stored={channel}
        problem={action.problem ?? problem}
      />
      <div class="row">
        <button type="submit" aria-busy={action.busy} aria-disabled={!dirty} disabled={channel.managed_by !== null}>
          Save changes
        </button>
        {dirty && (
          <button type="button" class="secondary" onClick={undo}>
            Undo
          </button>
        )}
      </div>
    </form>
  );
}
