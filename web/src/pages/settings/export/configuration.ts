// What the service holds as a configuration file, as `tocsin config export` describes it.

import type { Admin, Channel, Customer, EventTypeInfo, Preference, RecipientId } from "../../../api/types";
import type { Value } from "./yaml";

type Map = Record<string, Value>;

export interface Stored {
  /** The whole catalogue. */
  eventTypes: readonly EventTypeInfo[];
  admins: readonly Admin[];
  customers: readonly Customer[];
  /** Those that were ever saved. */
  preferences: ReadonlyMap<RecipientId, Preference>;
  channels: readonly Channel[];
}

export interface Configuration {
  root: Map;
  /** The variables that stand in place of secrets, in the order of the file. */
  variables: string[];
}

const defaultManager = "file";
const headersPrefix = "headers/";

/** `TOCSIN_` and the words in capitals, all else as underscores. */
function variableOf(words: string): string {
  return `TOCSIN_${words.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase()}`;
}

/** Names the variables of secrets, each by what it is for, and no two alike. */
class VariableNames {
  readonly all: string[] = [];

  name(words: string): string {
    const wanted = variableOf(words);
    let result = wanted;
    for (let i = 2; this.all.includes(result); ++i) result = `${wanted}_${i}`;
    this.all.push(result);
    return result;
  }
}

/** `${` in what is no variable. */
function escaped(x: Value): Value {
  if (typeof x === "string") return x.replaceAll("${", () => "$${");
  if (Array.isArray(x)) return x.map(escaped);
  if (typeof x !== "object" || x === null) return x;
  return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, escaped(value)]));
}

/** Without lists, objects and nulls that say nothing; null where nothing is left. */
function pruned(x: Value): Value {
  if (Array.isArray(x)) return x.length === 0 ? null : x;
  if (typeof x !== "object" || x === null) return x;
  const left = Object.entries(x)
    .map(([key, value]) => [key, pruned(value)] as const)
    .filter(([, value]) => value !== null);
  return left.length === 0 ? null : Object.fromEntries(left);
}

function putPruned(out: Map, name: string, x: unknown): void {
  const left = pruned((x ?? null) as Value);
  if (left !== null) out[name] = escaped(left);
}

function eventTypeOf(x: EventTypeInfo): Map {
  const result: Map = { title: escaped(x.title) };
  if (x.severity !== "info") result["severity"] = x.severity;
  if (!x.default) result["default"] = false;
  return result;
}

function recipientOf(x: Admin | Customer): Map {
  const result: Map = {};
  if (x.display_name !== x.name) result["display_name"] = escaped(x.display_name);
  if ("services" in x) {
    putPruned(result, "services", x.services);
    if (x.portal_enabled) result["portal_enabled"] = true;
  }
  return result;
}

function preferenceOf(x: Preference): Map {
  const result: Map = {};
  putPruned(result, "customers", x.customers);
  putPruned(result, "services", x.services);
  putPruned(result, "event_types", x.event_types);
  putPruned(result, "quiet_hours", x.quiet_hours);
  return result;
}

/** A trigger without addresses is a truth value. */
function triggersOf(x: Channel): Map {
  return Object.fromEntries(
    Object.entries(x.triggers).map(([type, choice]) => [type, Array.isArray(choice.to) ? { on: choice.on, to: choice.to } : choice.on]),
  );
}

const isOfRotation = (name: string): boolean => name === "previous_secret" || name === "previous_secret_expires_at";

function settingsOf(x: Channel, variables: VariableNames): Map {
  const settings = Object.entries(x.settings).filter(([name]) => !isOfRotation(name));
  const result: Map = Object.fromEntries(settings.map(([name, value]) => [name, escaped(value as Value)]));
  for (const field of Object.keys(x.secrets).filter((name) => !isOfRotation(name))) {
    const secret = `\${${variables.name(`${x.owner} ${x.name} ${field}`)}}`;
    if (field.startsWith(headersPrefix))
      result["headers"] = { ...(result["headers"] as Map | undefined), [field.slice(headersPrefix.length)]: secret };
    else result[field] = secret;
  }
  return result;
}

function channelOf(x: Channel, variables: VariableNames): Map {
  const result: Map = { type: x.type };
  if (!x.enabled) result["enabled"] = false;
  putPruned(result, "triggers", triggersOf(x));
  putPruned(result, "filters", x.filters);
  const { on_ambiguous, ...delivery } = x.delivery;
  putPruned(result, "delivery", on_ambiguous === "retry" ? delivery : x.delivery);
  const settings = settingsOf(x, variables);
  if (Object.keys(settings).length > 0) result["settings"] = settings;
  return result;
}

function byName<T extends { name: string }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Everything but what is the service's own: ids, revisions and instants. What is as it is by default is left out. */
export function configurationOf(stored: Stored): Configuration {
  const variables = new VariableNames();
  const own = stored.eventTypes.filter((x) => x.custom);
  const all = [...own, ...stored.admins, ...stored.customers, ...stored.preferences.values(), ...stored.channels];
  const root: Map = { name: all.find((x) => x.managed_by)?.managed_by ?? defaultManager };
  if (own.length > 0) root["event_types"] = Object.fromEntries(own.map((x) => [x.type, eventTypeOf(x)]));
  for (const [kind, recipients] of [
    ["admin", stored.admins],
    ["customer", stored.customers],
  ] as const) {
    const described: Map = {};
    for (const x of byName<Admin | Customer>(recipients)) {
      const owner = `${kind}/${x.name}`;
      const preference = stored.preferences.get(owner);
      const channels = byName(stored.channels.filter((channel) => channel.owner === owner));
      described[x.name] = {
        ...recipientOf(x),
        ...(preference ? { preferences: preferenceOf(preference) } : {}),
        ...(channels.length > 0 ? { channels: Object.fromEntries(channels.map((y) => [y.name, channelOf(y, variables)])) } : {}),
      };
    }
    if (recipients.length > 0) root[`${kind}s`] = described;
  }
  return { root, variables: variables.all };
}
