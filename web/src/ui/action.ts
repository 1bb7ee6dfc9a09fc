// Doing something with the API from a button or a form.

import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";

export interface Action {
  busy: boolean;
  problem: Problem | undefined;
  /** Does it, unless it is being done. Gives what it gave; nothing where it failed. */
  run: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  clear: () => void;
}

/** Puts the cursor into the first field that is wrong, once the page shows which. */
function focusFirstFault(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (busy) return undefined;
    setBusy(true);
    setProblem(undefined);
    try {
      return await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      focusFirstFault();
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run, clear: () => setProblem(undefined) };
}
