// Tables that become cards where there is no room: every cell bears the name of its column.

import type { ComponentChildren } from "preact";

interface Props {
  caption: string;
  columns: readonly string[];
  /** Those of them that hold numbers. */
  numbers?: readonly string[];
  children: ComponentChildren;
}

export function Table({ caption, columns, numbers = [], children }: Props) {
  return (
    <table class="cards">
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
      <tbody>{children}</tbody>
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
