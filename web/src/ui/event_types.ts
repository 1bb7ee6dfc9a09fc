// The catalogue of event types: read once, as it changes seldom.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { asProblem } from "../api/problem";
import { eventTypes } from "../api/tocsin";
import type { EventTypeInfo } from "../api/types";
import { isAway } from "../connection";
import { entries } from "../session";

const known = signal<readonly EventTypeInfo[]>([]);
let asked = false;

/** Every type with its default; empty until the answer is there. */
export function useEventTypes(): readonly EventTypeInfo[] {
  useEffect(() => {
    if (asked) return;
    asked = true;
    eventTypes
      .list()
      .then((x) => (known.value = x))
      .catch((thrown) => {
        asked = false;
        asProblem(thrown);
      });
  }, [isAway.value, entries.value]);
  return known.value;
}

/** Has the catalogue read again when it is needed next. */
export function forgetEventTypes(): void {
  asked = false;
}

/** What a type belongs to: `service.health.down` to `service`. */
export function familyOf(type: string): string {
  return type.split(".")[0] ?? type;
}
