// Every call of the API that the panel makes, by what it is about.

import { call, get, getText, patch, post, postSlow, remove, type Query, type Tagged } from "./client";
import type * as api from "./types";

const id = encodeURIComponent;

/** The most entries that a list gives at once. */
const wholePage = 250;

/** The service gives a Send Test up after 90 s. */
const testMs = 95_000;

/** And work on dead letters after 30 s. */
const workMs = 35_000;

/** A configuration of thousands of recipients. */
const exportMs = 95_000;

/** All entries of a list, page by page. */
async function all<T>(path: string, query: Query = {}, abort?: AbortSignal): Promise<T[]> {
  const result: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<api.Page<T>>(path, { ...query, limit: wholePage, cursor }, abort);
    result.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return result;
}

export const session = {
  find: () => get<api.Session>("/session"),
  open: (admin: string, password: string) => post<api.Session>("/session", { admin, password }),
  redeem: (code: string) => post<api.Session>("/portal/session", { code }),
  close: () => remove("/session"),
};

export const eventTypes = {
  list: async () => (await get<{ data: api.EventTypeInfo[] }>("/event-types")).data,
  create: (body: api.EventTypeInput) => post<api.EventTypeInfo>("/event-types", body),
  change: (type: string, body: Omit<api.EventTypeInput, "type">, revision: number) =>
    patch<api.EventTypeInfo>(`/event-types/${id(type)}`, body, revision),
  remove: (type: string) => remove(`/event-types/${id(type)}`),
};

export const events = {
  /** What would become of an event; nothing is sent. */
  explain: async (body: api.EventInput, time?: api.Instant): Promise<api.EventExplanation> =>
    (await call<api.EventExplanation>("POST", "/events/explain", { query: { time }, body })).value,
};

export const channels = {
  list: (owner?: api.RecipientId, abort?: AbortSignal) => all<api.Channel>("/channels", { owner }, abort),
  find: (channel: api.Ulid, abort?: AbortSignal) => get<api.Channel>(`/channels/${id(channel)}`, {}, abort),
  create: (body: api.ChannelInput) => post<api.Channel>("/channels", body),
  change: (channel: api.Ulid, body: api.ChannelPatch, revision: number) =>
    patch<api.Channel>(`/channels/${id(channel)}`, body, revision),
  remove: (channel: api.Ulid) => remove(`/channels/${id(channel)}`),
  test: (channel: api.Ulid, event_type: string) =>
    postSlow<api.TestResult>(`/channels/${id(channel)}/test`, { event_type }, testMs),
  testDraft: (draft: api.ChannelInput, event_type: string) =>
    postSlow<api.TestResult>("/channels/test", { ...draft, event_type }, testMs),
  /** `settings`: a merge patch over those that are stored, to see what would come of it. */
  preview: (channel: api.Ulid, event_type: string, settings?: api.ChannelPatch["settings"]) =>
    post<api.Preview>(`/channels/${id(channel)}/preview`, { event_type, ...(settings && { settings }) }),
  previewDraft: (draft: api.ChannelInput, event_type: string) =>
    post<api.Preview>("/channels/preview", { ...draft, event_type }),
  rotateSecret: (channel: api.Ulid, secret: string, grace_seconds: number, revision: number) =>
    post<api.RotatedSecret>(`/channels/${id(channel)}/rotate-secret`, { secret, grace_seconds }, `"${revision}"`),
};

export const triggers = {
  find: (owner: api.RecipientId, abort?: AbortSignal): Promise<Tagged<api.TriggerMatrix>> =>
    call<api.TriggerMatrix>("GET", "/triggers", { query: { owner }, abort }),
  store: (owner: api.RecipientId, body: unknown, tag: string): Promise<Tagged<api.TriggerMatrix>> =>
    call<api.TriggerMatrix>("PUT", "/triggers", { query: { owner }, body, ifMatch: tag }),
};

/** So many requests look for the first one that fits; each looks at 2,000 deliveries. */
const mostLooks = 5;

export const deliveries = {
  list: (query: Query, abort?: AbortSignal) => get<api.Page<api.Delivery>>("/deliveries", query, abort),
  /** The first page that is not empty. Where that would lie too far back an empty one, which `has_more`. */
  search: async (query: Query, abort?: AbortSignal): Promise<api.Page<api.Delivery>> => {
    let page = await deliveries.list(query, abort);
    for (let look = 1; look < mostLooks && page.data.length === 0 && page.next_cursor; ++look)
      page = await deliveries.list({ ...query, cursor: page.next_cursor }, abort);
    return page;
  },
  find: (delivery: api.Ulid, abort?: AbortSignal) => get<api.DeliveryDetail>(`/deliveries/${id(delivery)}`, {}, abort),
  summary: (abort?: AbortSignal) => get<api.DeliverySummary>("/deliveries/summary", {}, abort),
  message: (delivery: api.Ulid) => get<api.Preview>(`/deliveries/${id(delivery)}/message`),
  resend: (delivery: api.Ulid, allow_duplicate: boolean) =>
    post<api.DeliveryChanged>(`/deliveries/${id(delivery)}/resend`, { allow_duplicate }),
  cancel: (delivery: api.Ulid, reason: string) =>
    post<api.DeliveryChanged>(`/deliveries/${id(delivery)}/cancel`, reason ? { reason } : {}),
};

export const pause = {
  find: async (abort?: AbortSignal) => (await get<{ pause: api.Pause | null }>("/pause", {}, abort)).pause,
  begin: async (until: api.Instant, reason: string): Promise<api.Pause | null> =>
    (await call<{ pause: api.Pause | null }>("PUT", "/pause", { body: reason ? { until, reason } : { until } })).value.pause,
  end: () => remove("/pause"),
};

export const deadLetters = {
  groups: (query: Query, abort?: AbortSignal) =>
    all<api.DeadLetterGroup>("/dead-letters/groups", query, abort),
  list: (query: Query, abort?: AbortSignal) => get<api.Page<api.DeadLetter>>("/dead-letters", query, abort),
  replay: (choice: api.DeadLetterChoice, more: { dry_run?: boolean; per_minute?: number; cursor?: string }) =>
    postSlow<api.DeadLettersDone>("/dead-letters/replay", { ...choice, ...more }, workMs),
  discard: (choice: api.DeadLetterChoice, more: { dry_run?: boolean; reason: string; cursor?: string }) =>
    postSlow<api.DeadLettersDone>("/dead-letters/discard", { ...choice, ...more }, workMs),
};

export const customers = {
  list: (abort?: AbortSignal) => all<api.Customer>("/customers", {}, abort),
  find: (name: string, abort?: AbortSignal) => get<api.Customer>(`/customers/${id(name)}`, {}, abort),
  create: (body: api.CustomerInput) => post<api.Customer>("/customers", body),
  change: (name: string, body: Partial<Omit<api.CustomerInput, "name">>, revision: number) =>
    patch<api.Customer>(`/customers/${id(name)}`, body, revision),
  remove: (name: string) => remove(`/customers/${id(name)}`),
  mintLink: (name: string) => post<api.PortalLink>(`/customers/${id(name)}/portal-links`),
};

export const admins = {
  list: (abort?: AbortSignal) => all<api.Admin>("/admins", {}, abort),
  create: (body: { name: string; display_name?: string }) => post<api.Admin>("/admins", body),
  remove: (name: string) => remove(`/admins/${id(name)}`),
  setPassword: async (name: string, password: string): Promise<void> => {
    await call<undefined>("PUT", `/admins/${id(name)}/password`, { body: { password } });
  },
};

function preferencesPath(owner: api.RecipientId): string {
  const [kind, name] = owner.split("/");
  return `/${kind}s/${id(name ?? "")}/preferences`;
}

export const preferences = {
  find: (owner: api.RecipientId, abort?: AbortSignal) => get<api.Preference>(preferencesPath(owner), {}, abort),
  store: async (owner: api.RecipientId, value: api.PreferenceInput): Promise<api.Preference> =>
    (await call<api.Preference>("PUT", preferencesPath(owner), { body: value })).value,
};

export const tokens = {
  list: (abort?: AbortSignal) => all<api.Token>("/tokens", {}, abort),
  create: (body: { name: string; scopes: api.Scope[]; expires_at?: api.Instant }) => post<api.NewToken>("/tokens", body),
  revoke: (token: api.Ulid) => remove(`/tokens/${id(token)}`),
};

export const audit = {
  list: (query: Query, abort?: AbortSignal) => get<api.Page<api.AuditEntry>>("/audit", query, abort),
};

export const configuration = {
  /** The text of a configuration file, without secrets. */
  export: () => getText("/config/export", exportMs),
};

export const stats = {
  find: (abort?: AbortSignal) => get<api.Stats>("/stats/actors", {}, abort),
};
