// The list of deliveries on the screen, and what becomes of it when news comes.

import type { Delivery, Page } from "../../api/types";
import type { Filters } from "./filters";

export interface List {
  /** Newest first, without a gap. */
  rows: readonly Delivery[];
  /** Where the older ones begin; null: there are none. */
  cursor: string | null;
  /** Older rows had to go to make room: `cursor` does not follow on the last one. */
  isCut: boolean;
}

/** More rows than that are not kept while new ones come, so that the page stays quick. */
export const mostRows = 200;

/** Whether a delivery fits those filters that can be told by looking at it. */
export function fits(x: Delivery, filters: Filters): boolean {
  const at = Date.parse(x.created_at);
  if (filters.state && x.state !== filters.state) return false;
  if (filters.since && at < Date.parse(filters.since)) return false;
  return !filters.until || at < Date.parse(filters.until);
}

/** The list once the newest page has been read again. Ids increase with time, so they give the order. */
export function withPage(list: List | undefined, page: Page<Delivery>): List {
  // Nothing among those that were looked at says nothing of those further back.
  if (list && page.data.length === 0 && page.has_more) return list;
  const last = page.data.at(-1);
  const isJoined = last !== undefined && list !== undefined && list.rows.some((x) => x.id >= last.id);
  if (!isJoined) return { rows: page.data, cursor: page.next_cursor, isCut: false };
  const older = list.rows.filter((x) => x.id < last.id);
  if (older.length === 0) return { rows: page.data, cursor: page.next_cursor, isCut: false };
  return { ...list, rows: [...page.data, ...older] };
}

/** The list with changes in it, each a delivery as it is now, in the order in which they happened. */
export function withChanges(list: List, changes: readonly Delivery[], filters: Filters): List {
  const newest = new Map(changes.map((x) => [x.id, x]));
  const known = new Set(list.rows.map((x) => x.id));
  const oldest = list.rows.at(-1)?.id ?? "";
  const isWhole = list.cursor === null && !list.isCut;
  const kept = list.rows.map((x) => newest.get(x.id) ?? x).filter((x) => !newest.has(x.id) || fits(x, filters));
  // What is older than the last row is on a page further down.
  const belongs = (x: Delivery): boolean => !known.has(x.id) && (isWhole || x.id > oldest) && fits(x, filters);
  const fresh = [...newest.values()].filter(belongs);
  // The deliveries of one event need not be told of in the order of their ids.
  const rows = [...fresh, ...kept].sort((a, b) => (a.id < b.id ? 1 : -1));
  const most = Math.max(mostRows, list.rows.length);
  return rows.length > most ? { ...list, rows: rows.slice(0, mostRows), isCut: true } : { ...list, rows };
}

/** The list with a page of older ones at its end. */
export function withOlder(list: List, page: Page<Delivery>): List {
  const known = new Set(list.rows.map((x) => x.id));
  return { ...list, rows: [...list.rows, ...page.data.filter((x) => !known.has(x.id))], cursor: page.next_cursor };
}

/** How many rows of `next` are not in `shown`, for people: `3`; `200+` where some had to go; nothing for none. */
export function newIn(next: List, shown: List): string {
  const known = new Set(shown.rows.map((x) => x.id));
  const count = next.rows.filter((x) => !known.has(x.id)).length;
  const someHadToGo = next.isCut && count === next.rows.length;
  return count === 0 ? "" : `${count}${someHadToGo ? "+" : ""}`;
}
