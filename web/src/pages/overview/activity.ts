// What became of the deliveries of the last day, hour by hour.

import { deliveries } from "../../api/tocsin";
import type { Delivery, DeliveryState } from "../../api/types";

export type Kind = "delivered" | "failed" | "retrying" | "suppressed";

export interface Hour {
  /** When it begins, in seconds since 1970, as charts count. */
  at: number;
  counts: Record<Kind, number>;
}

export interface Activity {
  hours: Hour[];
  /** There were more, of which only the newest are counted. */
  isCut: boolean;
}

const hourMs = 3_600_000;
const hourCount = 24;

/** So many are looked at: eight requests, of which each takes the service some milliseconds. */
const mostPages = 8;
const pageSize = 250;

const kinds: Record<DeliveryState, Kind> = {
  pending: "retrying",
  scheduled: "retrying",
  attempting: "retrying",
  delivered: "delivered",
  dead_letter: "failed",
  suppressed: "suppressed",
  cancelled: "suppressed",
};

export function hoursOf(rows: readonly Delivery[], now: number): Hour[] {
  const last = Math.floor(now / hourMs);
  const hours = Array.from({ length: hourCount }, (_, i) => ({
    at: ((last - hourCount + 1 + i) * hourMs) / 1000,
    counts: { delivered: 0, failed: 0, retrying: 0, suppressed: 0 },
  }));
  for (const x of rows) {
    const hour = hours[Math.floor(Date.parse(x.created_at) / hourMs) - (last - hourCount + 1)];
    if (hour) hour.counts[kinds[x.state]] += 1;
  }
  return hours;
}

export async function readActivity(abort: AbortSignal): Promise<Activity> {
  const now = Date.now();
  const since = new Date((Math.floor(now / hourMs) - hourCount + 1) * hourMs).toISOString().replace(".000", "");
  const rows: Delivery[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < mostPages; ++i) {
    const page = await deliveries.list({ since, limit: pageSize, cursor }, abort);
    rows.push(...page.data);
    cursor = page.next_cursor ?? undefined;
    if (!cursor) break;
  }
  return { hours: hoursOf(rows, now), isCut: cursor !== undefined };
}
