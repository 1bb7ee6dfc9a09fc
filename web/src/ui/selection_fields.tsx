// Which names are let through: some, or all but some.

import type { Selection } from "../api/types";
import { AreaField, listOf } from "./field";

interface Props {
  /** What is chosen among, in the plural: `customers`. */
  what: string;
  /** One of them, as an example. */
  example: string;
  value: Selection;
  onValue: (value: Selection) => void;
  errorOf: (part: keyof Selection) => string | undefined;
}

export function SelectionFields({ what, example, value, onValue, errorOf }: Props) {
  return (
    <div class="pair">
      <AreaField
        label={`Only these ${what}`}
        rows={2}
        unmarked
        value={value.include.join("\n")}
        placeholder={`all ${what}`}
        error={errorOf("include")}
        help={`One per line, for example ${example}. Empty: all.`}
        onValue={(text) => onValue({ ...value, include: linesOf(text) })}
      />
      <AreaField
        label={`Not these ${what}`}
        rows={2}
        unmarked
        value={value.exclude.join("\n")}
        placeholder="none"
        error={errorOf("exclude")}
        onValue={(text) => onValue({ ...value, exclude: linesOf(text) })}
      />
    </div>
  );
}

/** The lines as they are typed: an empty one at the end is where the next name will be. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

/** The selection without what is empty, as it is stored. */
export function tidy(x: Selection): Selection {
  return { include: listOf(x.include.join("\n")), exclude: listOf(x.exclude.join("\n")) };
}
