// Two people change a channel at once: whose value stands in which field.

import type { DeliveryPolicy, Selection } from "../../api/types";
import { foreignIn, merged, type Foreign, type Values } from "../../ui/merge";
import { valueInWords, type ForeignChange } from "../../ui/merge_box";
import { kindOf } from "./channel_kinds";
import type { Draft } from "./draft";

type Part = string | boolean | number | null | readonly string[] | Record<string, string>;

const isSame = (a: Part | undefined, b: Part | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A draft by its parts: `name`, `settings host`, `filters services exclude`, `templates deploy.failure`. */
function flat(x: Draft): Values<Part> {
  const below = (group: string, values: object): [string, Part][] =>
    Object.entries(values).map(([key, value]) => [`${group} ${key}`, value as Part]);
  return new Map<string, Part>([
    ["name", x.name],
    ["enabled", x.enabled],
    ["removed", x.removed],
    ...below("settings", x.settings),
    ...below("filters customers", x.filters.customers),
    ...below("filters services", x.filters.services),
    ...below("delivery", x.delivery),
    ...below("templates", Object.fromEntries(x.templates.map((y) => [y.type, y.parts]))),
  ]);
}

function draftFrom(parts: Values<Part>, like: Draft): Draft {
  const below = (group: string): Record<string, Part> =>
    Object.fromEntries(
      [...parts].flatMap(([key, value]) => (key.startsWith(`${group} `) ? [[key.slice(group.length + 1), value]] : [])),
    );
  return {
    ...like,
    name: parts.get("name") as string,
    enabled: parts.get("enabled") as boolean,
    removed: parts.get("removed") as readonly string[],
    settings: below("settings") as Draft["settings"],
    filters: {
      customers: below("filters customers") as unknown as Selection,
      services: below("filters services") as unknown as Selection,
    },
    delivery: below("delivery") as unknown as DeliveryPolicy,
    templates: Object.entries(below("templates")).map(([type, text]) => ({ type, parts: text as Record<string, string> })),
  };
}

/** Theirs with what was changed between `base` and `mine`. */
export function mergedDraft(base: Draft, mine: Draft, theirs: Draft): Draft {
  return draftFrom(merged(flat(base), flat(mine), flat(theirs), isSame), theirs);
}

export type ForeignPart = Foreign<Part>;

/** What somebody else has made of `base` meanwhile. Secrets are not among it, as nobody sees them. */
export function foreignParts(base: Draft, mine: Draft, theirs: Draft): ForeignPart[] {
  return foreignIn(flat(base), flat(mine), flat(theirs), isSame);
}

/** Theirs where somebody else has changed it, mine elsewhere. */
export function withTheirParts(mine: Draft, foreign: readonly ForeignPart[]): Draft {
  const parts = new Map(flat(mine));
  for (const { key, theirs } of foreign) {
    if (theirs === undefined) parts.delete(key);
    else parts.set(key, theirs);
  }
  return draftFrom(parts, mine);
}

const labels: Record<string, string> = {
  name: "Name",
  enabled: "Enabled",
  "filters customers include": "Only these customers",
  "filters customers exclude": "Not these customers",
  "filters services include": "Only these services",
  "filters services exclude": "Not these services",
  "delivery first_retry_seconds": "First retry after (s)",
  "delivery max_retry_seconds": "Longest pause (s)",
  "delivery give_up_seconds": "Give up after (s)",
  "delivery on_ambiguous": "When an attempt ends without an answer",
};

function labelOf(key: string, type: Draft["type"]): string {
  const [group, rest = ""] = [key.split(" ", 1)[0], key.slice(key.indexOf(" ") + 1)];
  if (group === "templates") return `Template: ${rest === "*" ? "all other event types" : rest}`;
  return labels[key] ?? kindOf(type).fields.find((x) => x.key === rest)?.label ?? rest;
}

export function partsInWords(foreign: readonly ForeignPart[], type: Draft["type"]): ForeignChange[] {
  return foreign.map((x) => ({
    what: labelOf(x.key, type),
    theirs: valueInWords(x.theirs),
    ...(x.isContested ? { mine: valueInWords(x.mine) } : {}),
  }));
}
