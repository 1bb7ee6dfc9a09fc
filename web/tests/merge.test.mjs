// What becomes of the changes of two people: computed without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compiled } from "./support/compiled.mjs";

/** @type {typeof import("../src/ui/merge")} */
const { foreignIn, merged, storeOrFind } = await compiled("ui/merge.ts");
/** @type {typeof import("../src/ui/merge_box")} */
const { valueInWords } = await compiled("ui/merge_box.tsx");
/** @type {typeof import("../src/pages/triggers/matrix_merge")} */
const { changesInWords, foreignCells, mergedCells, withTheirs } = await compiled("pages/triggers/matrix_merge.ts");
/** @type {typeof import("../src/pages/channels/draft_merge")} */
const { foreignParts, mergedDraft, partsInWords, withTheirParts } = await compiled("pages/channels/draft_merge.ts");
/** @type {typeof import("../src/pages/channels/draft")} */
const { newDraft } = await compiled("pages/channels/draft.ts");

const same = (/** @type {unknown} */ a, /** @type {unknown} */ b) => a === b;
const values = (/** @type {Record<string, number>} */ x) => new Map(Object.entries(x));

test("each side's changes are kept, and mine where both changed the same", () => {
  const base = values({ kept: 1, mine: 1, theirs: 1, both: 1, gone: 1, dropped: 1 });
  const mine = values({ kept: 1, mine: 2, theirs: 1, both: 2, gone: 1, new: 7 });
  const theirs = values({ kept: 1, mine: 1, theirs: 3, both: 3, dropped: 1, fresh: 8 });
  const result = Object.fromEntries(merged(base, mine, theirs, same));
  assert.deepEqual(result, { kept: 1, mine: 2, theirs: 3, both: 2, new: 7, fresh: 8 });
});

test("only what they changed and I have otherwise is told of", () => {
  const base = values({ a: 1, b: 1, c: 1, d: 1 });
  const found = foreignIn(base, values({ a: 1, b: 2, c: 2, d: 2 }), values({ a: 5, b: 5, c: 2, d: 1 }), same);
  assert.deepEqual(found, [
    { key: "a", theirs: 5, isContested: false },
    { key: "b", theirs: 5, isContested: true, mine: 2 },
  ]);
});

test("what else goes wrong than a conflict is no conflict", async () => {
  const fault = Object.assign(new Error("broken"), { code: "revision_mismatch" });
  await assert.rejects(
    storeOrFind(
      () => Promise.reject(fault),
      () => Promise.resolve(1),
    ),
    fault,
  );
  const stored = await storeOrFind(
    () => Promise.resolve(1),
    () => Promise.resolve(2),
  );
  assert.deepEqual(stored, { is: "stored", value: 1 });
});

/** A matrix of event types by channels; each letter is a type that is on. */
const matrix = (/** @type {Record<string, string>} */ channels) =>
  /** @type {import("../src/api/types").TriggerMatrix} */ ({
    owner: "admin/admin",
    event_types: [],
    channels: Object.entries(channels).map(([id, on]) => ({
      id,
      name: `the ${id}`,
      type: "slack",
      revision: 1,
      triggers: Object.fromEntries(["a", "b", "c"].map((x) => [x, { on: on.includes(x), default: false }])),
    })),
  });

/** @returns {import("../src/pages/triggers/matrix").Cells} */
const cells = (/** @type {Record<string, string>} */ channels) =>
  Object.fromEntries(
    Object.entries(channels).map(([id, on]) => [
      id,
      Object.fromEntries(["a", "b", "c"].map((x) => [x, { on: on.includes(x), to: "" }])),
    ]),
  );

test("columns follow the channels that are there now", () => {
  const [base, mine, theirs] = [{ one: "a", two: "" }, { one: "ab", two: "c" }, { one: "", three: "c" }];
  assert.deepEqual(mergedCells(cells(base), cells(mine), cells(theirs)), cells({ one: "b", three: "c" }));
  const foreign = foreignCells(matrix(base), cells(mine), matrix(theirs));
  assert.deepEqual(changesInWords(matrix(base), matrix(theirs), foreign), [
    { what: "a to the one", theirs: "off" },
    { what: "the three", theirs: "a channel too" },
    { what: "the two", theirs: "removed" },
  ]);
});

test("who is let through and who is kept out are decided about each for itself", () => {
  const filters = (/** @type {string[]} */ include, /** @type {string[]} */ exclude) =>
    draft({ filters: { customers: { include: [], exclude: [] }, services: { include, exclude } } });
  const [base, mine, theirs] = [filters([], []), filters(["mine"], []), filters([], ["a", "b"])];
  assert.deepEqual(mergedDraft(base, mine, theirs), filters(["mine"], ["a", "b"]));
  const foreign = foreignParts(base, mine, theirs);
  assert.deepEqual(partsInWords(foreign, "slack"), [{ what: "Not these services", theirs: "“a, b”" }]);
});

test("what two people made of one list or object stands there in words", () => {
  const texts = [["a", "b", ""], [], { from: "22:00", until: "07:00", critical_bypass: true }, "two\nlines", false].map(valueInWords);
  assert.deepEqual(texts, ["“a, b”", "empty", "“from 22:00, until 07:00, critical bypass yes”", "“two, lines”", "no"]);
});

test("theirs are taken in the cells that they changed, and in no other", () => {
  const [base, mine, theirs] = [{ one: "" }, { one: "c" }, { one: "a" }];
  const foreign = foreignCells(matrix(base), cells(mine), matrix(theirs));
  assert.deepEqual(withTheirs(cells(mine), cells(theirs), foreign), cells({ one: "ac" }));
});

const draft = (/** @type {Partial<import("../src/pages/channels/draft").Draft>} */ more) => ({
  ...newDraft("slack"),
  name: "ops",
  ...more,
});
const template = (/** @type {string} */ type, /** @type {string} */ body) => ({ type, parts: { body } });

test("a draft that was not touched becomes what is stored, member by member in its order", () => {
  const theirs = draft({ name: "new", templates: [template("b", "1"), template("a", "2")], removed: [] });
  assert.equal(JSON.stringify(mergedDraft(draft({}), draft({}), theirs)), JSON.stringify(theirs));
});

test("templates are merged by event type, and secrets that were typed stay", () => {
  const base = draft({ templates: [template("a", "1"), template("b", "1")] });
  const settings = { ...base.settings, webhook_url: "https://typed" };
  const mine = draft({ templates: [template("a", "mine"), template("c", "mine")], settings });
  const theirs = draft({ templates: [template("a", "1"), template("b", "1"), template("d", "theirs")], enabled: false });
  const result = mergedDraft(base, mine, theirs);
  assert.deepEqual(result.templates, [template("a", "mine"), template("d", "theirs"), template("c", "mine")]);
  assert.deepEqual([result.enabled, result.settings["webhook_url"]], [false, "https://typed"]);
});

test("what they changed of a channel is told by the names of its fields", () => {
  const base = draft({ templates: [template("*", "1")] });
  const theirs = draft({ name: "theirs", enabled: false, settings: { ...base.settings, channel: "#a" } });
  const foreign = foreignParts(base, draft({ name: "mine", templates: base.templates }), theirs);
  assert.deepEqual(partsInWords(foreign, "slack"), [
    { what: "Name", theirs: "“theirs”", mine: "“mine”" },
    { what: "Enabled", theirs: "no" },
    { what: "Channel", theirs: "“#a”" },
    { what: "Template: all other event types", theirs: "gone" },
  ]);
  const taken = withTheirParts(draft({ name: "mine", templates: base.templates }), foreign);
  assert.deepEqual(taken, theirs);
});
