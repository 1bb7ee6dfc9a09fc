// Where the live list has its news from, with a stream, a service and a clock of the test's own.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { compiled } from "./support/compiled.mjs";

class Stream extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  constructor() {
    super();
    streams.push(this);
  }
  /** What the service sends, or what happens to the connection. */
  tell(/** @type {string} */ type, /** @type {unknown} */ data = {}) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
  refuse() {
    this.readyState = Stream.CLOSED;
    this.dispatchEvent(new Event("error"));
  }
  close() {
    this.readyState = Stream.CLOSED;
  }
}

/** @type {Stream[]} */
let streams;
/** Answers the requests for the list, in their order, each with the state of the one delivery. @type {((state: string) => void)[]} */
let answers;
/** What was asked for, in the same order. @type {string[]} */
let asked;
/** What is to be done later, by when. @type {Map<number, () => void>} */
let later;
/** What the list was told last of the delivery. */
let state = "";
/** How many rows it has. */
let rowCount = 0;
/** Whether it was told that nothing comes any more. */
let wasLost = false;

const delivery = (/** @type {string} */ x) => ({ id: "1", state: x, created_at: "2026-01-01T00:00:00Z" });

const faked = {
  EventSource: Stream,
  document: { hidden: false },
  location: { pathname: "/ui/" },
  window: {
    setInterval: (/** @type {() => void} */ work, /** @type {number} */ ms) => later.set(ms, work) && ms,
    setTimeout: (/** @type {() => void} */ work, /** @type {number} */ ms) => later.set(ms, work) && ms,
    clearInterval: (/** @type {number} */ ms) => later.delete(ms),
    clearTimeout: (/** @type {number} */ ms) => later.delete(ms),
  },
  fetch: (/** @type {string} */ address, /** @type {RequestInit} */ { signal }) =>
    new Promise((resolve, reject) => {
      asked.push(address);
      signal?.addEventListener("abort", () => reject(signal.reason));
      answers.push((x) => resolve(Response.json({ data: [delivery(x)], next_cursor: null, has_more: false })));
    }),
};
Object.assign(globalThis, faked);
/** @type {typeof import("../src/pages/deliveries/live_source")} */
const { follow } = await compiled("pages/deliveries/live_source.ts");

const soon = () => new Promise((resolve) => setImmediate(resolve));
const flush = () => later.get(250)?.();

function begin() {
  return follow({}, {
    page: (page) => (state = page.data[0]?.state ?? ""),
    changes: (changed) => (state = changed[0]?.state ?? ""),
    lost: () => (wasLost = true),
    rowCount: () => rowCount,
  });
}

beforeEach(() => {
  streams = [];
  answers = [];
  asked = [];
  rowCount = 0;
  wasLost = false;
  later = new Map();
  state = "";
});

test("a reset while the list is being read has it read once more, one after the other", async () => {
  begin();
  streams[0]?.tell("open");
  streams[0]?.tell("reset");
  await soon();
  assert.equal(answers.length, 1);
  answers[0]?.("in_flight");
  await soon();
  await soon();
  assert.equal(answers.length, 2);
  streams[0]?.tell("delivery", delivery("delivered"));
  flush();
  answers[1]?.("in_flight");
  await soon();
  await soon();
  flush();
  assert.equal(state, "delivered");
});

test("a stream that was refused is tried again while the list is asked for, and counts again once it is there", async () => {
  const stop = begin();
  streams[0]?.refuse();
  assert.equal(answers.length, 1);
  later.get(10_000)?.();
  streams[1]?.refuse();
  assert.equal(answers.length, 1, "one asking goes on");
  later.get(10_000)?.();
  assert.equal(streams.length, 3);
  streams[2]?.tell("open");
  assert.equal(answers.length, 2, "what was missed is read");
  answers[1]?.("in_flight");
  await soon();
  await soon();
  assert.equal(later.has(2500), false, "the asking has ended");
  streams[2]?.tell("delivery", delivery("delivered"));
  flush();
  assert.equal(state, "delivered");
  stop();
  assert.deepEqual([...later.keys()], []);
});

test("a stream that says nothing any more is opened anew, and what was missed is read", async () => {
  const stop = begin();
  streams[0]?.tell("open");
  answers[0]?.("in_flight");
  await soon();
  await soon();
  const last = later.get(40_000);
  streams[0]?.tell("heartbeat");
  assert.notEqual(later.get(40_000), last, "a heartbeat counts as a word");
  later.get(40_000)?.();
  assert.equal(streams[0]?.readyState, Stream.CLOSED);
  assert.equal(wasLost, true);
  streams[1]?.tell("open");
  assert.equal(answers.length, 2);
  stop();
  assert.deepEqual([...later.keys()], []);
});

test("what may have changed unheard is read again, as far down as there are rows", async () => {
  begin();
  for (const [rows, limit] of [[0, 50], [120, 170], [5000, 250]]) {
    rowCount = rows ?? 0;
    streams[0]?.tell("reset");
    assert.match(asked.at(-1) ?? "", new RegExp(`limit=${limit}$`));
    answers.at(-1)?.("delivered");
    await soon();
    await soon();
  }
});
