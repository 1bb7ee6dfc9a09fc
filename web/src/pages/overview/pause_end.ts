// When a pause is to end, as people choose it.

import type { Instant } from "../../api/types";
import type { Choice } from "../../ui/field";

/** In minutes; empty for an instant that is typed. */
export const lengths: readonly Choice[] = [
  { value: "30", label: "30 minutes" },
  { value: "60", label: "1 hour" },
  { value: "120", label: "2 hours" },
  { value: "240", label: "4 hours" },
  { value: "480", label: "8 hours" },
  { value: "1440", label: "1 day" },
  { value: "", label: "Until a time…" },
];

/** The end that was chosen; what was typed and is no time is left to the service to refuse. */
export function endOf(length: string, until: string, now: number): Instant {
  const at = new Date(length === "" ? until : now + Number(length) * 60_000);
  return Number.isNaN(at.getTime()) ? until : at.toISOString();
}
