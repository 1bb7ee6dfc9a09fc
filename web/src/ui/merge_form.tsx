// A form over an object that others may change at the same time: what was typed stays, whatever is stored meanwhile.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { useAction } from "./action";
import { foreignIn, merged, storeOrFind, type Foreign, type Values } from "./merge";
import { valueInWords, MergeBox } from "./merge_box";

interface Options<T, D> {
  /** What is stored, as far as this page knows. */
  stored: T;
  draftOf: (stored: T) => D;
  /** What people call the members of a draft. */
  labels: Record<keyof D & string, string>;
  /** What is edited, for example `this customer`. */
  what: string;
  /** Stores `draft` on top of `base`. */
  store: (draft: D, base: T) => Promise<T>;
  find: () => Promise<T>;
  /** Takes what is stored now, by whomever. */
  onFound: (stored: T) => void;
}

export interface MergeForm<D> {
  draft: D;
  put: (part: Partial<D>) => void;
  isDirty: boolean;
  busy: boolean;
  problem: Problem | undefined;
  /** Gives whether it was stored. Where somebody else was quicker both people's changes are in the draft, and `box` tells. */
  save: () => Promise<boolean>;
  /** What somebody else has changed, until one has decided about it. */
  box: ComponentChildren;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const flat = (x: object): Values<unknown> => new Map(Object.entries(x));
const draftFrom = <D,>(values: Values<unknown>): D => Object.fromEntries(values) as D;

/** `theirs` with what was changed between `base` and `mine`. */
export function mergedMembers<D extends object>(base: D, mine: D, theirs: D): D {
  return draftFrom(merged(flat(base), flat(mine), flat(theirs), isSame));
}

export function useMergeForm<T, D extends object>(options: Options<T, D>): MergeForm<D> {
  const { stored, draftOf, labels, what, store, find, onFound } = options;
  const [draft, setDraft] = useState(() => draftOf(stored));
  const [foreign, setForeign] = useState<readonly Foreign<unknown>[]>([]);
  const action = useAction();
  const known = useRef(stored);
  useLayoutEffect(() => {
    const before = draftOf(known.current);
    if (known.current !== stored) setDraft((mine) => mergedMembers(before, mine, draftOf(stored)));
    known.current = stored;
  }, [stored]);

  const saveOver = async (base: T, sent: D): Promise<boolean> => {
    const outcome = await action.run(() => storeOrFind(() => store(sent, base), find));
    if (!outcome) return false;
    const theirs = draftOf(outcome.value);
    onFound(outcome.value);
    if (outcome.is === "stored") {
      setForeign([]);
      // What was typed meanwhile stays.
      setDraft((mine) => mergedMembers(sent, mine, theirs));
      return true;
    }
    const found = foreignIn(flat(draftOf(base)), flat(sent), flat(theirs), isSame);
    // What they changed is not in this form: there is nothing to decide.
    if (found.length === 0) return saveOver(outcome.value, mergedMembers(draftOf(base), sent, theirs));
    setForeign(found);
    return false;
  };
  const takeTheirs = (): void => {
    setDraft((mine) => ({ ...mine, ...draftFrom<Partial<D>>(new Map(foreign.map((x) => [x.key, x.theirs]))) }));
    setForeign([]);
  };
  const changes = foreign.map((x) => ({
    what: labels[x.key as keyof D & string],
    theirs: valueInWords(x.theirs),
    ...(x.isContested ? { mine: valueInWords(x.mine) } : {}),
  }));
  return {
    draft,
    put: (part) => setDraft((mine) => ({ ...mine, ...part })),
    isDirty: !isSame(draft, draftOf(stored)),
    busy: action.busy,
    problem: action.problem,
    save: () => saveOver(stored, draft),
    box: foreign.length > 0 && (
      <MergeBox what={what} changes={changes} onKeepMine={() => setForeign([])} onTakeTheirs={takeTheirs} />
    ),
  };
}
