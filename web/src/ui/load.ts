// Reading from the API into a component.

import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { isAway } from "../connection";
import { entries } from "../session";

export interface Loaded<T> {
  /** What was read last; it stays there while it is read again and when that fails. */
  value: T | undefined;
  problem: Problem | undefined;
  reload: () => void;
  /** Puts in place what a change answered, without asking again. */
  put: (value: T) => void;
}

/** Calls `again` once what was in the way of reading is over: the service is back, or somebody has signed in again. */
export function useReadAgain(problem: Problem | undefined, again: () => void): void {
  const away = isAway.value;
  const entered = entries.value;
  useEffect(() => {
    if (!away && (problem?.isUnreachable || problem?.status === 401)) again();
  }, [away, entered]);
}

/**
 * Reads when the component appears and whenever `inputs` change; with `everyMs` again and again, each time
 * so long after the answer, but not while the page is hidden. What failed as the service was away or the session had
 * ended is read once that is over.
 */
export function useLoad<T>(
  read: (abort: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  everyMs?: number,
): Loaded<T> {
  const [value, put] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const lastInputs = useRef("");

  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    // What was read for other inputs says nothing about these.
    const now = JSON.stringify(inputs);
    if (lastInputs.current !== now) put(undefined);
    lastInputs.current = now;

    const again = (): void => {
      if (everyMs !== undefined && !abort.signal.aborted) timer = window.setTimeout(run, everyMs);
    };
    const run = async (): Promise<void> => {
      if (document.hidden && everyMs !== undefined) return again();
      try {
        const found = await read(abort.signal);
        if (abort.signal.aborted) return;
        put(found);
        setProblem(undefined);
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setProblem(asProblem(thrown));
      }
      again();
    };
    void run();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [...inputs, round]);

  const reload = (): void => setRound((x) => x + 1);
  useReadAgain(problem, reload);
  return { value, problem, reload, put };
}
