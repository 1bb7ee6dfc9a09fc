// Tables that become cards where there is no room: every cell carries the name of its column.

import type { ComponentChildren } from "preact";

interface Props {
  caption: string;
  columns: readonly string[];
  /** Those of them that hold numbers. */
  numbers?: readonly string[];
  class?: string;
  /** How many rows there are, the head's among them, where not all of them are in the page. */
  rowCount?: number;
  /** Rows; with `rowCount` their own body. */
  children: ComponentChildren;
}

export function Table({ caption, columns, numbers = [], class: more = "", rowCount, children }: Props) {
  return (
    <table class={`cards ${more}`} aria-rowcount={rowCount}>
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((x) => (
            <th scope="col" key={x} class={numbers.includes(x) ? "number" : ""}>
              {x}
            </th>
          ))}
        </tr>
      </thead>
      {rowCount === undefined ? <tbody>{children}</tbody> : children}
    </table>
  );
}

interface CellProps {
  /** The column's name, shown on cards. */
  name: string;
  class?: string;
  children?: ComponentChildren;
}

export function Cell({ name, class: more, children }: CellProps) {
  return (
    <td data-name={name} class={more}>
      <div>{children}</div>
    </td>
  );
}
