// Which rows of a long table are drawn, and how much room stands for the others.

/** Rows from `from` up to before `to`. */
export interface Span {
  from: number;
  to: number;
}

export interface Piece extends Span {
  /** Pixels of room above the piece. */
  above: number;
}

/** What a row is taken for as long as none has been measured. */
const guessPx = 64;

/** Edges move by this many rows at a time, so that a little scrolling redraws nothing. */
const step = 10;

export function averageHeight(heights: ReadonlyMap<string, number>): number {
  if (heights.size === 0) return guessPx;
  let sum = 0;
  for (const height of heights.values()) sum += height;
  return sum / heights.size;
}

/** The rows of `count` that lie between two heights, which count in pixels from the first row's top. */
export function rowsNear(count: number, heightOf: (i: number) => number, top: number, bottom: number): Span {
  let at = 0;
  let i = 0;
  while (i < count && at + heightOf(i) < top) at += heightOf(i++);
  const from = i;
  while (i < count && at < bottom) at += heightOf(i++);
  return { from: from - (from % step), to: Math.min(count, i + step - (i % step)) };
}

/** What is drawn: the span, and the row `kept` wherever it is; -1: none. An empty piece at the end holds the last room. */
export function piecesOf(count: number, span: Span, kept: number, heightOf: (i: number) => number): Piece[] {
  const from = Math.min(span.from, Math.max(0, count - step));
  const spans: Span[] = [{ from, to: Math.min(count, Math.max(span.to, from + step)) }];
  if (kept >= 0 && kept < from) spans.unshift({ from: kept, to: kept + 1 });
  else if (kept >= spans[0]!.to) spans.push({ from: kept, to: kept + 1 });
  spans.push({ from: count, to: count });
  let done = 0;
  return spans.map((x) => {
    let above = 0;
    for (let i = done; i < x.from; ++i) above += heightOf(i);
    done = x.to;
    return { ...x, above };
  });
}
