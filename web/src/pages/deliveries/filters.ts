// The filters of the delivery list, which live in the page's address.

import type { Query } from "../../api/client";

export const filterNames = [
  "state",
  "channel",
  "event_type",
  "service",
  "customer",
  "outcome",
  "code",
  "since",
  "until",
  "text",
] as const;

export type Filters = Partial<Record<(typeof filterNames)[number], string>>;

export function filtersOf(query: Record<string, string>): Filters {
  const result: Filters = {};
  for (const name of filterNames) if (query[name]) result[name] = query[name];
  return result;
}

/** `?state=…`, or nothing where there are no filters. */
export function searchOf(filters: Filters): string {
  const parts = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ""));
  const text = parts.toString();
  return text ? `?${text}` : "";
}

export const queryOf = (filters: Filters): Query => ({ ...filters });
