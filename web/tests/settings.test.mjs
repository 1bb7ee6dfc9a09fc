// What the pages about the service compute without a browser: the end of a pause, how channels do, the room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compiled } from "./support/compiled.mjs";

/** @type {typeof import("../src/pages/overview/pause_end")} */
const { endOf } = await compiled("pages/overview/pause_end.ts");
/** @type {typeof import("../src/ui/time")} */
const { absolute, instantOf, localOf } = await compiled("ui/time.tsx");
/** @type {typeof import("../src/pages/overview/health")} */
const { watched } = await compiled("pages/overview/health.ts");
/** @type {typeof import("../src/pages/settings/storage_room")} */
const { daysLeft, roomOf } = await compiled("pages/settings/storage_room.ts");
/** @type {typeof import("../src/ui/bytes")} */
const { bytes } = await compiled("ui/bytes.ts");

const at = "2026-03-29T14:30:00Z";

test("a pause ends after the length that was chosen, or when it was typed", () => {
  const now = Date.parse(at);
  assert.equal(endOf("90", "", now), "2026-03-29T16:00:00.000Z");
  assert.equal(endOf("", localOf(at), 0), "2026-03-29T14:30:00.000Z");
  assert.equal(endOf("", "", now), "");
});

test("an instant is told with its zone, and typed in the browser's", () => {
  assert.match(absolute(at), /2026.* (GMT|UTC|[A-Z]{3,4})([+-]\d+)?$/);
  assert.equal(instantOf(localOf(at)), at);
  assert.deepEqual([localOf(undefined), instantOf("")], ["", ""]);
});

test("what is typed into a field for a time stays as it is, early years and what is no time too", () => {
  const zone = process.env.TZ;
  for (process.env.TZ of ["Europe/Berlin", "Asia/Kolkata", "America/New_York"])
    for (const typed of ["0002-01-01T10:00", "0202-06-30T10:00", "2026-07-01T23:59", "20266-01-01T00:00"])
      assert.equal(localOf(instantOf(typed)), typed);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  assert.equal(instantOf("20266-01-01T00:00"), "20266-01-01T00:00");
});

/** The words for a channel that is looked at again and again; each look has what it counted since the start. */
function wordsOf(/** @type {string} */ channel, /** @type {Partial<import("../src/api/types").ChannelStats>[]} */ all) {
  const none = { channel, sent: 0, failed: 0, retried: 0, in_flight: 0, pending: 0, parked: false, breaker: "closed" };
  const words = all.map((x) => watched([/** @type {import("../src/api/types").ChannelStats} */ ({ ...none, ...x })])[0]?.health.word);
  watched([]);
  return words;
}

test("a channel through which nothing goes is behind, also where what it owes is only retried", () => {
  const throttled = { retried: 1, pending: 3 };
  assert.deepEqual(wordsOf("1", [{ pending: 1, in_flight: 1 }, throttled, throttled, { ...throttled, retried: 2 }]), [
    "well",
    "behind",
    "behind",
    "behind",
  ]);
  assert.deepEqual(wordsOf("2", [{ ...throttled, sent: 500 }]), ["behind"], "at the first look");
  assert.deepEqual(wordsOf("3", [{ ...throttled, sent: 9 }, { retried: 1, sent: 12 }]), ["behind", "well"]);
  assert.deepEqual(wordsOf("4", [{ failed: 3, sent: 9, retried: 5 }, { ...throttled, in_flight: 1 }]), ["well", "behind"], "a restart");
});

test("what failed long ago makes no channel behind that has something to do", () => {
  const busy = { failed: 1, sent: 500, pending: 40, in_flight: 8 };
  assert.deepEqual(wordsOf("5", [busy, { ...busy, sent: 900 }]), ["well", "well"]);
  const idle = { failed: 1, sent: 500 };
  assert.deepEqual(wordsOf("6", [idle, { ...idle, pending: 1 }, { ...idle, sent: 501, retried: 1, pending: 1 }]), ["well", "well", "behind"]);
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

test("where the room is used up, the limit that is reached is named alone", () => {
  const full = { ...storage(0), map_limit_bytes: 1000, live_bytes: 1000 };
  assert.equal(roomOf(full, kept).advice, "New events are refused: raise storage.map_limit. Deliveries go on.");
  assert.equal(roomOf({ ...full, live_bytes: 500, disk_free_bytes: 0 }, kept).advice, "New events are refused: make room on the disk. Deliveries go on.");
});

test("bytes are told in the largest unit", () => {
  assert.deepEqual([0, 1023, 1024, -1_572_864, 5e12].map(bytes), ["0 B", "1023 B", "1.0 KiB", "−1.5 MiB", "4.5 TiB"]);
});
