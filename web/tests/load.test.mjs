// A list of 10,000 deliveries, and 2,000 events a second in the live list.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { traced } from "./support/trace.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
const eventCount = 10_000;
const perSecond = 2000;

before(async () => {
  world = await World.begin();
  page = await world.open();
  await world.api("POST", "/channels", {
    name: "hook",
    type: "webhook",
    settings: { url: `http://127.0.0.1:${world.ports.http}/webhook/load` },
  });
  await signIn(page, "/ui/deliveries");
  await settled(page);
});

after(async () => {
  await world.end();
});

/** Sends all events, at the rate or as fast as the service takes them; gives how many a second that were. */
async function flood() {
  const began = Date.now();
  for (let sent = 0; sent < eventCount; ) {
    const batch = Array.from({ length: 100 }, () => ({
      event: "deploy.success",
      service: "my-app",
      message: `Deployment ${++sent} of a service whose name is as long as names are is done`,
    }));
    await world.api("POST", "/events", batch);
    const early = began + (sent / perSecond) * 1000 - Date.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  return eventCount / ((Date.now() - began) / 1000);
}

const rowCount = () => page.getByRole("table").getAttribute("aria-rowcount").then(Number);
const drawnRows = () => page.locator("tbody tr[data-row]").count();

test("the live list stays quick while 2,000 events a second come", async (t) => {
  let rate = 0;
  const busy = await traced(page, async () => {
    const sent = flood();
    await page.getByRole("row").nth(20).waitFor();
    await page.getByRole("button", { name: "Pause" }).press("Enter");
    await page.getByRole("button", { name: "Show 200+ new" }).waitFor();
    assert.ok((await drawnRows()) < 120, "few rows are in the page");
    await page.getByRole("button", { name: "Resume" }).press("Enter");
    rate = await sent;
    await page.getByText(`Deployment ${eventCount} of`).first().waitFor();
  });
  const perBatch = (busy.total / eventCount) * perSecond;
  t.diagnostic(`${Math.round(rate)} events/s; longest task ${busy.longest} ms; 2,000 events take ${Math.round(perBatch)} ms`);
  assert.ok(busy.longest < 200, `a task took ${busy.longest} ms`);
  // Should the service be too slow here for the whole rate, what each event takes tells that the page is not.
  assert.ok(perBatch < 1000, `what comes in a second takes ${perBatch} ms`);
  assert.equal(await rowCount(), 201, "no more than 200 rows are kept, besides the head");
});

test("10,000 deliveries in the list do not slow it down", async (t) => {
  const older = page.getByRole("button", { name: "Older deliveries" });
  const last = page.locator(`tr[aria-rowindex="${eventCount + 1}"]`);
  const busy = await traced(page, async () => {
    for (let known = 0, now = await rowCount(); now <= eventCount; now = await rowCount()) {
      assert.ok(now > known, "older ones come");
      known = now;
      await older.press("Enter");
      await page.waitForFunction((x) => Number(document.querySelector("table")?.getAttribute("aria-rowcount")) > x, known);
    }
    for (const part of [0, 0.25, 0.5, 0.75, 1]) {
      await page.evaluate((x) => window.scrollTo(0, x * document.documentElement.scrollHeight), part);
      await page.waitForFunction(() => {
        const isOnScreen = (/** @type {Element} */ x) => {
          const { top, bottom } = x.getBoundingClientRect();
          return bottom > 0 && top < window.innerHeight;
        };
        const seen = [...document.querySelectorAll("tbody tr")].filter(isOnScreen);
        return seen.length > 0 && seen.every((x) => x.hasAttribute("data-row"));
      });
    }
    await last.waitFor();
  });
  t.diagnostic(`longest task ${busy.longest} ms`);
  assert.ok(busy.longest < 200, `a task took ${busy.longest} ms`);
  assert.ok((await drawnRows()) < 120, "few rows are in the page");
  assert.match(await last.innerText(), /Deployment 1 of/);
});

test("the keyboard leads through rows that are drawn as it comes to them", async () => {
  const link = (/** @type {number} */ place) => page.locator(`tr[aria-rowindex="${place}"] a`);
  await link(eventCount + 1).press("Shift+Tab");
  for (let place = eventCount; place > eventCount - 120; --place) {
    assert.equal(await page.evaluate(() => document.activeElement?.closest("tr")?.getAttribute("aria-rowindex")), String(place));
    // Keys may come faster than frames on a busy machine; nobody's fingers do.
    await page.locator(`tr[aria-rowindex="${place - 1}"] a`).waitFor({ state: "attached" });
    await page.keyboard.press("Shift+Tab");
  }
  // A row with the focus stays, however far one scrolls.
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.locator('tr[aria-rowindex="2"]').waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement?.closest("tr")?.getAttribute("aria-rowindex")),
    String(eventCount - 120),
  );
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
