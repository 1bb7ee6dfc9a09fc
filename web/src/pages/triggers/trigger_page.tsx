// Which events go where: one table for all channels of one recipient.

import { useState } from "preact/hooks";
import type { Tagged } from "../../api/client";
import { triggers } from "../../api/tocsin";
import type { TriggerMatrix } from "../../api/types";
import { isPortal } from "../../session";
import { useAction } from "../../ui/action";
import { to } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { storeOrFind } from "../../ui/merge";
import { MergeBox, type ForeignChange } from "../../ui/merge_box";
import { OwnerChoice, useOwner } from "../../ui/owner_choice";
import { Empty, PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { toast } from "../../ui/toast";
import { UnsavedBar } from "../../ui/unsaved";
import { ReachForm } from "../customers/reach_form";
import { bodyOf, cellsOf, changed, differences, type Cells } from "./matrix";
import { changesInWords, foreignCells, isForeign, mergedCells, withTheirs, type ForeignCell } from "./matrix_merge";
import { MatrixTable } from "./matrix_table";

interface EditorProps {
  found: Tagged<TriggerMatrix>;
  onFound: (matrix: Tagged<TriggerMatrix>) => void;
}

/** What somebody else has changed, until one has decided about it. */
interface Overtaken {
  foreign: readonly ForeignCell[];
  changes: readonly ForeignChange[];
}

function countsInWords(counts: Map<string, number>): string {
  const total = [...counts.values()].reduce((x, y) => x + y, 0);
  if (total === 0) return "";
  const channels = counts.size === 1 ? "one channel" : `${counts.size} channels`;
  return `${total === 1 ? "one change" : `${total} changes`} in ${channels}`;
}

function Editor({ found, onFound }: EditorProps) {
  const matrix = found.value;
  const stored = cellsOf(matrix);
  const [cells, setCells] = useState(stored);
  const [overtaken, setOvertaken] = useState<Overtaken>();
  /** The channels in the order in which they were sent, as errors name them by it. */
  const [sent, setSent] = useState<readonly string[]>([]);
  const action = useAction();

  const save = async (base: Tagged<TriggerMatrix>, sentCells: Cells): Promise<void> => {
    const { owner } = base.value;
    const body = bodyOf(base.value, sentCells);
    setSent(body.channels.map((x) => x.id));
    const outcome = await action.run(() =>
      storeOrFind(
        () => triggers.store(owner, body, base.tag),
        () => triggers.find(owner),
      ),
    );
    if (!outcome) return;
    const now = cellsOf(outcome.value.value);
    onFound(outcome.value);
    if (outcome.is === "stored") {
      toast("Saved the triggers.");
      setOvertaken(undefined);
      // What was marked meanwhile stays.
      setCells((mine) => mergedCells(sentCells, mine, now));
      return;
    }
    const foreign = foreignCells(base.value, sentCells, outcome.value.value);
    const changes = changesInWords(base.value, outcome.value.value, foreign);
    setCells((mine) => mergedCells(cellsOf(base.value), mine, now));
    // What they changed is not on this page: there is nothing to decide.
    if (changes.length === 0) return save(outcome.value, mergedCells(cellsOf(base.value), sentCells, now));
    setOvertaken({ foreign, changes });
  };
  const takeTheirs = (): void => {
    if (overtaken) setCells(withTheirs(cells, stored, overtaken.foreign));
    setOvertaken(undefined);
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
      <ProblemBox problem={action.problem} shownElsewhere={["/channels"]} />
      {overtaken && (
        <MergeBox
          what="triggers"
          changes={overtaken.changes}
          onKeepMine={() => setOvertaken(undefined)}
          onTakeTheirs={takeTheirs}
        />
      )}
      <MatrixTable
        matrix={matrix}
        stored={stored}
        cells={cells}
        onCells={setCells}
        errorOf={errorOf}
        isForeign={(channel, type) => isForeign(overtaken?.foreign ?? [], channel, type)}
      />
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
        what={countsInWords(differences(stored, cells))}
        busy={action.busy}
        onSave={() => void save(found, cells)}
        onDiscard={() => {
          setCells(stored);
          setOvertaken(undefined);
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
            <Empty title="There are no channels yet">
              <p>Add a channel first; then choose here which events it gets.</p>
              <a href={`${to("/channels/new")}?owner=${encodeURIComponent(owner)}`} role="button">
                Add a channel
              </a>
            </Empty>
          ) : (
            <Editor key={found.value.owner} found={found} onFound={matrix.put} />
          )
        }
      </Show>
      {isPortal && <ReachForm who="you" />}
    </PageFrame>
  );
}
