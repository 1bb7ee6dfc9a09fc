// Which events go where: one table for all channels of one recipient.

import { useState } from "preact/hooks";
import type { Tagged } from "../../api/client";
import { triggers } from "../../api/tocsin";
import type { TriggerMatrix } from "../../api/types";
import { isPortal } from "../../session";
import { useAction } from "../../ui/action";
import { ConflictBox } from "../../ui/conflict_box";
import { to } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { OwnerChoice, useOwner } from "../../ui/owner_choice";
import { Empty, PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { toast } from "../../ui/toast";
import { UnsavedBar } from "../../ui/unsaved";
import { ReachForm } from "../customers/reach_form";
import { bodyOf, cellsOf, changed, differences } from "./matrix";
import { MatrixTable } from "./matrix_table";

interface EditorProps {
  found: Tagged<TriggerMatrix>;
  onStored: (matrix: Tagged<TriggerMatrix>) => void;
  onReload: () => void;
}

function inWords(counts: Map<string, number>): string {
  const total = [...counts.values()].reduce((x, y) => x + y, 0);
  if (total === 0) return "";
  const channels = counts.size === 1 ? "one channel" : `${counts.size} channels`;
  return `${total === 1 ? "one change" : `${total} changes`} in ${channels}`;
}

function Editor({ found, onStored, onReload }: EditorProps) {
  const matrix = found.value;
  const stored = cellsOf(matrix);
  const [cells, setCells] = useState(stored);
  /** The channels in the order in which they were sent, as errors name them by it. */
  const [sent, setSent] = useState<readonly string[]>([]);
  const action = useAction();

  const save = async (tag: string): Promise<void> => {
    const body = bodyOf(matrix, cells);
    setSent(body.channels.map((x) => x.id));
    const now = await action.run(() => triggers.store(matrix.owner, body, tag));
    if (!now) return;
    toast("Saved the triggers.");
    onStored(now);
  };
  const errorOf = (channel: string, type: string): string | undefined => {
    const at = sent.indexOf(channel);
    return at < 0 ? undefined : action.problem?.at(`/channels/${at}/triggers/${type}`);
  };
  const reset = (): void =>
    setCells(
      changed(cells, (channel, type) => ({
        on: matrix.channels.find((x) => x.id === channel)?.triggers[type]?.default ?? false,
        to: "",
      })),
    );
  return (
    <>
      {action.problem?.isConflict ? (
        <ConflictBox what="a channel" onLoadTheirs={onReload} onOverwrite={() => save("*")} />
      ) : (
        <ProblemBox problem={action.problem} shownElsewhere={["/channels"]} />
      )}
      <MatrixTable matrix={matrix} stored={stored} cells={cells} onCells={setCells} errorOf={errorOf} />
      <p class="row legend">
        <span>
          <span class="default-mark" aria-hidden="true">
            •
          </span>{" "}
          on by default
        </span>
        <button type="button" class="small secondary" onClick={reset}>
          Reset all to defaults
        </button>
      </p>
      <UnsavedBar
        what={inWords(differences(stored, cells))}
        busy={action.busy}
        onSave={() => void save(found.tag)}
        onDiscard={() => {
          setCells(stored);
          action.clear();
        }}
      />
    </>
  );
}

export default function TriggerPage() {
  const owner = useOwner();
  const matrix = useLoad((abort) => triggers.find(owner, abort), [owner]);
  return (
    <PageFrame title={isPortal ? "Events" : "Triggers"} intro="Which events go through which channel." actions={<OwnerChoice />}>
      <Show of={matrix}>
        {(found) =>
          found.value.channels.length === 0 ? (
            <Empty title="There is nothing to send through yet">
              <p>Add a channel first: then you choose here what it takes.</p>
              <a href={`${to("/channels/new")}?owner=${encodeURIComponent(owner)}`} role="button">
                Add a channel
              </a>
            </Empty>
          ) : (
            <Editor key={found.tag} found={found} onStored={matrix.put} onReload={matrix.reload} />
          )
        }
      </Show>
      {isPortal && <ReachForm who="you" />}
    </PageFrame>
  );
}
