// Two people at once, and a service that restarts under an open page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let one;
/** @type {Awaited<ReturnType<World["open"]>>} */
let other;
let address = "";

before(async () => {
  world = await World.begin();
  one = await world.open();
  other = await world.open();
  const channel = await world.api("POST", "/channels", {
    name: "shared",
    type: "slack",
    settings: { webhook_url: "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX" },
  });
  address = `/ui/channels/${channel.id}`;
  for (const page of [one, other]) {
    await signIn(page, address);
    await settled(page);
  }
});

after(async () => {
  await world.end();
});

async function rename(/** @type {import("playwright-core").Page} */ page, /** @type {string} */ name) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save changes" }).click();
}

test("who comes second is shown the conflict and loses nothing", async () => {
  await rename(one, "first");
  await one.getByText("Saved first.").waitFor();
  await rename(other, "second");
  await other.getByText("Somebody else has changed this channel in the meantime.").waitFor();
  assert.equal(await other.getByLabel("Name", { exact: true }).inputValue(), "second");
  await other.getByRole("button", { name: "Store mine over it" }).click();
  await other.getByText("Saved second.").waitFor();
});

test("and may have theirs instead", async () => {
  await rename(one, "third");
  await one.getByRole("button", { name: "Show theirs, drop mine" }).click();
  await one.getByRole("heading", { name: "second" }).waitFor();
  assert.equal(await one.getByLabel("Name", { exact: true }).inputValue(), "second");
});

test("in the matrix too", async () => {
  for (const page of [one, other]) {
    await page.goto("/ui/triggers");
    await page.getByRole("checkbox", { name: /^deploy.success to second/ }).waitFor();
  }
  await one.getByRole("checkbox", { name: /^deploy.success to second/ }).uncheck();
  await one.getByRole("button", { name: "Save" }).click();
  await one.getByText("Saved the triggers.").waitFor();
  await other.getByRole("checkbox", { name: /^backup.success to second/ }).check();
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("Somebody else has changed a channel in the meantime.").waitFor();
});

test("a service that restarts is said to be away, and the page goes on by itself", async () => {
  await one.goto("/ui/deliveries");
  await settled(one);
  await world.stopService();
  await one.getByText("Connection lost – trying again…").waitFor();
  await world.startService();
  await one.getByText("Live: new deliveries appear by themselves.").waitFor();
  await world.send("deploy.failure", "after the restart");
  await one.getByRole("row").filter({ hasText: "after the restart" }).waitFor();
});

test("a session that ends leaves what was typed where it is", async () => {
  await one.goto("/ui/channels/new?type=slack");
  await one.getByLabel("Name", { exact: true }).fill("half typed");
  await one.context().clearCookies();
  await one.getByRole("button", { name: "Add channel" }).click();
  const dialog = one.getByRole("dialog", { name: "You are signed out" });
  await dialog.getByLabel("Password").fill("correct horse battery staple");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await one.getByLabel("Name", { exact: true }).inputValue(), "half typed");
});

test("signing out ends the session", async () => {
  await one.getByRole("button", { name: "Sign out" }).click();
  await one.getByRole("button", { name: "Sign in" }).waitFor();
  await one.reload();
  await one.getByRole("button", { name: "Sign in" }).waitFor();
});

test("the pages had no faults", () => {
  assert.deepEqual([...one.faults, ...other.faults], []);
});
