// Working through dead letters: a request handles a limited number, and says where to continue.

import { useRef } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
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
  /** Where to go on with those that are left. */
  cursor: string | undefined;
}

/** What was to be done, and how far that has come. */
export interface Outcome {
  choice: DeadLetterChoice;
  job: Job;
  total: Total;
}

const nothing: Total = {
  matched: 0,
  done: 0,
  skipped: 0,
  mayDuplicate: 0,
  refused: [],
  stoppedBy: null,
  cursor: undefined,
};

export const counted = (n: number): string => (n === 1 ? "One dead letter" : `${n} dead letters`);

function request(choice: DeadLetterChoice, job: Job, dryRun: boolean, cursor?: string): Promise<DeadLettersDone> {
  const more = { dry_run: dryRun, ...(cursor ? { cursor } : {}) };
  return job.verb === "replay"
    ? deadLetters.replay(choice, { ...more, per_minute: job.perMinute })
    : deadLetters.discard(choice, { ...more, reason: job.reason });
}

function withPart(total: Total, part: DeadLettersDone): Total {
  return {
    matched: total.matched + part.matched,
    done: total.done + (part.replayed ?? part.discarded ?? 0),
    skipped: total.skipped + part.skipped,
    mayDuplicate: total.mayDuplicate + part.may_duplicate,
    refused: [...total.refused, ...part.refused],
    stoppedBy: part.stopped_by?.detail ?? null,
    cursor: part.next_cursor ?? undefined,
  };
}

/** Counts those that are chosen, as the job would find them. */
export async function count(choice: DeadLetterChoice, job: Job, abort: AbortSignal): Promise<Total> {
  let total = nothing;
  do total = withPart(total, await request(choice, job, true, total.cursor));
  while (total.cursor && !abort.aborted);
  return total;
}

function reasonOf(problem: Problem): string {
  return problem.isUnreachable ? "the service did not answer" : problem.detail;
}

/**
 * Does the job for all that are chosen, or for those that `from` has left, until `abort`. Throws a `Problem` where
 * nothing was done; what ends it later stands in the total.
 */
async function workOff(choice: DeadLetterChoice, job: Job, abort: AbortSignal, from = nothing): Promise<Total> {
  let total = from;
  do
    try {
      total = withPart(total, await request(choice, job, false, total.cursor));
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (!total.cursor) throw problem;
      total = { ...total, stoppedBy: reasonOf(problem) };
    }
  while (total.cursor && !total.stoppedBy && !abort.aborted);
  return total.cursor && !total.stoppedBy ? { ...total, stoppedBy: "you stopped it" } : total;
}

/** Works off dead letters; `stop` lets what is asked already come to its end. */
export function useWork(onDone: (outcome: Outcome) => void) {
  const abort = useRef<AbortController>();
  const run = async (choice: DeadLetterChoice, job: Job, from?: Total): Promise<void> => {
    abort.current = new AbortController();
    onDone({ choice, job, total: await workOff(choice, job, abort.current.signal, from) });
  };
  return { run, stop: () => abort.current?.abort() };
}
