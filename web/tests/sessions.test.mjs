// Sessions that other tabs, other links and the night change under an open page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { password, World } from "./support/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {World} */
let world;

before(async () => {
  world = await World.begin();
  for (const name of ["acme", "rival"])
    await world.api("POST", "/customers", { name, services: [`${name}-app`], portal_enabled: true });
});

after(async () => {
  await world.end();
});

/** Two tabs of one browser, before anybody has signed in. */
async function twoTabs() {
  const one = await world.open();
  const other = await one.context().newPage();
  for (const page of [one, other]) {
    await page.goto("/ui/preferences");
    await page.getByLabel("Admin").waitFor();
  }
  return { one, other };
}

/** Tabs that hear nothing of each other, as those that the browser has put to sleep. */
async function twoDeafTabs() {
  const tabs = await twoTabs();
  for (const page of [tabs.one, tabs.other]) await page.addInitScript("BroadcastChannel.prototype.postMessage = () => {}");
  for (const page of [tabs.one, tabs.other]) await page.reload();
  return tabs;
}

/** Signs in where the page asks for it already. */
async function enter(/** @type {Page} */ page) {
  await page.getByLabel("Admin").fill("admin");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Signed in as admin").waitFor();
  await settled(page);
}

const ended = (/** @type {Page} */ page) => page.getByRole("dialog", { name: "You are signed out" });
const signedOut = (/** @type {Page} */ page) => page.getByRole("button", { name: "Sign in" });

async function linkFor(/** @type {string} */ customer) {
  return `${world.url}/portal#${(await world.api("POST", `/customers/${customer}/portal-links`, undefined)).code}`;
}

test("signing out ends the session that another tab has begun", async () => {
  const { one, other } = await twoDeafTabs();
  await enter(one);
  await enter(other);
  await one.getByRole("button", { name: "Sign out" }).click();
  await signedOut(one).waitFor();
  await one.reload();
  await signedOut(one).waitFor();
  assert.equal(await one.getByText("Signed in as admin").count(), 0);
  await one.context().close();
});

test("a change is stored under the session that another tab has begun", async () => {
  const { one, other } = await twoDeafTabs();
  await enter(one);
  await enter(other);
  await one.getByLabel("Not these services").fill("noisy");
  await one.getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved the preferences.").waitFor();
  assert.deepEqual((await world.api("GET", "/admins/admin/preferences", undefined)).services.exclude, ["noisy"]);
  assert.deepEqual(one.faults, []);
  await one.context().close();
});

test("whoever has a session is not asked for the password where the service was not reached at first", async () => {
  const page = await world.open();
  await signIn(page);
  await settled(page);
  await page.route("**/api/v1/session", (route) => route.abort(), { times: 1 });
  await page.reload();
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
  assert.equal(await page.getByLabel("Password").count(), 0);
  await page.getByText("Signed in as admin").waitFor();
  await page.context().close();
});

test("a sign-out that the service does not take is not shown as done", async () => {
  const page = await world.open();
  await signIn(page);
  await page.route("**/api/v1/session", (route) => (route.request().method() === "DELETE" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).first().waitFor();
  await page.getByText("Signed in as admin").waitFor();
  await page.unroute("**/api/v1/session");
  await page.getByRole("button", { name: "Sign out" }).click();
  await signedOut(page).waitFor();
  await page.context().close();
});

test("a tab that shows one customer's portal starts over when another tab opens another's", async () => {
  const one = await world.open();
  await one.goto(await linkFor("acme"));
  await one.getByText("Signed in as acme").waitFor();
  await one.getByRole("link", { name: "Preferences" }).click();
  await one.getByLabel("Not these services").fill("typed by acme");
  const other = await one.context().newPage();
  await other.goto(await linkFor("rival"));
  await other.getByText("Signed in as rival").waitFor();
  await one.getByText("Signed in as rival").waitFor();
  await settled(one);
  assert.equal(await one.getByLabel("Not these services").inputValue(), "");
  await one.context().close();
});

test("a session that ended is found again when another tab has signed in", async () => {
  const { one, other } = await twoTabs();
  await enter(one);
  await one.context().clearCookies();
  await one.getByRole("button", { name: "Save changes" }).click();
  await ended(one).waitFor();
  await other.reload();
  await enter(other);
  await ended(one).waitFor({ state: "detached" });
  await one.context().close();
});

test("a tab that asks to sign in goes on once another tab has signed in", async () => {
  const { one, other } = await twoTabs();
  await enter(one);
  await other.getByText("Signed in as admin").waitFor();
  await one.getByRole("button", { name: "Sign out" }).click();
  await signedOut(one).waitFor();
  await one.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await ended(other).waitFor();
  assert.equal(await signedOut(one).count(), 1);
  await one.context().close();
});

test("and when one comes back to the tab", async () => {
  const { one, other } = await twoDeafTabs();
  await enter(one);
  await one.context().clearCookies();
  await one.getByRole("button", { name: "Save changes" }).click();
  await ended(one).waitFor();
  await enter(other);
  // The browser without a screen takes every tab for visible.
  await one.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await ended(one).waitFor({ state: "detached" });
  await one.context().close();
});

test("what could not be read without a session is read after signing in on top", async () => {
  const page = await world.open();
  await signIn(page, "/ui/admins");
  await settled(page);
  const readable = {
    Customers: page.getByRole("link", { name: "acme", exact: true }),
    "Audit log": page.getByRole("row").filter({ hasText: "customer.create" }).first(),
    Deliveries: page.getByLabel("Event type").locator("option", { hasText: "backup.success" }),
  };
  for (const [name, what] of Object.entries(readable)) {
    await page.context().clearCookies();
    await page.getByRole("link", { name, exact: true }).click();
    await ended(page).getByLabel("Password").fill(password);
    await ended(page).getByRole("button", { name: "Sign in" }).click();
    await ended(page).waitFor({ state: "detached" });
    await what.waitFor({ state: "attached" });
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an answer to what was asked before signing in again ends nothing, and is asked for once more", async () => {
  const page = await world.open();
  await signIn(page, "/ui/admins");
  await settled(page);
  await page.context().clearCookies();
  let release = () => {};
  const released = new Promise((resolve) => (release = () => resolve(undefined)));
  const held = page.waitForRequest(/\/customers\?/);
  await page.route(/\/customers\?/, async (route) => {
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
  }, { times: 1 });
  await page.getByRole("link", { name: "Customers", exact: true }).click();
  await held;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await ended(page).getByLabel("Password").fill(password);
  await ended(page).getByRole("button", { name: "Sign in" }).click();
  await ended(page).waitFor({ state: "detached" });
  release();
  await page.getByRole("link", { name: "acme", exact: true }).waitFor();
  assert.equal(await ended(page).count(), 0);
  await page.context().close();
});

test("a fresh link works in the tab that has refused a used one, also where the service was away first", async () => {
  const used = await linkFor("acme");
  const first = await world.open();
  await first.goto(used);
  await first.getByText("Signed in as acme").waitFor();
  await first.context().close();
  const page = await world.open();
  await page.goto(used);
  await page.getByText("This link does not work any more.").waitFor();
  const fresh = await linkFor("acme");
  await world.stopService();
  await page.goto(fresh);
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await world.startService();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Signed in as acme").waitFor();
  await page.context().close();
});

test("a link that does not work leaves the session as it is, and what was typed", async () => {
  const page = await world.open();
  const used = await linkFor("acme");
  await page.goto(used);
  await page.getByText("Signed in as acme").waitFor();
  await page.getByRole("link", { name: "Preferences" }).click();
  const typed = page.getByLabel("Not these services");
  await typed.fill("typed by acme");
  const paste = (/** @type {string} */ link) => page.evaluate((hash) => location.assign(hash), new URL(link).hash);
  const told = (/** @type {string} */ text) => page.getByRole("status").filter({ hasText: text }).waitFor();
  await paste(used);
  await told("This link does not work any more.");
  await page.route("**/portal/session", (route) => route.abort());
  await paste(await linkFor("acme"));
  await told("Tocsin could not be reached.");
  await page.getByText("Signed in as acme").waitFor();
  assert.equal(await typed.inputValue(), "typed by acme");
  await page.unroute("**/portal/session");
  await page.getByRole("button", { name: "Save changes" }).click();
  await told("Saved the preferences.");
  // Over a session that has ended it is told where one reads.
  await typed.fill("typed afterwards");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save changes" }).click();
  await ended(page).waitFor();
  await paste(used);
  await ended(page).getByText("This link does not work any more.").waitFor();
  await paste(await linkFor("acme"));
  await ended(page).waitFor({ state: "detached" });
  assert.equal(await typed.inputValue(), "typed afterwards");
  await page.context().close();
});
