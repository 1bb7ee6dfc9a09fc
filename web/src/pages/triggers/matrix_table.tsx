// One table of event types by channels.

import type { Problem } from "../../api/problem";
import type { EventTypeInfo, MatrixChannel, TriggerMatrix } from "../../api/types";
import { SeverityBadge } from "../../ui/badge";
import { Link } from "../../ui/link";
import { changed, familiesOf, isSame, type Cell, type Cells, type Family } from "./matrix";
import { MatrixCell } from "./matrix_cell";
import { TriCheck } from "./tri_check";

interface Props {
  matrix: TriggerMatrix;
  stored: Cells;
  cells: Cells;
  onCells: (cells: Cells) => void;
  /** What is wrong with a cell of what was sent last. */
  errorOf: (channel: string, type: string) => ReturnType<Problem["at"]>;
  /** Whether somebody else has just changed it. */
  isForeign: (channel: string, type: string) => boolean;
}

const nothing: Cell = { on: false, to: "" };

export function MatrixTable({ matrix, stored, cells, onCells, errorOf, isForeign }: Props) {
  const valuesOf = (wanted: (channel: string, type: string) => boolean): boolean[] =>
    Object.entries(cells).flatMap(([channel, column]) =>
      Object.entries(column).flatMap(([type, cell]) => (wanted(channel, type) ? [cell.on] : [])),
    );
  const setAll = (wanted: (channel: string, type: string) => boolean, on: boolean): void =>
    onCells(changed(cells, (channel, type, cell) => (wanted(channel, type) ? { ...cell, on } : cell)));

  const columnHead = (channel: MatrixChannel) => (
    <th scope="col" key={channel.id}>
      <Link path={`/channels/${channel.id}`}>{channel.name}</Link>
      <div class="faint">{channel.type}</div>
      <TriCheck
        label={`All events to ${channel.name}`}
        values={valuesOf((x) => x === channel.id)}
        onChange={(on) => setAll((x) => x === channel.id, on)}
      />
    </th>
  );
  const row = (type: EventTypeInfo) => (
    <tr key={type.type}>
      <th scope="row">
        <TriCheck
          label={`${type.type} to all channels`}
          values={valuesOf((_, x) => x === type.type)}
          onChange={(on) => setAll((_, x) => x === type.type, on)}
        />
        <span>{type.type}</span> <SeverityBadge severity={type.severity} />
      </th>
      {matrix.channels.map((channel) => {
        const cell = cells[channel.id]?.[type.type] ?? nothing;
        return (
          <MatrixCell
            key={channel.id}
            channel={channel}
            type={type}
            cell={cell}
            isChanged={!isSame(cell, stored[channel.id]?.[type.type])}
            isForeign={isForeign(channel.id, type.type)}
            error={errorOf(channel.id, type.type)}
            onCell={(next) => onCells(changed(cells, (c, t, x) => (c === channel.id && t === type.type ? next : x)))}
          />
        );
      })}
    </tr>
  );
  const family = (x: Family) => (
    <tbody key={x.name}>
      <tr class="family">
        <th scope="rowgroup" colSpan={matrix.channels.length + 1}>
          {x.name}
        </th>
      </tr>
      {x.types.map(row)}
    </tbody>
  );
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Events by channels">
      <table class="matrix">
        <caption class="visually-hidden">Which channel gets which event type</caption>
        <thead>
          <tr>
            <th scope="col">Event type</th>
            {matrix.channels.map(columnHead)}
          </tr>
        </thead>
        {familiesOf(matrix.event_types).map(family)}
      </table>
    </div>
  );
}
