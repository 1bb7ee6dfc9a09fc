// What the panel computes without a browser: the live list, the matrix, drafts, times.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compiled } from "./support/compiled.mjs";

/** @type {typeof import("../src/pages/deliveries/live_list")} */
const { fits, mostRows, newIn, withChanges, withOlder, withPage } = await compiled("pages/deliveries/live_list.ts");
/** @type {typeof import("../src/ui/in_turns")} */
const { inTurns } = await compiled("ui/in_turns.ts");
/** @type {typeof import("../src/ui/row_window")} */
const { piecesOf, rowsNear } = await compiled("ui/row_window.ts");
/** @type {typeof import("../src/pages/triggers/matrix")} */
const { bodyOf, cellsOf, changed, differences } = await compiled("pages/triggers/matrix.ts");
/** @type {typeof import("../src/pages/channels/draft")} */
const { differs, draftOf, inputOf, newDraft, patchOf } = await compiled("pages/channels/draft.ts");
/** @type {typeof import("../src/pages/channels/channel_kinds")} */
const { kindOf } = await compiled("pages/channels/channel_kinds.ts");
/** @type {typeof import("../src/ui/time")} */
const { duration, relative } = await compiled("ui/time.tsx");
/** @type {typeof import("../src/pages/settings/changes")} */
const { changesOf } = await compiled("pages/settings/changes.ts");

/** @type {typeof import("../src/pages/deliveries/happenings")} */
const { happenings } = await compiled("pages/deliveries/happenings.ts");

/** @typedef {import("../src/api/types").Delivery} Delivery */

const delivery = (/** @type {number} */ n, /** @type {Partial<Delivery>} */ more = {}) =>
  /** @type {Delivery} */ ({
    id: String(n).padStart(5, "0"),
    state: "pending",
    created_at: new Date(1_800_000_000_000 + n * 1000).toISOString(),
    ...more,
  });

/** A page with the deliveries from `last` to `first`, newest first. */
const page = (/** @type {number} */ first, /** @type {number} */ last, /** @type {string | null} */ cursor = null) => ({
  data: Array.from({ length: last - first + 1 }, (_, i) => delivery(last - i)),
  next_cursor: cursor,
  has_more: cursor !== null,
});

const ids = (/** @type {import("../src/pages/deliveries/live_list").List} */ list) => list.rows.map((x) => Number(x.id));

test("a page that overlaps goes in front of what is there", () => {
  const list = withPage(withPage(undefined, page(1, 5, "old")), page(3, 8, "newer"));
  assert.deepEqual(ids(list), [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.equal(list.cursor, "old");
});

test("a page that leaves a gap takes the place of what is there", () => {
  const list = withPage(withPage(undefined, page(1, 5, "old")), page(9, 12, "newer"));
  assert.deepEqual(ids(list), [12, 11, 10, 9]);
  assert.equal(list.cursor, "newer");
});

test("what fits no more goes with the next page", () => {
  const fresh = { ...page(4, 5), data: [delivery(5), delivery(3)] };
  assert.deepEqual(ids(withPage(withPage(undefined, page(1, 5)), fresh)), [5, 3, 2, 1]);
});

test("an empty page that has not looked at all of them changes nothing", () => {
  const list = withPage(undefined, page(1, 5));
  assert.equal(withPage(list, page(1, 0, "further back")), list);
});

test("of much that is asked for at once only some is done at a time, and what fails lets the next begin", async () => {
  const inTwos = inTurns(2);
  /** @type {(() => void)[]} */
  const ends = [];
  const work = (/** @type {number} */ n) =>
    inTwos(async () => {
      await new Promise((resolve) => ends.push(() => resolve(undefined)));
      if (n === 0) throw new Error("broken");
      return n;
    });
  const all = Promise.allSettled([0, 1, 2, 3, 4].map(work));
  const begun = [];
  for (let n = 0; n < 5; ++n) {
    await new Promise((resolve) => setImmediate(resolve));
    begun.push(ends.length);
    ends[n]?.();
  }
  assert.deepEqual(begun, [2, 3, 4, 5, 5]);
  assert.deepEqual((await all).map((x) => x.status === "fulfilled" && x.value), [false, 1, 2, 3, 4]);
});

test("an empty page empties the list", () => {
  assert.deepEqual(ids(withPage(withPage(undefined, page(1, 5)), page(1, 0))), []);
});

test("changes move rows where they are and put new ones in front", () => {
  const list = withPage(undefined, page(1, 3));
  const next = withChanges(list, [delivery(5), delivery(2, { state: "delivered" }), delivery(4), delivery(5, { state: "delivered" })], {});
  assert.deepEqual(ids(next), [5, 4, 3, 2, 1]);
  assert.equal(next.rows[0]?.state, "delivered");
  assert.equal(next.rows[3]?.state, "delivered");
});

test("a new one that is told of late takes its place", () => {
  const list = withChanges(withPage(undefined, page(1, 2, "older")), [delivery(6)], {});
  assert.deepEqual(ids(withChanges(list, [delivery(5), delivery(4)], {})), [6, 5, 4, 2, 1]);
  const first = withChanges(withPage(undefined, page(1, 0)), [delivery(6)], {});
  assert.deepEqual(ids(withChanges(first, [delivery(5)], {})), [6, 5]);
});

test("changes take away what fits no more and do not bring back what is further down", () => {
  const list = withPage(undefined, page(10, 12, "older"));
  const next = withChanges(list, [delivery(11, { state: "delivered" }), delivery(4)], { state: "pending" });
  assert.deepEqual(ids(next), [12, 10]);
});

test("a flood is cut off, and the list says so", () => {
  const list = withPage(undefined, page(1, 50, "older"));
  const flood = Array.from({ length: 2000 }, (_, i) => delivery(51 + i));
  const next = withChanges(list, flood, {});
  assert.equal(next.rows.length, mostRows);
  assert.equal(Number(next.rows[0]?.id), 2050);
  assert.equal(next.isCut, true);
  assert.equal(newIn(next, list), `${mostRows}+`);
});

test("older rows go at the end, and new ones are counted", () => {
  const list = withPage(undefined, page(4, 6, "older"));
  assert.deepEqual(ids(withOlder(list, page(2, 4))), [6, 5, 4, 3, 2]);
  assert.equal(newIn(withPage(list, page(5, 9)), list), "3");
  assert.equal(newIn(list, list), "");
});

test("a span of time is from its first instant to before its last", () => {
  const x = delivery(10);
  assert.equal(fits(x, { since: x.created_at }), true);
  assert.equal(fits(x, { until: x.created_at }), false);
});

test("rows on the screen are drawn, and room stands for the others", () => {
  const height = () => 50;
  const span = rowsNear(1000, height, 5000, 6000);
  assert.deepEqual(span, { from: 90, to: 130 });
  assert.deepEqual(rowsNear(1000, height, -600, 900), { from: 0, to: 20 });
  assert.deepEqual(rowsNear(15, height, 0, 10_000), { from: 0, to: 15 });
  const pieces = (/** @type {number} */ kept) => piecesOf(1000, span, kept, height).map((x) => [x.above, x.from, x.to]);
  const whole = [[4500, 90, 130], [43_500, 1000, 1000]];
  assert.deepEqual(pieces(-1), whole);
  assert.deepEqual(pieces(100), whole, "a row with the focus among them");
  assert.deepEqual(pieces(10), [[500, 10, 11], [3950, 90, 130], [43_500, 1000, 1000]]);
  assert.deepEqual(pieces(999), [[4500, 90, 130], [43_450, 999, 1000], [0, 1000, 1000]]);
});

test("a list that became shorter than where one looked shows its end", () => {
  assert.deepEqual(piecesOf(40, { from: 500, to: 540 }, -1, () => 50), [
    { from: 30, to: 40, above: 1500 },
    { from: 40, to: 40, above: 0 },
  ]);
});

const matrix = /** @type {import("../src/api/types").TriggerMatrix} */ ({
  owner: "admin/admin",
  event_types: [],
  channels: ["mail", "hook"].map((id) => ({
    id,
    name: id,
    type: id === "mail" ? "email" : "webhook",
    revision: 1,
    triggers: { a: { on: true, default: true }, b: { on: true, default: false, ...(id === "mail" ? { to: ["x@y.z"] } : {}) } },
  })),
});

test("only channels whose cells differ are sent, each with all that is not as by default", () => {
  const cells = changed(cellsOf(matrix), (channel, type, x) => (channel === "mail" && type === "a" ? { ...x, on: false } : x));
  assert.deepEqual([...differences(cellsOf(matrix), cells)], [["mail", 1]]);
  assert.deepEqual(bodyOf(matrix, cells), {
    channels: [{ id: "mail", triggers: { a: { on: false }, b: { on: true, to: ["x@y.z"] } } }],
  });
});

test("addresses written differently are the same addresses", () => {
  const cells = changed(cellsOf(matrix), (_, __, x) => (x.to ? { ...x, to: " x@y.z ," } : x));
  assert.equal(differences(cellsOf(matrix), cells).size, 0);
});

/** @type {import("../src/api/types").Channel} */
const channel = {
  id: "1",
  owner: "admin/admin",
  name: "mail",
  type: "email",
  enabled: true,
  disabled_reason: null,
  triggers: {},
  filters: { customers: { include: [], exclude: [] }, services: { include: [], exclude: [] } },
  delivery: { first_retry_seconds: null, max_retry_seconds: null, give_up_seconds: null, on_ambiguous: "retry" },
  settings: { host: "mx", port: 25, encryption: "none", from: "a@b.c", to: ["d@e.f", "g@h.i"] },
  secrets: { password: { configured: true, hint: "cret" } },
  target: "d@e.f",
  managed_by: null,
  revision: 1,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

test("a draft of a stored channel changes nothing, and leaves its secrets alone", () => {
  const draft = draftOf(channel);
  assert.equal(differs(draft, channel), false);
  const { settings } = patchOf(draft, channel);
  assert.deepEqual(settings, {
    host: "mx",
    port: "25",
    encryption: "none",
    from: "a@b.c",
    to: ["d@e.f", "g@h.i"],
    username: null,
  });
});

test("a removed secret is sent as null, a new one as it is", () => {
  const draft = draftOf(channel);
  assert.equal(patchOf({ ...draft, removed: ["password"] }, channel).settings?.["password"], null);
  const typed = { ...draft, settings: { ...draft.settings, password: "new" } };
  assert.equal(patchOf(typed, channel).settings?.["password"], "new");
});

test("headers that are typed again replace all that are stored", () => {
  const hook = /** @type {import("../src/api/types").Channel} */ ({
    ...channel,
    type: "webhook",
    settings: { format: "tocsin" },
    secrets: { url: { configured: true }, "headers/Authorization": { configured: true }, "headers/X~0Team": { configured: true } },
  });
  const draft = draftOf(hook);
  assert.equal("headers" in (patchOf(draft, hook).settings ?? {}), false);
  const typed = { ...draft, settings: { ...draft.settings, headers: "X-New: 1\nX~Team: ops" } };
  assert.deepEqual(patchOf(typed, hook).settings?.["headers"], { Authorization: null, "X-New": "1", "X~Team": "ops" });
});

test("templates are merged: what was taken away is sent as null", () => {
  const templates = { "*": { subject: "s", body: "b" }, "deploy.failure": { subject: "x" } };
  const stored = { ...channel, settings: { ...channel.settings, templates } };
  const draft = draftOf(stored);
  assert.equal(differs(draft, stored), false);
  const next = { ...draft, templates: [{ type: "*", parts: { subject: "t", body: "" } }] };
  assert.deepEqual(patchOf(next, stored).settings?.["templates"], {
    "*": { subject: "t", body: null },
    "deploy.failure": null,
  });
});

test("a webhook sends only what its format has", () => {
  const draft = newDraft("webhook");
  const settings = { ...draft.settings, format: "pagerduty", routing_key: "key", secret: "s", headers: "A: b\nC:d" };
  assert.deepEqual(inputOf({ ...draft, name: " x ", settings }, "admin/admin").settings, { format: "pagerduty", routing_key: "key" });
  assert.deepEqual(inputOf({ ...draft, settings: { ...settings, format: "tocsin" } }, "admin/admin").settings["headers"], {
    A: "b",
    C: "d",
  });
});

test("the form says with which encryption a password can be read on the way", () => {
  const field = kindOf("email").fields.find((x) => x.key === "encryption");
  assert.match(field?.help ?? "", /With None, .* can be read on the way/);
});

test("a delivery that was sent again by hand was so between its attempts", () => {
  const at = (/** @type {number} */ n) => new Date(1_800_000_000_000 + n * 1000).toISOString();
  const attempt = (/** @type {number} */ number, /** @type {number} */ n) =>
    /** @type {import("../src/api/types").Attempt} */ ({ number, started_at: at(n) });
  const x = /** @type {import("../src/api/types").DeliveryDetail} */ ({
    ...delivery(0),
    created_at: at(0),
    resent_at: at(5),
    due_at: null,
    finished_at: at(6),
    attempt_log: [attempt(1, 0), attempt(2, 3), attempt(3, 5)],
  });
  const told = happenings(x).map((y) => (y.is === "attempt" ? y.attempt.number : y.is));
  assert.deepEqual(told, ["accepted", 1, 2, "resent", 3, "ended"]);
});

test("durations are as coarse as they are long", () => {
  assert.deepEqual(
    [7, 1500, 42_000, 300_000, 7_800_000, 100 * 3_600_000].map(duration),
    ["7 ms", "1.5 s", "42 s", "5 min", "2 h 10 min", "4 d 4 h"],
  );
});

test("times are told from now, before and after", () => {
  const now = Date.parse("2026-03-29T12:00:00Z");
  assert.match(relative("2026-03-29T11:55:00Z", now), /5.*ago/);
  assert.match(relative("2026-03-29T14:00:00Z", now), /^in 2/);
  assert.equal(relative("2026-03-29T11:59:57Z", now), relative("2026-03-29T12:00:03Z", now));
});

test("the audit log shows the members that differ", () => {
  assert.deepEqual(changesOf({ a: 1, b: [1], revision: 1 }, { a: 1, b: [2], c: "x", revision: 2 }), [
    { name: "b", before: "[1]", after: "[2]" },
    { name: "c", before: undefined, after: '"x"' },
  ]);
  assert.deepEqual(changesOf(null, null), []);
});
