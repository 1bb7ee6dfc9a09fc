// Preferences while they are edited, in the parts that two people may change each for themselves.

import type { Preference, PreferenceInput, QuietHours, Selection } from "../../api/types";
import { tidy } from "../../ui/selection_fields";

type Kind = "customers" | "services" | "event_types";
type Part = `${Kind} ${keyof Selection}`;

/** `services exclude` and the like; quiet hours are one part, as a beginning means nothing without its end. */
export type Draft = Record<Part, string[]> & { quiet_hours: QuietHours | null };

/** What people call the parts. */
export const labels: Record<keyof Draft, string> = {
  "customers include": "Only these customers",
  "customers exclude": "Not these customers",
  "services include": "Only these services",
  "services exclude": "Not these services",
  "event_types include": "Only these event types",
  "event_types exclude": "Not these event types",
  quiet_hours: "Quiet hours",
};

export function partsOf(kind: Kind, { include, exclude }: Selection): Partial<Draft> {
  return { [`${kind} include`]: include, [`${kind} exclude`]: exclude };
}

export function selectionOf(draft: Draft, kind: Kind): Selection {
  return { include: draft[`${kind} include`], exclude: draft[`${kind} exclude`] };
}

export function draftOf(x: Preference): Draft {
  return {
    "customers include": x.customers.include,
    "customers exclude": x.customers.exclude,
    "services include": x.services.include,
    "services exclude": x.services.exclude,
    "event_types include": x.event_types.include,
    "event_types exclude": x.event_types.exclude,
    quiet_hours: x.quiet_hours,
  };
}

export function inputOf(draft: Draft, revision: number): PreferenceInput {
  return {
    customers: tidy(selectionOf(draft, "customers")),
    services: tidy(selectionOf(draft, "services")),
    event_types: tidy(selectionOf(draft, "event_types")),
    quiet_hours: draft.quiet_hours,
    revision,
  };
}
