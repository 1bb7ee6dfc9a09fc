// What differs between an object before and after.

export interface Change {
  name: string;
  /** As JSON; undefined where it was not there. */
  before: string | undefined;
  after: string | undefined;
}

type Members = Record<string, unknown> | null;

const text = (x: unknown): string | undefined => (x === undefined ? undefined : JSON.stringify(x));

/** The members that differ. The revision always does, so it says nothing. */
export function changesOf(before: Members, after: Members): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => name !== "revision")
    .map((name) => ({ name, before: text(before?.[name]), after: text(after?.[name]) }))
    .filter((x) => x.before !== x.after);
}
