// A channel while it is being edited: everything as people type it.

import type { Channel, ChannelInput, ChannelPatch, ChannelType, DeliveryPolicy, Selection, Setting } from "../../api/types";
import { listOf } from "../../ui/field";
import { tidy } from "../../ui/selection_fields";
import { kindOf, type SettingField } from "./channel_kinds";

export interface Draft {
  name: string;
  type: ChannelType;
  enabled: boolean;
  /** By the setting's key. Of secrets only what has been typed. */
  settings: Record<string, string>;
  /** Secrets that are stored and are to be removed. */
  removed: readonly string[];
  filters: Channel["filters"];
  delivery: DeliveryPolicy;
  templates: readonly Template[];
}

/** Custom wording for an event type, or for all others as `*`. */
export interface Template {
  type: string;
  /** By part: subject, body, html. */
  parts: Record<string, string>;
}

export const usualDelivery: DeliveryPolicy = {
  first_retry_seconds: null,
  max_retry_seconds: null,
  give_up_seconds: null,
  on_ambiguous: "retry",
};

const everything = (): Selection => ({ include: [], exclude: [] });

export function newDraft(type: ChannelType): Draft {
  const settings: Record<string, string> = {};
  for (const field of kindOf(type).fields) settings[field.key] = field.choices?.[0]?.value ?? "";
  return {
    name: "",
    type,
    enabled: true,
    settings,
    removed: [],
    filters: { customers: everything(), services: everything() },
    delivery: usualDelivery,
    templates: [],
  };
}

export const isSecret = (field: SettingField): boolean => field.kind === "secret" || field.kind === "secret-pairs";

function textOf(value: Setting | undefined): string {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isTexts(x: unknown): x is Record<string, string> {
  return typeof x === "object" && x !== null && Object.values(x).every((y) => typeof y === "string");
}

function templatesOf(channel: Channel): Template[] {
  const stored = channel.settings["templates"];
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return [];
  return Object.entries(stored).flatMap(([type, parts]) => (isTexts(parts) ? [{ type, parts }] : []));
}

export function draftOf(channel: Channel): Draft {
  const draft = newDraft(channel.type);
  for (const field of kindOf(channel.type).fields)
    if (!isSecret(field)) draft.settings[field.key] = textOf(channel.settings[field.key]) || draft.settings[field.key] || "";
  return {
    ...draft,
    name: channel.name,
    enabled: channel.enabled,
    filters: channel.filters,
    delivery: channel.delivery,
    templates: templatesOf(channel),
  };
}

/** The fields that this draft has, which depends on its format. */
export function fieldsOf(draft: Draft): readonly SettingField[] {
  const format = draft.settings["format"] ?? "";
  return kindOf(draft.type).fields.filter((x) => !x.formats || x.formats.includes(format));
}

/** `Name: value` lines as an object. */
function pairsOf(text: string): Record<string, string> {
  const lines = text.split("\n").filter((x) => x.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

function settingOf(field: SettingField, text: string): Setting {
  if (field.kind === "lines") return listOf(text);
  if (field.kind === "secret-pairs") return pairsOf(text);
  return text.trim();
}

/** Alerts have a separate form. */
export function hasTemplates(draft: Draft): boolean {
  return draft.type !== "webhook" || draft.settings["format"] === "tocsin";
}

function templateTexts(draft: Draft): Record<string, Record<string, string>> {
  const filled = (parts: Record<string, string>) => Object.entries(parts).filter(([, text]) => text !== "");
  return Object.fromEntries(draft.templates.map((x) => [x.type, Object.fromEntries(filled(x.parts))]));
}

/** What of the stored templates goes: whole types, and parts of those that stay. */
function templatesGone(draft: Draft, channel: Channel): Record<string, unknown> {
  const now = templateTexts(draft);
  const gone: Record<string, unknown> = {};
  for (const { type, parts } of templatesOf(channel)) {
    const kept = now[type];
    if (!kept) gone[type] = null;
    else gone[type] = { ...Object.fromEntries(Object.keys(parts).map((part) => [part, null])), ...kept };
  }
  return { ...now, ...gone };
}

/** The settings to send; what is empty is left out. */
function settingsOf(draft: Draft): Record<string, Setting> {
  const result: Record<string, Setting> = {};
  for (const field of fieldsOf(draft)) {
    const text = draft.settings[field.key] ?? "";
    if (text.trim() !== "") result[field.key] = settingOf(field, text);
  }
  if (hasTemplates(draft) && draft.templates.length > 0) result["templates"] = templateTexts(draft);
  return result;
}

function filtersOf(draft: Draft): Channel["filters"] {
  return { customers: tidy(draft.filters.customers), services: tidy(draft.filters.services) };
}

export function inputOf(draft: Draft, owner: string): ChannelInput {
  const { name, type, enabled, delivery } = draft;
  return { owner, name: name.trim(), type, enabled, filters: filtersOf(draft), delivery, settings: settingsOf(draft) };
}

/** The names of a group of secrets that are stored: each webhook header is one. */
export function storedNames(channel: Channel, key: string): string[] {
  const prefix = `${key}/`;
  const below = Object.keys(channel.secrets).filter((x) => x.startsWith(prefix));
  // As JSON pointers have them.
  return below.map((x) => x.slice(prefix.length).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Groups of secrets that were typed again; each replaces everything stored, and what it does not name is removed. */
function pairsInPlace(draft: Draft, channel: Channel): Record<string, Setting> {
  const typed = fieldsOf(draft).filter((x) => x.kind === "secret-pairs" && draft.settings[x.key]?.trim());
  return Object.fromEntries(
    typed.map(({ key }) => {
      const gone = storedNames(channel, key).map((name) => [name, null]);
      return [key, { ...Object.fromEntries(gone), ...pairsOf(draft.settings[key] ?? "") }];
    }),
  );
}

/** What changes a stored channel into the draft. Secrets that were not typed again stay as they are. */
export function patchOf(draft: Draft, channel: Channel): ChannelPatch {
  const settings = { ...settingsOf(draft), ...pairsInPlace(draft, channel) };
  const templates = templatesGone(draft, channel);
  if (Object.keys(templates).length > 0) settings["templates"] = hasTemplates(draft) ? templates : null;
  const present = new Set(fieldsOf(draft).map((x) => x.key));
  for (const field of kindOf(draft.type).fields) {
    const isGone = !present.has(field.key) || draft.removed.includes(field.key);
    const isEmptied = !isSecret(field) && !(field.key in settings);
    if (isGone || isEmptied) settings[field.key] = null;
  }
  const { name, enabled, delivery } = draft;
  return { name: name.trim(), enabled, filters: filtersOf(draft), delivery, settings };
}

/** Whether storing `draft` would change `channel`. */
export function differs(draft: Draft, channel: Channel): boolean {
  return JSON.stringify(draft) !== JSON.stringify(draftOf(channel));
}
