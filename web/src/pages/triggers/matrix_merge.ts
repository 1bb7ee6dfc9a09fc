// Two people change the matrix at once: whose cell stands where.

import type { TriggerMatrix } from "../../api/types";
import { foreignIn, merged, type Foreign, type Values } from "../../ui/merge";
import type { ForeignChange } from "../../ui/merge_box";
import { cellsOf, changed, isSame, type Cell, type Cells } from "./matrix";

const keyOf = (channel: string, type: string): string => `${channel} ${type}`;

function flat(cells: Cells): Values<Cell> {
  return new Map(
    Object.entries(cells).flatMap(([channel, column]) =>
      Object.entries(column).map(([type, cell]) => [keyOf(channel, type), cell] as const),
    ),
  );
}

/** Theirs with what was changed between `base` and `mine`, as far as the channels are still there. */
export function mergedCells(base: Cells, mine: Cells, theirs: Cells): Cells {
  const values = merged(flat(base), flat(mine), flat(theirs), isSame);
  return changed(theirs, (channel, type, cell) => values.get(keyOf(channel, type)) ?? cell);
}

/** Theirs where somebody else has changed it, mine elsewhere. */
export function withTheirs(mine: Cells, theirs: Cells, foreign: readonly ForeignCell[]): Cells {
  const keys = new Set(foreign.map((x) => x.key));
  return changed(mine, (channel, type, cell) => (keys.has(keyOf(channel, type)) ? (theirs[channel]?.[type] ?? cell) : cell));
}

/** A cell that somebody else has changed, or of a channel that has come or gone. */
export interface ForeignCell extends Foreign<Cell> {
  what: string;
}

function cellInWords(cell: Cell | undefined): string {
  if (!cell) return "gone";
  if (!cell.on) return "off";
  return cell.to ? `on, to ${cell.to}` : "on";
}

/** What somebody else has changed in the channels that both know, in the order of the matrix. */
export function foreignCells(base: TriggerMatrix, mine: Cells, theirs: TriggerMatrix): ForeignCell[] {
  const names = new Map(theirs.channels.map((x) => [x.id, x.name]));
  const known = new Set(base.channels.map((x) => x.id));
  return foreignIn(flat(cellsOf(base)), flat(mine), flat(cellsOf(theirs)), isSame).flatMap((x) => {
    const [channel = "", type = ""] = x.key.split(" ");
    const name = names.get(channel);
    return name !== undefined && known.has(channel) ? [{ ...x, what: `${type} to ${name}` }] : [];
  });
}

/** Channels that somebody else has added or removed. */
function channelChanges(base: TriggerMatrix, theirs: TriggerMatrix): ForeignChange[] {
  const missingIn = (a: TriggerMatrix, b: TriggerMatrix) => a.channels.filter((x) => !b.channels.some((y) => y.id === x.id));
  return [
    ...missingIn(theirs, base).map((x) => ({ what: x.name, theirs: "a channel too" })),
    ...missingIn(base, theirs).map((x) => ({ what: x.name, theirs: "removed" })),
  ];
}

export function changesInWords(base: TriggerMatrix, theirs: TriggerMatrix, foreign: readonly ForeignCell[]): ForeignChange[] {
  const cells = foreign.map((x) => ({
    what: x.what,
    theirs: cellInWords(x.theirs),
    ...(x.isContested ? { mine: cellInWords(x.mine) } : {}),
  }));
  return [...cells, ...channelChanges(base, theirs)];
}

export function isForeign(foreign: readonly ForeignCell[], channel: string, type: string): boolean {
  return foreign.some((x) => x.key === keyOf(channel, type));
}
