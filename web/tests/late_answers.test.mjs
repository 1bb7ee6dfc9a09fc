// An answer that comes late, after something else was asked for, or a stream that is refused at first.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { channelFields, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  world = await World.begin();
  const settings = { webhook_url: channelFields(world).Slack["Webhook URL"] };
  await world.api("POST", "/channels", { name: "slack", type: "slack", settings });
  await world.send("deploy.failure", "the one that went out");
  await until(async () => {
    const { data } = await world.api("GET", "/deliveries?state=delivered", undefined);
    return data.length === 1;
  }, "one is delivered");
  await world.api("PUT", "/pause", { until: new Date(Date.now() + 3_600_000).toISOString() });
  await world.api("POST", "/events", Array.from({ length: 60 }, (_, i) => ({ event: "deploy.failure", message: `waits ${i}` })));
  page = await world.open();
  await signIn(page);
  await settled(page);
});

after(async () => {
  await world.end();
});

/** Holds back the first request to what `address` fits, until `release` is called; that gives once the page is done with it. */
async function holdBack(/** @type {RegExp} */ address) {
  let release = () => {};
  const released = new Promise((resolve) => (release = () => resolve(undefined)));
  const over = new Promise((resolve) => {
    for (const end of /** @type {const} */ (["requestfinished", "requestfailed"]))
      page.on(/** @type {"requestfinished"} */ (end), (x) => address.test(x.url()) && resolve(undefined));
  });
  const begun = page.waitForRequest(address);
  await page.route(address, async (route) => {
    await released;
    // The page may have given it up meanwhile.
    await route.continue().catch(() => {});
  }, { times: 1 });
  return {
    begun,
    release: async () => {
      release();
      await over;
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    },
  };
}

test("older deliveries that come after the filter has changed are not shown", async () => {
  await page.goto("/ui/deliveries");
  await page.getByText("waits 59").waitFor();
  const older = await holdBack(/\/deliveries\?.*cursor=/);
  await page.getByRole("button", { name: "Older deliveries" }).click();
  await older.begun;
  await page.getByLabel("State", { exact: true }).selectOption("delivered");
  await page.getByText("waits 59").waitFor({ state: "detached" });
  await page.getByText("the one that went out").waitFor();
  await older.release();
  const rows = page.getByRole("table", { name: "Deliveries" }).locator("tbody tr[data-row]");
  assert.equal(await rows.count(), 1);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Live: new deliveries appear by themselves.").waitFor();
  assert.equal(await rows.count(), 1);
});

test("the audit log shows what was searched for last", async () => {
  await page.goto("/ui/audit");
  await settled(page);
  const search = async (/** @type {string} */ object) => {
    await page.getByLabel("Object", { exact: true }).fill(object);
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(new RegExp(`object=${object}$`));
  };
  const first = await holdBack(/\/api\/v1\/audit\?.*object=channel/);
  await search("channel");
  await first.begun;
  await search("pause");
  await first.release();
  await until(async () => {
    const actions = await page.getByRole("table", { name: "Audit log" }).locator("tbody code").allInnerTexts();
    return actions.length === 1 && actions[0] === "pause.set";
  }, "the entry of the pause is shown alone", 20_000);
});

test("a stream that was refused is tried again, and news comes by it", async () => {
  const stream = "**/deliveries/stream*";
  await page.route(stream, (route) => route.fulfill({ status: 503 }), { times: 1 });
  const taken = page.waitForResponse((x) => x.url().includes("/deliveries/stream") && x.status() === 200);
  await page.goto("/ui/deliveries");
  await page.getByText("waits 59").waitFor();
  const listed = taken.then(() => page.waitForResponse((x) => x.url().includes("/deliveries?")));
  await listed;
  const asked = /** @type {string[]} */ ([]);
  page.on("request", (x) => {
    if (x.url().includes("/deliveries?")) asked.push(x.url());
  });
  await world.send("deploy.failure", "told by the stream");
  await page.getByText("told by the stream").waitFor();
  assert.deepEqual(asked, []);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
