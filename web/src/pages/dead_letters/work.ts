// Working off dead letters: a request does so many of them, and says where to go on.

import { deadLetters } from "../../api/tocsin";
import type { DeadLetterChoice, DeadLettersDone } from "../../api/types";

export type Job = { verb: "replay"; perMinute: number } | { verb: "discard"; reason: string };

export interface Total {
  matched: number;
  done: number;
  skipped: number;
  mayDuplicate: number;
  /** Those that were named and left alone, and why. */
  refused: DeadLettersDone["refused"];
  /** Why it ended before all were done. */
  stoppedBy: string | null;
}

export const counted = (n: number): string => (n === 1 ? "One dead letter" : `${n} dead letters`);

function request(choice: DeadLetterChoice, job: Job, dryRun: boolean, cursor?: string): Promise<DeadLettersDone> {
  const more = { dry_run: dryRun, ...(cursor ? { cursor } : {}) };
  return job.verb === "replay"
    ? deadLetters.replay(choice, { ...more, per_minute: job.perMinute })
    : deadLetters.discard(choice, { ...more, reason: job.reason });
}

/** Does the job for all that are chosen, or with `dryRun` only counts them. */
export async function workOff(choice: DeadLetterChoice, job: Job, dryRun: boolean): Promise<Total> {
  const total: Total = { matched: 0, done: 0, skipped: 0, mayDuplicate: 0, refused: [], stoppedBy: null };
  let cursor: string | undefined;
  do {
    const part = await request(choice, job, dryRun, cursor);
    total.matched += part.matched;
    total.done += part.replayed ?? part.discarded ?? 0;
    total.skipped += part.skipped;
    total.mayDuplicate += part.may_duplicate;
    total.refused = [...total.refused, ...part.refused];
    total.stoppedBy = part.stopped_by?.detail ?? null;
    cursor = part.has_more && !part.stopped_by ? (part.next_cursor ?? undefined) : undefined;
  } while (cursor);
  return total;
}
