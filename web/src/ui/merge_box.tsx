// Somebody else changed what is being edited: says what, and lets one take theirs or keep one's own.

export interface ForeignChange {
  what: string;
  /** What stands there now, in words. */
  theirs: string;
  /** What one has made of the same oneself. */
  mine?: string | undefined;
}

const longestShown = 80;

const isEmpty = (x: unknown): boolean => x === undefined || x === null || x === "";

/** The text of a value: of a list its entries, of an object its members by their names. */
function textOf(x: unknown): string {
  if (typeof x === "boolean") return x ? "yes" : "no";
  if (Array.isArray(x)) return x.filter((y) => !isEmpty(y)).map(textOf).join(", ");
  if (typeof x !== "object" || x === null) return String(x).replaceAll("\n", ", ");
  const members = Object.entries(x).filter(([, value]) => !isEmpty(value));
  return members.map(([key, value]) => `${key.replaceAll("_", " ")} ${textOf(value)}`).join(", ");
}

/** A value as it stands in the box. */
export function valueInWords(x: unknown): string {
  if (x === undefined) return "gone";
  if (typeof x === "boolean") return textOf(x);
  if (x === null) return "empty";
  const text = textOf(x);
  if (text === "") return "empty";
  return `“${text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}”`;
}

interface Props {
  /** What was changed, for example `this channel`. */
  what: string;
  changes: readonly ForeignChange[];
  onKeepMine: () => void;
  /** Only called where both have changed the same. */
  onTakeTheirs: () => void;
}

export function MergeBox({ what, changes, onKeepMine, onTakeTheirs }: Props) {
  const isContested = changes.some((x) => x.mine !== undefined);
  return (
    <div class="box box-warning" role="alert">
      <p>
        <strong>Somebody else has changed {what} in the meantime.</strong> None of your changes was saved; all of them are still
        here.
      </p>
      <ul>
        {changes.map((x) => (
          <li key={x.what} class="break">
            <strong>{x.what}</strong>: now {x.theirs}
            {x.mine !== undefined && `, and you have made it ${x.mine}`}
          </li>
        ))}
      </ul>
      <p>
        {isContested
          ? "Where you both changed the same thing, your version stays until you take theirs. Everything else is kept, theirs and yours."
          : "Your changes do not overlap: theirs and yours are both kept. Check them, and save again."}
      </p>
      <div class="row">
        <button type="button" class="small" onClick={onKeepMine}>
          {isContested ? "Keep mine" : "Keep both"}
        </button>
        {isContested && (
          <button type="button" class="small secondary" onClick={onTakeTheirs}>
            Take theirs
          </button>
        )}
      </div>
    </div>
  );
}
