// What two people changed at the same time, put together: values by name, where a missing one is a value too.

import { asProblem } from "../api/problem";

export type Values<T> = ReadonlyMap<string, T>;

/** One that somebody else has changed. */
export interface Foreign<T> {
  key: string;
  theirs: T | undefined;
  /** Only where one has changed it too, and otherwise. */
  mine?: T | undefined;
  isContested: boolean;
}

type Same<T> = (a: T | undefined, b: T | undefined) => boolean;

/** What somebody else has made of `base` meanwhile, where `mine` does not say the same. */
export function foreignIn<T>(base: Values<T>, mine: Values<T>, theirs: Values<T>, isSame: Same<T>): Foreign<T>[] {
  const result: Foreign<T>[] = [];
  for (const key of new Set([...theirs.keys(), ...base.keys()])) {
    const [was, own, now] = [base.get(key), mine.get(key), theirs.get(key)];
    if (isSame(was, now) || isSame(own, now)) continue;
    const isContested = !isSame(was, own);
    result.push({ key, theirs: now, isContested, ...(isContested ? { mine: own } : {}) });
  }
  return result;
}

/** `theirs` with what was changed between `base` and `mine`. */
export function merged<T>(base: Values<T>, mine: Values<T>, theirs: Values<T>, isSame: Same<T>): Map<string, T> {
  const result = new Map<string, T>();
  for (const key of new Set([...theirs.keys(), ...mine.keys()])) {
    const value = isSame(base.get(key), mine.get(key)) ? theirs.get(key) : mine.get(key);
    if (value !== undefined) result.set(key, value);
  }
  return result;
}

/** Does what is based on an object; if somebody else has changed that, has it read again, so that one can try once more. */
export async function orReload<T>(work: () => Promise<T>, reload: () => void): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (asProblem(thrown).isConflict) reload();
    throw thrown;
  }
}

/** What became of storing something that somebody else may have changed. */
export type Stored<T> = { is: "stored"; value: T } | { is: "overtaken"; value: T };

/** Stores, or where somebody else was quicker gives what they have stored. Throws what else goes wrong. */
export async function storeOrFind<T>(store: () => Promise<T>, find: () => Promise<T>): Promise<Stored<T>> {
  try {
    return { is: "stored", value: await store() };
  } catch (thrown) {
    if (!asProblem(thrown).isConflict) throw thrown;
    return { is: "overtaken", value: await find() };
  }
}
