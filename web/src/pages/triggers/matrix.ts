// The trigger matrix while it is being edited: which channel takes which event type.

import type { EventTypeInfo, MatrixChannel, Trigger, TriggerMatrix } from "../../api/types";
import { familyOf } from "../../ui/event_types";
import { listOf } from "../../ui/field";

/** One cell as it is typed. */
export interface Cell {
  on: boolean;
  /** Mail addresses to go to instead of the channel's own. */
  to: string;
}

/** By channel and event type. */
export type Cells = Record<string, Record<string, Cell>>;

export interface Family {
  name: string;
  types: EventTypeInfo[];
}

export function cellsOf(matrix: TriggerMatrix): Cells {
  const column = (channel: MatrixChannel): Record<string, Cell> =>
    Object.fromEntries(
      Object.entries(channel.triggers).map(([type, x]) => [type, { on: x.on, to: (x.to ?? []).join(", ") }]),
    );
  return Object.fromEntries(matrix.channels.map((x) => [x.id, column(x)]));
}

/** The cells with some changed; `change` gives the new one, or the same where nothing changes. */
export function changed(cells: Cells, change: (channel: string, type: string, cell: Cell) => Cell): Cells {
  return Object.fromEntries(
    Object.entries(cells).map(([channel, column]) => [
      channel,
      Object.fromEntries(Object.entries(column).map(([type, cell]) => [type, change(channel, type, cell)])),
    ]),
  );
}

export function isSame(a: Cell | undefined, b: Cell | undefined): boolean {
  return a?.on === b?.on && listOf(a?.to ?? "").join() === listOf(b?.to ?? "").join();
}

/** How many cells of each channel differ; only those that do. */
export function differences(stored: Cells, cells: Cells): Map<string, number> {
  const result = new Map<string, number>();
  for (const [channel, column] of Object.entries(cells)) {
    const count = Object.entries(column).filter(([type, cell]) => !isSame(cell, stored[channel]?.[type])).length;
    if (count > 0) result.set(channel, count);
  }
  return result;
}

/** What is sent for one channel: whatever is not as the catalogue has it. */
function triggersOf(channel: MatrixChannel, column: Record<string, Cell>): Record<string, Trigger> {
  const result: Record<string, Trigger> = {};
  for (const [type, cell] of Object.entries(column)) {
    const to = listOf(cell.to);
    if (to.length > 0) result[type] = { on: cell.on, to };
    else if (cell.on !== channel.triggers[type]?.default) result[type] = { on: cell.on };
  }
  return result;
}

/** The body that stores the channels whose cells have changed, in the order of the matrix. */
export function bodyOf(matrix: TriggerMatrix, cells: Cells) {
  const touched = differences(cellsOf(matrix), cells);
  const channels = matrix.channels.filter((x) => touched.has(x.id));
  return { channels: channels.map((x) => ({ id: x.id, triggers: triggersOf(x, cells[x.id] ?? {}) })) };
}

export function familiesOf(types: readonly EventTypeInfo[]): Family[] {
  const result: Family[] = [];
  for (const type of types) {
    const name = familyOf(type.type);
    const family = result.find((x) => x.name === name);
    if (family) family.types.push(type);
    else result.push({ name, types: [type] });
  }
  return result;
}
