// The ways through the panel by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { password, World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  world = await World.begin();
  page = await world.open();
});

after(async () => {
  await world.end();
});

/** What has the focus, as a screen reader calls it. */
const focused = () =>
  page.evaluate(() => {
    const x = document.activeElement;
    const label = x instanceof HTMLInputElement || x instanceof HTMLTextAreaElement || x instanceof HTMLSelectElement;
    const text = label ? (x.labels?.[0]?.textContent ?? "") : (x?.textContent ?? "");
    return (x?.getAttribute("aria-label") ?? text).replace("(optional)", "").trim();
  });

/** Presses Tab until something called so has the focus. */
async function tabTo(/** @type {string} */ name, key = "Tab") {
  const seen = [];
  for (let i = 0; i < 120; ++i) {
    const now = await focused();
    if (now === name) return;
    seen.push(now);
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not lead to ${name}, but to ${[...new Set(seen)].join(", ")}`);
}

test("signing in", async () => {
  await page.goto("/ui/channels/new");
  await page.getByLabel("Admin").waitFor();
  assert.equal(await focused(), "Admin", "the cursor is in the first field");
  await page.keyboard.type("admin");
  await tabTo("Password");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Add a channel" }).waitFor();
});

test("adding a channel", async () => {
  await page.waitForFunction(() => document.activeElement?.textContent === "Add a channel");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Add Slack channel" }).waitFor();
  await tabTo("Name");
  await page.keyboard.type("by hand");
  await tabTo("Webhook URL");
  await page.keyboard.type("https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX");
  await tabTo("Send Test");
  await page.keyboard.press("Enter");
  await page.getByText("The provider took the message.").waitFor();
  await tabTo("Add channel", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "by hand" }).waitFor();
});

test("changing the matrix", async () => {
  await tabTo("Triggers");
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: "backup.success to by hand (slack)" }).waitFor();
  await tabTo("backup.success to by hand (slack)");
  await page.keyboard.press("Space");
  await tabTo("Save");
  await page.keyboard.press("Enter");
  await page.getByText("Saved the triggers.").waitFor();
});

test("a dialog keeps the focus and gives it back", async () => {
  await page.goto("/ui/tokens");
  await page.getByRole("button", { name: "Make token" }).waitFor();
  await tabTo("Make token");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("dialog") !== null);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Make token");
});
