// The service is killed while people type, and comes back: nothing that was typed is lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { faultsOf } from "./support/axe.mjs";
import { channelFields, fill, settled, signIn } from "./support/panel.mjs";
import { password, World } from "./support/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
let channelPath = "";

before(async () => {
  world = await World.begin();
  page = await world.open();
  const { id } = await world.api("POST", "/channels", {
    name: "hook",
    type: "webhook",
    settings: { url: `https://127.0.0.1:${world.ports.https}/webhook/hook` },
  });
  channelPath = `/channels/${id}`;
  await signIn(page, `/ui${channelPath}`);
  await settled(page);
});

after(async () => {
  await world.end();
});

const away = (/** @type {Page} */ on = page) => on.getByRole("status").filter({ hasText: "Tocsin does not answer." });
const comeBack = async (/** @type {Page} */ on = page) => {
  await away(on).waitFor();
  await world.startService();
  await away(on).waitFor({ state: "detached" });
};
const valueOf = (/** @type {string} */ label) => page.getByRole("main").getByLabel(label, { exact: true }).inputValue();

/** Ends the session behind the page's back, as a long night does. */
async function forgetSession() {
  await page.context().clearCookies();
}

async function signInOnTop() {
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
}

test("a channel's form", async () => {
  const template = '{"text":"{{headline}} \\u2013 half typed"}';
  await fill(page, { Name: "renamed" });
  await page.getByRole("button", { name: "Replace URL" }).click();
  await fill(page, { URL: `https://127.0.0.1:${world.ports.https}/webhook/other` });
  await page.getByText("Templates: custom wording").click();
  await page.getByLabel("Add a template for").selectOption("deploy.failure");
  await fill(page, { Body: template });
  await world.killService();

  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
  await away().waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await fill(page, { Name: "renamed while it was away" });

  await comeBack();
  await page.getByText("Tocsin answers again.").waitFor();
  assert.equal(await valueOf("Body"), template);
  assert.equal(await valueOf("URL"), `https://127.0.0.1:${world.ports.https}/webhook/other`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Saved renamed while it was away.").waitFor();
  const stored = await world.api("GET", channelPath, undefined);
  assert.equal(stored.settings.templates["deploy.failure"].body, template);
  await page.getByText("••••ther").waitFor();
});

test("a channel's form, with a session that has ended meanwhile", async () => {
  await fill(page, { Name: "typed before the night" });
  await world.killService();
  await page.getByRole("button", { name: "Save changes" }).click();
  await away().waitFor();
  await forgetSession();
  await world.startService();
  await signInOnTop();
  assert.equal(await valueOf("Name"), "typed before the night");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Saved typed before the night.").waitFor();
});

test("a preview and a Send Test say that there is no answer, and work afterwards", async () => {
  await world.killService();
  for (const button of ["Preview", "Send Test"]) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.locator(".test-result").getByText("Tocsin could not be reached.").waitFor();
  }
  await comeBack();
  await page.getByRole("button", { name: "Send Test" }).click();
  await page.getByText("The provider accepted the message.").waitFor();
});

test("a new channel", async () => {
  await page.goto("/ui/channels/new?type=slack");
  await fill(page, { Name: "fresh", ...channelFields(world).Slack });
  await world.killService();
  await page.getByRole("button", { name: "Add channel" }).click();
  await comeBack();
  assert.equal(await valueOf("Name"), "fresh");
  await page.getByRole("button", { name: "Add channel" }).click();
  await page.getByText("Added the channel fresh.").waitFor();
});

for (const night of [false, true])
  test(`marks in the matrix${night ? ", with a session that has ended meanwhile" : ""}`, async () => {
    await page.goto("/ui/triggers");
    const mark = page.getByRole("checkbox", { name: /^backup.success to fresh/ });
    const wanted = !night;
    await mark.setChecked(wanted);
    await page.getByText("Not saved yet: one change in one channel.").waitFor();
    await world.killService();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
    await page.getByRole("checkbox", { name: /^service.started to fresh/ }).setChecked(wanted);
    if (night) await forgetSession();
    await comeBack();
    if (night) await signInOnTop();
    await page.getByText("Not saved yet: 2 changes in one channel.").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved the triggers.").waitFor();
    const { channels } = await world.api("GET", "/triggers", undefined);
    const { triggers } = channels.find((/** @type {{name: string}} */ x) => x.name === "fresh");
    assert.deepEqual([triggers["backup.success"].on, triggers["service.started"].on], [wanted, wanted]);
  });

test("a page that could not be read shows itself once the service is back", async () => {
  await page.goto("/ui/channels");
  await page.getByRole("link", { name: "fresh", exact: true }).waitFor();
  await world.killService();
  await page.getByRole("link", { name: "fresh", exact: true }).click();
  await away().waitFor();
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
  await world.startService();
  await page.getByRole("heading", { level: 1, name: "fresh" }).waitFor();
  assert.equal(await valueOf("Name"), "fresh");
});

test("a page whose file could not be loaded comes once the service is back", async () => {
  await world.killService();
  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByRole("heading", { level: 1, name: "This page could not be loaded" }).waitFor();
  await away().waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await world.startService();
  await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
});

test("the portal says it too", async () => {
  await world.api("POST", "/customers", { name: "acme", services: ["my-app"], portal_enabled: true });
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  const customer = await world.open();
  await customer.goto(`/portal#${code}`);
  await settled(customer);
  await customer.goto("/portal/channels/new?type=slack");
  await fill(customer, { Name: "theirs", ...channelFields(world).Slack });
  await world.killService();
  await customer.getByRole("button", { name: "Add channel" }).click();
  await comeBack(customer);
  await customer.getByRole("button", { name: "Add channel" }).click();
  await customer.getByText("Added the channel theirs.").waitFor();
  assert.deepEqual(customer.faults, []);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
