// What the pages about the service compute without a browser: the exported file, the end of a pause, the room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compiled } from "./support/compiled.mjs";

/** @type {typeof import("../src/pages/settings/export/yaml")} */
const { yamlOf } = await compiled("pages/settings/export/yaml.ts");
/** @type {typeof import("../src/pages/settings/export/configuration")} */
const { configurationOf } = await compiled("pages/settings/export/configuration.ts");
/** @type {typeof import("../src/pages/overview/pause_end")} */
const { instantOf, localInput } = await compiled("pages/overview/pause_end.ts");
/** @type {typeof import("../src/pages/settings/storage_room")} */
const { daysLeft, roomOf } = await compiled("pages/settings/storage_room.ts");
/** @type {typeof import("../src/ui/bytes")} */
const { bytes } = await compiled("ui/bytes.ts");

const none = { include: [], exclude: [] };
const at = "2026-03-29T14:30:00Z";

const recipient = (/** @type {string} */ name, more = {}) => ({
  name,
  display_name: name,
  managed_by: null,
  revision: 1,
  created_at: at,
  updated_at: at,
  ...more,
});

const customer = (/** @type {string} */ name, /** @type {string[]} */ services, /** @type {boolean} */ portal_enabled) => ({
  ...recipient(name),
  services,
  portal_enabled,
});

const channel = (/** @type {Partial<import("../src/api/types").Channel>} */ more) =>
  /** @type {import("../src/api/types").Channel} */ ({
    id: "01A",
    owner: "admin/ops",
    name: "a",
    type: "webhook",
    enabled: true,
    disabled_reason: null,
    triggers: {},
    filters: { customers: none, services: none },
    delivery: { first_retry_seconds: null, max_retry_seconds: null, give_up_seconds: null, on_ambiguous: "retry" },
    settings: {},
    secrets: {},
    target: "",
    managed_by: null,
    revision: 1,
    created_at: at,
    updated_at: at,
    ...more,
  });

test("texts that something else could be read from stand in quotes", () => {
  const texts = ["a b", "yes", "Off", "null", "7", "0x1", "1e5", "", " a", "a: b", "#a", "ä", 'q"\\', "line\nfeed", "${X}", "-", "~"];
  const quoted = texts.filter((x) => yamlOf({ x }).includes('"'));
  assert.deepEqual(quoted, texts.slice(1));
  assert.equal(yamlOf({ x: 'q"\\\n' }), 'x: "q\\"\\\\\\n"\n');
});

test("maps stand in blocks, lists on one line", () => {
  const text = yamlOf({ a: { b: { "c d": true } }, e: ["f", "7", 7], empty: {}, no: null });
  assert.equal(text, 'a:\n  b:\n    c d: true\ne: [f, "7", 7]\nempty: {}\n"no": null\n');
});

test("what is as it is by default is left out of the file", () => {
  const { root, variables } = configurationOf({
    eventTypes: [],
    admins: [recipient("ops")],
    customers: [],
    preferences: new Map(),
    channels: [channel({})],
  });
  assert.deepEqual(root, { name: "file", admins: { ops: { channels: { a: { type: "webhook" } } } } });
  assert.deepEqual(variables, []);
});

test("everything else stands in it, by name", () => {
  const { root, variables } = configurationOf({
    eventTypes: [
      { type: "deploy.failure", title: "Failed", severity: "error", default: true, custom: false, managed_by: null, revision: null },
      { type: "invoice.overdue", title: "Overdue", severity: "warning", default: false, custom: true, managed_by: null, revision: 2 },
    ],
    admins: [recipient("ops", { display_name: "Operations ${x}", managed_by: "panel" })],
    customers: [customer("b", ["s"], true), customer("a", [], false)],
    preferences: new Map([
      [
        "admin/ops",
        { customers: none, services: { include: ["s"], exclude: [] }, event_types: none, quiet_hours: null, managed_by: null, revision: 1 },
      ],
    ]),
    channels: [
      channel({
        name: "on call",
        enabled: false,
        triggers: { "deploy.failure": { on: true, to: ["x@example.com"] }, "deploy.success": { on: false } },
        delivery: { first_retry_seconds: 7, max_retry_seconds: null, give_up_seconds: null, on_ambiguous: "dead_letter" },
        settings: { templates: { "*": { body: "${z}" } }, previous_secret_expires_at: at },
        secrets: {
          url: { configured: true },
          secret: { configured: true },
          previous_secret: { configured: true },
          "headers/X-A": { configured: true },
        },
      }),
      channel({ owner: "customer/a", name: "on-call", secrets: { url: { configured: true } } }),
    ],
  });
  assert.deepEqual(root, {
    name: "panel",
    event_types: { "invoice.overdue": { title: "Overdue", severity: "warning", default: false } },
    admins: {
      ops: {
        display_name: "Operations $${x}",
        preferences: { services: { include: ["s"] } },
        channels: {
          "on call": {
            type: "webhook",
            enabled: false,
            triggers: { "deploy.failure": { on: true, to: ["x@example.com"] }, "deploy.success": false },
            delivery: { first_retry_seconds: 7, on_ambiguous: "dead_letter" },
            settings: {
              templates: { "*": { body: "$${z}" } },
              url: "${TOCSIN_ADMIN_OPS_ON_CALL_URL}",
              secret: "${TOCSIN_ADMIN_OPS_ON_CALL_SECRET}",
              headers: { "X-A": "${TOCSIN_ADMIN_OPS_ON_CALL_HEADERS_X_A}" },
            },
          },
        },
      },
    },
    customers: {
      a: { channels: { "on-call": { type: "webhook", settings: { url: "${TOCSIN_CUSTOMER_A_ON_CALL_URL}" } } } },
      b: { services: ["s"], portal_enabled: true },
    },
  });
  assert.equal(variables.length, 4);
});

test("no two secrets share a variable", () => {
  const { variables } = configurationOf({
    eventTypes: [],
    admins: [recipient("ops")],
    customers: [],
    preferences: new Map(),
    channels: ["a b", "a-b"].map((name) => channel({ name, secrets: { url: { configured: true } } })),
  });
  assert.deepEqual(variables, ["TOCSIN_ADMIN_OPS_A_B_URL", "TOCSIN_ADMIN_OPS_A_B_URL_2"]);
});

test("a pause ends after the length that was chosen, or when it was typed", () => {
  const now = Date.parse(at);
  assert.equal(instantOf("90", "", now), "2026-03-29T16:00:00.000Z");
  assert.equal(instantOf("", localInput(new Date(now)), 0), "2026-03-29T14:30:00.000Z");
  assert.equal(instantOf("", "", now), "");
});

const storage = (/** @type {number} */ room, growth = {}) =>
  /** @type {import("../src/api/types").StorageStats} */ ({
    file_bytes: 0,
    map_bytes: 0,
    map_limit_bytes: 1e9,
    live_bytes: 0,
    reusable_bytes: 0,
    disk_free_bytes: 1e12,
    room_bytes: room,
    records: {},
    growth: { last_hour: null, last_day: null, ...growth },
  });

const kept = { event_seconds: 0, audit_seconds: 0, reserve_bytes: 100 };

test("the room is judged by the reserve and by how fast it goes", () => {
  assert.deepEqual(
    [99, 100, 399, 400].map((x) => roomOf(storage(x), kept).word),
    ["full", "nearly full", "nearly full", "enough room"],
  );
  const growing = (/** @type {number} */ perDay, hours = 5) => ({
    last_day: { since: new Date(Date.now() - hours * 3_600_000).toISOString(), bytes: 1, bytes_per_day: perDay },
  });
  assert.equal(daysLeft(storage(1100, growing(100)), kept), 10);
  assert.equal(roomOf(storage(1100, growing(100)), kept).word, "filling up");
  assert.match(roomOf(storage(1100, growing(100)), kept).advice, /storage\.map_limit is reached in 10 days/);
  assert.equal(daysLeft(storage(1100, growing(100, 0.5)), kept), undefined);
  assert.equal(daysLeft(storage(1100, growing(-5)), kept), undefined);
});

test("bytes are told in the largest unit", () => {
  assert.deepEqual([0, 1023, 1024, -1_572_864, 5e12].map(bytes), ["0 B", "1023 B", "1.0 KiB", "−1.5 MiB", "4.5 TiB"]);
});
