// What happened to deliveries in the last day, hour by hour, as the service counted it.

import { deliveries } from "../../api/tocsin";
import type { DeliverySummary } from "../../api/types";

export type Kind = "delivered" | "failed" | "retried" | "suppressed" | "dead_letters";

export interface Hour {
  /** When it begins, in seconds since 1970, as charts count. */
  at: number;
  counts: Record<Kind, number>;
}

export interface Activity {
  hours: Hour[];
  total: Record<Kind, number>;
}

export function activityOf({ buckets, total }: DeliverySummary): Activity {
  return { hours: buckets.map((x) => ({ at: Date.parse(x.at) / 1000, counts: x })), total };
}

export async function readActivity(abort: AbortSignal): Promise<Activity> {
  return activityOf(await deliveries.summary(abort));
}
