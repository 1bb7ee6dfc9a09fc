// Dead letters that are chosen one by one: nothing is done with others, and what was not done is said.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { faultsOf } from "./support/axe.mjs";
import { channelFields, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  world = await World.begin();
  await world.api("POST", "/channels", {
    name: "ops",
    type: "slack",
    settings: { webhook_url: channelFields(world).Slack["Webhook URL"] },
  });
  await world.standin("/script", { endpoint: "slack", failure: "slack.invalid_payload", times: 0 });
  for (const message of ["A", "B", "C"]) await world.send("deploy.failure", message);
  await dead(["A", "B", "C"]);
  page = await world.open();
  await signIn(page, "/ui/dead-letters");
  await settled(page);
  await page.getByRole("button", { name: "Show the single ones" }).click();
});

after(async () => {
  await world.end();
});

/** @typedef {{id: string, message: string, resent_at: string | null}} DeadLetter */

/**
 * Waits until these are dead letters, `again` after they were replayed. Gives the ids of all by message.
 * @returns {Promise<Record<string, string>>}
 */
async function dead(/** @type {string[]} */ messages, again = false) {
  const found = await until(async () => {
    /** @type {DeadLetter[]} */
    const data = (await world.api("GET", "/dead-letters", undefined)).data;
    const fits = data.filter((x) => !again || x.resent_at !== null).map((x) => x.message);
    return messages.every((x) => fits.includes(x)) ? data : undefined;
  }, `${messages.join()} are dead`);
  return Object.fromEntries(found.map((x) => [x.message, x.id]));
}

const choose = (/** @type {string} */ message) => page.getByLabel(`Choose deploy.failure: ${message}`).check();
const dialog = () => page.getByRole("dialog");

test("those that were replayed are not chosen any more when they fail again", async () => {
  await choose("A");
  await choose("B");
  await page.getByRole("button", { name: "Replay chosen" }).click();
  await dialog().getByText("2 dead letters will be sent again").waitFor();
  // What the page reads afterwards has them in it again.
  const reads = /\/dead-letters(\/groups)?\?/;
  await page.route(reads, async (route) => {
    await dead(["A", "B"], true);
    await route.continue();
  });
  await dialog().getByRole("button", { name: "Replay" }).click();
  await dialog().waitFor({ state: "detached" });
  await page.getByLabel("Choose deploy.failure: B").waitFor();
  await page.unroute(reads);
  await choose("C");
  await page.getByRole("button", { name: "Discard chosen" }).click();
  await page.getByRole("heading", { name: "Discard this one?" }).waitFor();
  await dialog().getByLabel("Reason").fill("known");
  await dialog().getByRole("button", { name: "Discard for good" }).click();
  await dialog().waitFor({ state: "detached" });
  assert.deepEqual(Object.keys(await dead(["A", "B"])).sort(), ["A", "B"]);
});

test("those that were left alone are named with the reason", async () => {
  await page.reload();
  await page.getByRole("button", { name: "Show the single ones" }).click();
  await choose("A");
  await choose("B");
  await world.api("POST", "/dead-letters/discard", { ids: [(await dead(["A"])).A], reason: "somebody was quicker" });
  await page.getByRole("button", { name: "Discard chosen" }).click();
  await dialog().getByLabel("Reason").fill("known");
  await dialog().getByRole("button", { name: "Discard for good" }).click();
  await page.getByRole("heading", { name: "Some were skipped" }).waitFor();
  await dialog().getByText("One dead letter discarded. One dead letter was skipped.").waitFor();
  await dialog().getByRole("listitem").filter({ hasText: /: .*dead letter/ }).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog().getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { name: "No dead letters" }).waitFor();
});

test("a replay that ended early says so until one has read it", async () => {
  await world.send("deploy.failure", "D");
  await dead(["D"]);
  await page.reload();
  // As the service answers when its disk fails within.
  await page.route("**/dead-letters/replay", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const stopped_by = body.dry_run ? null : { code: "storage_io", detail: "the disk takes no writes" };
    await route.fulfill({ response: answer, json: { ...body, stopped_by } });
  });
  await page.getByRole("button", { name: "Replay the one…" }).click();
  await dialog().getByRole("button", { name: "Replay" }).click();
  await page.getByRole("heading", { name: "It ended early" }).waitFor();
  await dialog().getByText("It ended early: the disk takes no writes.").waitFor();
  await dialog().getByRole("button", { name: "Done" }).click();
  await dialog().waitFor({ state: "detached" });
});

test("those that cannot be read are told of before anything is done", async () => {
  // The replay of the test before brought it back once it had failed again.
  await dead(["D"], true);
  await page.reload();
  await page.route("**/dead-letters/replay", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), matched: 0, skipped: 2, refused: [] } });
  });
  await page.getByRole("button", { name: "Replay the one…" }).click();
  await dialog().getByText("2 dead letters cannot be read, and stay where they are").waitFor();
  await dialog().getByRole("button", { name: "Cancel" }).click();
});

/**
 * Answers requests to replay in place of the service, one after the other, but for those that only count. Gives the
 * cursor that each of them bore.
 * @param {((route: import("playwright-core").Route) => Promise<void>)[]} answers
 */
async function answerReplays(answers) {
  /** @type {(string | undefined)[]} */
  const cursors = [];
  await page.unrouteAll();
  await page.route("**/dead-letters/replay", async (route) => {
    const body = route.request().postDataJSON();
    if (body.dry_run) return route.continue();
    const answer = answers[cursors.push(body.cursor) - 1];
    return answer ? answer(route) : route.abort();
  });
  return cursors;
}

/** The answer to a request that has replayed so many and says where to go on. */
const replayed = (/** @type {number} */ n, /** @type {string | null} */ next_cursor) => ({
  dry_run: false,
  matched: n,
  replayed: n,
  skipped: 0,
  may_duplicate: 0,
  refused: [],
  next_cursor,
  has_more: next_cursor !== null,
  stopped_by: null,
});

async function replayAll() {
  await page.reload();
  await page.getByRole("button", { name: "Replay the one…" }).click();
  await dialog().getByRole("button", { name: "Replay" }).click();
}

test("a failure part way says what was done, and one can go on from there", async () => {
  const cursors = await answerReplays([
    (route) => route.fulfill({ json: replayed(3, "here") }),
    (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        json: { title: "Busy.", status: 503, code: "unavailable", detail: "the ledger is busy" },
      }),
    (route) => route.fulfill({ json: replayed(2, null) }),
  ]);
  await replayAll();
  await dialog().getByText("3 dead letters will be sent again.").waitFor();
  await dialog().getByText("It ended early: the ledger is busy.").waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await dialog().getByRole("button", { name: "Continue" }).click();
  await page.getByText("5 dead letters will be sent again.").waitFor();
  await dialog().waitFor({ state: "detached" });
  assert.deepEqual(cursors, [undefined, "here", "here"]);
});

test("what is being done can be stopped, and says how far it came", async () => {
  let release = () => {};
  const released = new Promise((resolve) => (release = () => resolve(undefined)));
  const cursors = await answerReplays([
    (route) => route.fulfill({ json: replayed(3, "one") }),
    async (route) => {
      await released;
      await route.fulfill({ json: replayed(4, "two") });
    },
    (route) => route.fulfill({ json: replayed(1, null) }),
  ]);
  await replayAll();
  await until(() => cursors.length === 2, "the second request is sent");
  await dialog().getByRole("button", { name: "Stop" }).click();
  await page.keyboard.press("Escape");
  release();
  await dialog().getByText("7 dead letters will be sent again.").waitFor();
  await dialog().getByText("It ended early: you stopped it.").waitFor();
  assert.deepEqual(cursors, [undefined, "one"]);
  await dialog().getByRole("button", { name: "Done" }).click();
  await dialog().waitFor({ state: "detached" });
  await page.unrouteAll();
});

test("those that died after the page was read are not discarded", async () => {
  await page.reload();
  await page.getByRole("button", { name: "Discard the one…" }).waitFor();
  await world.send("deploy.failure", "E");
  await world.send("deploy.failure", "F");
  await dead(["E", "F"]);
  await page.getByRole("button", { name: "Discard the one…" }).click();
  await dialog().getByText("One dead letter will never be sent").waitFor();
  await dialog().getByLabel("Reason").fill("known");
  await dialog().getByRole("button", { name: "Discard for good" }).click();
  await page.getByText("One dead letter discarded.").waitFor();
  assert.deepEqual(Object.keys(await dead(["E", "F"])).sort(), ["E", "F"]);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
