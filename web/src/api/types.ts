// The objects of the API, in the words of its description (/openapi.json).

export type Ulid = string;
/** An instant in UTC, RFC 3339. */
export type Instant = string;
/** `admin/ops` or `customer/acme`. */
export type RecipientId = string;

/** The file that describes an object; null where everybody may change it. */
export type Manager = string | null;

export type ChannelType = "email" | "slack" | "discord" | "telegram" | "webhook";
export type Severity = "success" | "info" | "warning" | "error" | "critical";
export type Scope = "events:write" | "read" | "write" | "read:sensitive" | "stats";
export type DeliveryState =
  | "pending"
  | "scheduled"
  | "attempting"
  | "delivered"
  | "dead_letter"
  | "suppressed"
  | "cancelled";
export type OutcomeClass = "delivered" | "retry" | "throttled" | "rejected" | "dead_endpoint" | "ambiguous";
export type Stage = "render" | "resolve" | "connect" | "tls" | "auth" | "send" | "accepted";

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  has_more: boolean;
}

export interface Session {
  who: RecipientId;
  csrf_token: string;
  expires_at: Instant;
}

export interface EventTypeInput {
  type: string;
  /** What messages about it begin with. */
  title: string;
  /** Whether channels take it unless told otherwise. */
  default: boolean;
  severity: Severity;
}

export interface EventTypeInfo extends EventTypeInput {
  /** Whether an operator added it. */
  custom: boolean;
  managed_by: Manager;
  /** null for those that are built in. */
  revision: number | null;
}

export interface EventInput {
  event: string;
  message: string;
  service?: string;
  customer?: string;
}

/** One rule that was applied on the path of an event, and what it found. */
export interface RuleFinding {
  rule: string;
  passes: boolean;
  ground: string;
  detail: string;
  until: Instant | null;
}

export interface ChannelExplanation {
  id: Ulid;
  name: string;
  type: ChannelType;
  decision: "deliver" | "suppress" | "not_concerned";
  reason: string | null;
  destinations: string[];
  destinations_from: "channel" | "trigger";
  rules: RuleFinding[];
  /** What a delivery that is sent has to wait for. */
  holds: { kind: string; detail: string; until: Instant | null }[];
}

export interface RecipientExplanation {
  recipient: RecipientId;
  display_name: string;
  decision: "deliver" | "suppress" | "unreached" | "not_concerned";
  reason: string | null;
  rules: RuleFinding[];
  channels: ChannelExplanation[];
}

export interface EventExplanation {
  event: string;
  severity: Severity;
  at: Instant;
  customer: RecipientId | null;
  recipients: RecipientExplanation[];
}

export interface Trigger {
  on: boolean;
  to?: string[];
}

export interface Selection {
  include: string[];
  exclude: string[];
}

export interface DeliveryPolicy {
  first_retry_seconds: number | null;
  max_retry_seconds: number | null;
  give_up_seconds: number | null;
  on_ambiguous: "retry" | "dead_letter";
}

/** What a setting can be; which ones there are depends on the channel's type. */
export type Setting = string | number | string[] | Record<string, unknown> | null;

/** Whether a secret is there, and its last characters; of webhook headers one for each name. */
export interface SecretState {
  configured: boolean;
  hint?: string | null;
}

export interface Channel {
  id: Ulid;
  owner: RecipientId;
  name: string;
  type: ChannelType;
  enabled: boolean;
  disabled_reason: string | null;
  triggers: Record<string, Trigger>;
  filters: { customers: Selection; services: Selection };
  delivery: DeliveryPolicy;
  settings: Record<string, Setting>;
  secrets: Record<string, SecretState>;
  target: string;
  managed_by: Manager;
  revision: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface ChannelInput {
  owner?: RecipientId;
  name: string;
  type: ChannelType;
  enabled: boolean;
  filters: Channel["filters"];
  delivery: DeliveryPolicy;
  settings: Record<string, Setting>;
}

export type ChannelPatch = Partial<Omit<ChannelInput, "owner" | "type">>;

/** What goes to the provider, without secrets. */
export interface ProviderRequest {
  method: "POST" | "MAIL";
  url: string;
  encryption?: string;
  headers: Record<string, string>;
  body: string;
  html?: string;
}

export interface Preview {
  event_type: string;
  request: ProviderRequest;
}

export interface TestResult {
  delivered: boolean;
  outcome: OutcomeClass;
  stage: Stage;
  code: string | null;
  text: string | null;
  duration_ms: number;
  hint: string | null;
  request: ProviderRequest | null;
}

export interface RotatedSecret {
  secret: string;
  previous_secret_expires_at: Instant | null;
  revision: number;
}

export interface MatrixCell extends Trigger {
  default: boolean;
}

export interface MatrixChannel {
  id: Ulid;
  name: string;
  type: ChannelType;
  revision: number;
  triggers: Record<string, MatrixCell>;
}

export interface TriggerMatrix {
  owner: RecipientId;
  event_types: EventTypeInfo[];
  channels: MatrixChannel[];
}

export interface Delivery {
  id: Ulid;
  event_id: Ulid;
  event_type: string;
  service: string | null;
  customer: string | null;
  message: string;
  channel: Ulid | null;
  recipient: RecipientId;
  destination: string | null;
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  created_at: Instant;
  due_at: Instant | null;
  finished_at: Instant | null;
  resent_at: Instant | null;
  note: string | null;
  last_code: string | null;
  last_text: string | null;
}

export interface Attempt {
  number: number;
  started_at: Instant;
  duration_ms: number;
  outcome: OutcomeClass;
  stage: Stage;
  code: string | null;
  text: string | null;
}

export interface DeliveryDetail extends Delivery {
  attempt_log: Attempt[];
}

export interface DeliveryChanged {
  changed: boolean;
  delivery: Delivery;
}

export interface DeadLetter extends Delivery {
  may_duplicate: boolean;
}

export interface DeadLetterGroup {
  channel: Ulid;
  code: string | null;
  count: number;
  oldest: Instant;
  newest: Instant;
  sample: Ulid;
  sample_text: string | null;
}

/** Which dead letters a request is about: named ones, or all that fit. */
export interface DeadLetterChoice {
  ids?: Ulid[];
  channel?: Ulid;
  code?: string;
  since?: Instant;
  until?: Instant;
}

export interface DeadLettersDone {
  dry_run: boolean;
  matched: number;
  replayed?: number;
  discarded?: number;
  skipped: number;
  may_duplicate: number;
  first_due_at: Instant | null;
  last_due_at: Instant | null;
  refused: { id: Ulid; code: string; detail: string }[];
  next_cursor: string | null;
  has_more: boolean;
  stopped_by: { code: string; detail: string } | null;
}

export interface Admin {
  name: string;
  display_name: string;
  managed_by: Manager;
  revision: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface Customer extends Admin {
  services: string[];
  portal_enabled: boolean;
}

export interface CustomerInput {
  name: string;
  display_name?: string;
  services: string[];
  portal_enabled: boolean;
}

export interface QuietHours {
  from: string;
  until: string;
  utc_offset_minutes: number;
  critical_bypass: boolean;
}

export interface Preference {
  customers: Selection;
  services: Selection;
  event_types: Selection;
  quiet_hours: QuietHours | null;
  managed_by: Manager;
  revision: number;
}

export type PreferenceInput = Omit<Preference, "managed_by">;

export interface PortalLink {
  url: string;
  code: string;
  expires_at: Instant;
}

export interface Token {
  id: Ulid;
  name: string;
  scopes: Scope[];
  created_at: Instant;
  expires_at: Instant | null;
  last_used_at: Instant | null;
}

export interface NewToken extends Token {
  token: string;
}

export interface AuditEntry {
  id: Ulid;
  at: Instant;
  author: { kind: "service" | "token" | "admin" | "customer"; id: string | null; name: string | null };
  request_id: string | null;
  action: string;
  object: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface Pause {
  until: Instant;
  reason: string | null;
  since: Instant;
  author: AuditEntry["author"];
}

export interface DeliveryCounts {
  accepted: number;
  suppressed: number;
  delivered: number;
  failed: number;
  retried: number;
  dead_letters: number;
}

export interface DeliverySummary {
  bucket_seconds: number;
  buckets: ({ at: Instant } & DeliveryCounts)[];
  total: DeliveryCounts;
}

export interface StorageGrowth {
  since: Instant;
  bytes: number;
  bytes_per_day: number;
}

export interface StorageStats {
  file_bytes: number;
  map_bytes: number;
  map_limit_bytes: number;
  live_bytes: number;
  reusable_bytes: number;
  disk_free_bytes: number;
  room_bytes: number;
  records: Record<string, number>;
  growth: { last_hour: StorageGrowth | null; last_day: StorageGrowth | null };
}

export interface Retention {
  event_seconds: number;
  audit_seconds: number;
  reserve_bytes: number;
}

export interface ActorStats {
  name: string;
  instances: number;
  mailbox_depth: number;
  messages_handled: number;
  restarts: number;
  busy_us: number;
}

export interface ChannelStats {
  channel: Ulid;
  name: string;
  type: ChannelType;
  sent: number;
  failed: number;
  retried: number;
  in_flight: number;
  pending: number;
  restarts: number;
  parked: boolean;
  breaker: "closed" | "open" | "half_open";
  latency_p50_ms: number;
  latency_p99_ms: number;
}

export interface Stats {
  version: string;
  uptime_seconds: number;
  actors: ActorStats[];
  channels: ChannelStats[];
  certificates: { role: string; name: string; fingerprint: string; expires_at: Instant; connections: number }[];
  storage: StorageStats;
  retention: Retention;
  pause: Pause | null;
}
