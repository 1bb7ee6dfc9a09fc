// The rows of a long table: only those on the screen and near it are in the page, empty room stands for the rest.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { averageHeight, piecesOf, rowsNear, type Span } from "./row_window";

/** Shorter tables are whole, so that the browser's own search finds everything in them. */
const wholeUpTo = 100;

/** So much above and below the screen is drawn, so that Tab and a quick scroll meet rows. */
const marginPx = 600;

interface Props<T> {
  rows: readonly T[];
  idOf: (row: T) => string;
  /** How many columns the table has. */
  columns: number;
  /** A `tr` with the id as key and as `data-row`; `place` counts all rows, the head's among them. */
  children: (row: T, place: number) => ComponentChildren;
  /** The row that had the focus is not among the rows any more. */
  onFocusLost: () => void;
}

/** The `tbody` of a table. The row with the focus always stays in it. */
export function WindowedRows<T>({ rows, idOf, columns, children, onFocusLost }: Props<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const heights = useRef(new Map<string, number>());
  const focused = useRef<string>();
  const drawn = useRef<Span>({ from: 0, to: wholeUpTo });
  const [, redraw] = useReducer((x: number) => x + 1, 0);
  const isWhole = rows.length <= wholeUpTo;

  const ids = rows.map(idOf);
  const usual = averageHeight(heights.current);
  const heightOf = (i: number): number => heights.current.get(ids[i]!) ?? usual;
  const onScreen = (): Span => {
    const top = -(body.current?.getBoundingClientRect().top ?? 0);
    return rowsNear(rows.length, heightOf, top - marginPx, top + window.innerHeight + marginPx);
  };
  const look = useRef(() => {});
  look.current = () => {
    if (isWhole) return;
    const { from, to } = onScreen();
    if (from === drawn.current.from && to === drawn.current.to) return;
    drawn.current = { from, to };
    redraw(undefined);
  };
  const frame = useRef(0);
  const soon = (): void => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      look.current();
    });
  };

  useEffect(() => {
    let width = window.innerWidth;
    const resized = (): void => {
      // Rows have other heights where there is other room for their texts.
      if (window.innerWidth !== width) heights.current.clear();
      width = window.innerWidth;
      soon();
    };
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", resized);
    return () => {
      cancelAnimationFrame(frame.current);
      window.removeEventListener("scroll", soon);
      window.removeEventListener("resize", resized);
    };
  }, []);

  const kept = focused.current === undefined ? -1 : ids.indexOf(focused.current);
  const isFocusLost = focused.current !== undefined && kept === -1;
  const holder = body.current?.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
  useLayoutEffect(() => {
    // A row that was moved while others were drawn has lost the focus on the way.
    if (holder?.isConnected && document.activeElement !== holder) holder.focus({ preventScroll: true });
    if (isFocusLost) {
      focused.current = undefined;
      onFocusLost();
    }
    if (isWhole) return;
    measure(body.current!, heights.current, ids);
    soon();
  });

  const pieces = isWhole
    ? [{ above: 0, from: 0, to: rows.length }]
    : piecesOf(rows.length, drawn.current, kept, heightOf);
  const rowOf = (target: EventTarget | null): string | undefined =>
    (target as Element | null)?.closest<HTMLElement>("tbody > tr")?.dataset["row"];
  return (
    <tbody
      ref={body}
      onFocusIn={(event) => (focused.current = rowOf(event.target))}
      onFocusOut={() => (focused.current = undefined)}
    >
      {/* One list, so that a row with the focus stays the same element wherever its piece is. */}
      {pieces.flatMap(({ above, from, to }, i) => [
        above > 0 && (
          <tr key={`room-${i}`} class="room" aria-hidden="true">
            <td colSpan={columns} style={{ height: `${above}px` }} />
          </tr>
        ),
        ...rows.slice(from, to).map((x, j) => children(x, from + j + 2)),
      ])}
    </tbody>
  );
}

/** Notes how high the rows are that are in the page, margins included, and forgets those that are no more. */
function measure(body: HTMLElement, heights: Map<string, number>, ids: readonly string[]): void {
  if (heights.size > 2 * ids.length) {
    const known = new Set(ids);
    for (const id of heights.keys()) if (!known.has(id)) heights.delete(id);
  }
  for (const row of body.querySelectorAll<HTMLElement>("tr[data-row]")) {
    const next = row.nextElementSibling;
    const end = next instanceof HTMLElement ? next.offsetTop : row.offsetTop + row.offsetHeight;
    heights.set(row.dataset["row"]!, end - row.offsetTop);
  }
}
