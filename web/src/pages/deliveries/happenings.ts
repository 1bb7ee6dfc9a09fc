// What happened to a delivery, in the order in which it did.

import type { Attempt, DeliveryDetail, Instant } from "../../api/types";

export type Happening =
  | { is: "accepted" | "resent" | "due" | "ended"; at: Instant }
  | { is: "attempt"; at: Instant; attempt: Attempt };

/** At the same moment: one is asked to send again before one does so, and what comes last has ended it. */
export function happenings(x: DeliveryDetail): Happening[] {
  const all: Happening[] = [{ is: "accepted", at: x.created_at }];
  if (x.resent_at) all.push({ is: "resent", at: x.resent_at });
  all.push(...x.attempt_log.map((attempt): Happening => ({ is: "attempt", at: attempt.started_at, attempt })));
  if (x.due_at) all.push({ is: "due", at: x.due_at });
  if (x.finished_at) all.push({ is: "ended", at: x.finished_at });
  return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
