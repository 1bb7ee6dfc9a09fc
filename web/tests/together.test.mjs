// Two people at once, and a service that restarts under an open page.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { faultsOf } from "./support/axe.mjs";
import { settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let one;
/** @type {Awaited<ReturnType<World["open"]>>} */
let other;
let channelPath = "";
let mailPath = "";

before(async () => {
  world = await World.begin();
  one = await world.open();
  other = await world.open();
  const channel = await world.api("POST", "/channels", {
    name: "shared",
    type: "slack",
    settings: { webhook_url: "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX" },
  });
  channelPath = `/channels/${channel.id}`;
  const mail = await world.api("POST", "/channels", {
    name: "mail",
    type: "email",
    settings: { host: "127.0.0.1", port: world.ports.smtp, from: "tocsin@example.com", to: ["ops@example.com"] },
  });
  mailPath = `/channels/${mail.id}`;
  for (const page of [one, other]) {
    await signIn(page, `/ui${channelPath}`);
    await settled(page);
  }
});

after(async () => {
  await world.end();
});

async function rename(/** @type {Page} */ page, /** @type {string} */ name) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save changes" }).click();
}

const told = (/** @type {Page} */ page, /** @type {string} */ what) =>
  page.getByRole("alert").filter({ hasText: `Somebody else has changed ${what} in the meantime.` });

test("who comes second is shown what the other has changed, and loses nothing", async () => {
  await rename(one, "first");
  await one.getByText("Saved first.").waitFor();
  await other.getByLabel("Channel (optional)", { exact: true }).fill("#mine");
  await rename(other, "second");
  await told(other, "this channel").getByText("Name: now “first”, and you have made it “second”").waitFor();
  assert.equal(await other.getByLabel("Name", { exact: true }).inputValue(), "second");
  assert.deepEqual(await faultsOf(other), []);
  await other.getByRole("button", { name: "Keep mine" }).click();
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.getByText("Saved second.").waitFor();
  assert.equal((await world.api("GET", channelPath, undefined)).settings.channel, "#mine");
});

test("and may have theirs instead, without losing what only one's own hands have touched", async () => {
  await one.getByLabel("Enabled").uncheck();
  await rename(one, "third");
  const box = told(one, "this channel");
  await box.getByText("Name: now “second”, and you have made it “third”").waitFor();
  await box.getByText("Channel: now “#mine”").waitFor();
  await one.getByRole("button", { name: "Take theirs" }).click();
  await box.waitFor({ state: "detached" });
  assert.equal(await one.getByLabel("Name", { exact: true }).inputValue(), "second");
  assert.equal(await one.getByLabel("Channel (optional)", { exact: true }).inputValue(), "#mine");
  assert.equal(await one.getByLabel("Enabled").isChecked(), false);
  await one.getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved second.").waitFor();
  const stored = await world.api("GET", channelPath, undefined);
  assert.deepEqual([stored.name, stored.enabled, stored.settings.channel], ["second", false, "#mine"]);
});

test("what is typed while something else about the channel changes stays", async () => {
  const { id, revision } = await world.api("POST", "/channels", {
    name: "hook",
    type: "webhook",
    settings: { url: `https://127.0.0.1:${world.ports.https}/webhook/hook`, secret: "a secret of twenty-four" },
  });
  await one.goto(`/ui/channels/${id}`);
  await settled(one);
  await one.getByLabel("Name", { exact: true }).fill("half typed");
  await one.getByRole("button", { name: "Rotate secret…" }).click();
  await one.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
  await one.getByRole("button", { name: "Done" }).click();
  await until(async () => (await world.api("GET", `/channels/${id}`, undefined)).revision > revision, "it is rotated");
  await one.getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved half typed.").waitFor();
  await one.getByRole("button", { name: "Remove channel…" }).click();
  await one.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await one.getByRole("heading", { name: "Channels", exact: true }).waitFor();
});

const cell = (/** @type {Page} */ page, /** @type {string} */ type, to = "second") =>
  page.getByRole("checkbox", { name: new RegExp(`^${type} to ${to}`) });
const storedTriggers = async (/** @type {string} */ name) => {
  const { channels } = await world.api("GET", "/triggers", undefined);
  return channels.find((/** @type {{name: string}} */ x) => x.name === name).triggers;
};
const saveMatrix = async (/** @type {Page} */ page) => {
  await page.getByRole("button", { name: "Save", exact: true }).click();
};

async function openMatrix() {
  for (const page of [one, other]) {
    await page.goto("/ui/triggers");
    await cell(page, "deploy.success").waitFor();
  }
}

test("in the matrix both sets of cells are kept where they do not touch", async () => {
  await openMatrix();
  await cell(one, "deploy.success").uncheck();
  await saveMatrix(one);
  await one.getByText("Saved the triggers.").waitFor();
  await cell(other, "backup.success").check();
  await saveMatrix(other);
  await told(other, "triggers").getByText("deploy.success to second: now off").waitFor();
  await other.getByRole("cell").filter({ hasText: "changed by somebody else" }).waitFor();
  await other.getByText("Not saved yet: one change in one channel.").waitFor();
  assert.deepEqual([await cell(other, "deploy.success").isChecked(), await cell(other, "backup.success").isChecked()], [false, true]);
  await other.getByRole("button", { name: "Keep both" }).click();
  await saveMatrix(other);
  await other.getByText("Saved the triggers.").waitFor();
  const now = await storedTriggers("second");
  assert.deepEqual([now["deploy.success"].on, now["backup.success"].on], [false, true]);
});

for (const choice of /** @type {const} */ (["Take theirs", "Keep mine"]))
  test(`where both changed one cell: ${choice}`, async () => {
    await world.api("PATCH", mailPath, { triggers: { "deploy.failure": null, "quota.warning": null } });
    await openMatrix();
    const write = async (/** @type {Page} */ page, /** @type {string} */ address) => {
      await page.getByRole("button", { name: /where deploy.failure to mail/ }).click();
      await page.getByLabel("Addresses for deploy.failure to mail (email), separated by commas").fill(address);
    };
    await write(one, "theirs@example.com");
    await saveMatrix(one);
    await one.getByText("Saved the triggers.").waitFor();
    await write(other, "mine@example.com");
    await cell(other, "quota.warning", "mail").uncheck();
    await saveMatrix(other);
    await told(other, "triggers")
      .getByText("deploy.failure to mail: now on, to theirs@example.com, and you have made it on, to mine@example.com")
      .waitFor();
    assert.deepEqual(await faultsOf(other), []);
    await other.getByRole("button", { name: choice }).click();
    await saveMatrix(other);
    await other.getByText("Saved the triggers.").waitFor();
    const now = await storedTriggers("mail");
    const kept = choice === "Keep mine" ? "mine@example.com" : "theirs@example.com";
    assert.deepEqual([now["deploy.failure"].to, now["quota.warning"].on], [[kept], false]);
  });

test("a change of the other that is not in the matrix stops nobody", async () => {
  await openMatrix();
  await world.api("PATCH", mailPath, { filters: { services: { exclude: ["old"] } } });
  await cell(other, "backup.success", "mail").check();
  await saveMatrix(other);
  await other.getByText("Saved the triggers.").waitFor();
  assert.equal((await storedTriggers("mail"))["backup.success"].on, true);
});

/** Opens a page for both of them. */
async function openBoth(/** @type {string} */ where) {
  for (const page of [one, other]) {
    await page.goto(where);
    await settled(page);
  }
}

test("both people's changes of a customer are put together", async () => {
  await world.api("POST", "/customers", { name: "acme", display_name: "Acme", services: ["shop"], portal_enabled: false });
  await openBoth("/ui/customers/acme");
  await one.getByLabel("Display name").fill("Acme Corp");
  await one.getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved Acme Corp.").waitFor();
  await other.getByLabel("Services (optional)", { exact: true }).fill("shop\nblog");
  await other.getByLabel("Display name").fill("Acme Ltd");
  await other.getByRole("button", { name: "Save changes" }).click();
  await told(other, "this customer").getByText("Display name: now “Acme Corp”, and you have made it “Acme Ltd”").waitFor();
  assert.deepEqual(await faultsOf(other), []);
  await other.getByRole("button", { name: "Take theirs" }).click();
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.getByText("Saved Acme Corp.").waitFor();
  const stored = await world.api("GET", "/customers/acme", undefined);
  assert.deepEqual([stored.display_name, stored.services], ["Acme Corp", ["shop", "blog"]]);
});

test("and those of preferences", async () => {
  await openBoth("/ui/preferences");
  await one.getByLabel("Not these services").fill("theirs");
  await one.getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved the preferences.").waitFor();
  await other.getByLabel("Not these customers").fill("mine");
  await other.getByRole("button", { name: "Save changes" }).click();
  await told(other, "these preferences").getByText("Not these services: now “theirs”").waitFor();
  await other.getByRole("button", { name: "Keep both" }).click();
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.getByText("Saved the preferences.").waitFor();
  const stored = await world.api("GET", "/admins/admin/preferences", undefined);
  assert.deepEqual([stored.services.exclude, stored.customers.exclude], [["theirs"], ["mine"]]);
});

test("and those of an event type", async () => {
  await world.api("POST", "/event-types", { type: "invoice.overdue", title: "Overdue", severity: "info" });
  await openBoth("/ui/event-types");
  for (const page of [one, other]) await page.getByRole("button", { name: "Change… invoice.overdue" }).click();
  await one.getByLabel("Title").fill("Invoice overdue");
  await one.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
  await one.getByText("Saved invoice.overdue.").waitFor();
  await other.getByLabel("Severity").selectOption("warning");
  await other.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
  await told(other, "this event type").getByText("Title: now “Invoice overdue”").waitFor();
  await other.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
  await other.getByText("Saved invoice.overdue.").waitFor();
  const { data } = await world.api("GET", "/event-types", undefined);
  const stored = data.find((/** @type {{type: string}} */ x) => x.type === "invoice.overdue");
  assert.deepEqual([stored.title, stored.severity], ["Invoice overdue", "warning"]);
});

test("a secret is rotated at the second try where somebody else has changed the channel", async () => {
  const { id } = await world.api("POST", "/channels", {
    name: "rotating",
    type: "webhook",
    settings: { url: `https://127.0.0.1:${world.ports.https}/webhook/hook`, secret: "a secret of twenty-four" },
  });
  await one.goto(`/ui/channels/${id}`);
  await settled(one);
  await world.api("PATCH", `/channels/${id}`, { name: "renamed" });
  await one.getByRole("button", { name: "Rotate secret…" }).click();
  const rotate = one.getByRole("dialog").getByRole("button", { name: "Rotate" });
  await rotate.click();
  await one.getByRole("dialog").getByRole("alert").waitFor();
  await one.locator("h1").filter({ hasText: "renamed" }).waitFor();
  await rotate.click();
  await one.getByRole("dialog", { name: "The new secret" }).getByRole("button", { name: "Done" }).click();
});

test("a rotation whose answer is lost is asked for until it is known, and the receiver's secret still counts", async () => {
  const known = "the receiver knows this one";
  const { id } = await world.api("POST", "/channels", {
    name: "once",
    type: "webhook",
    settings: { url: `https://127.0.0.1:${world.ports.https}/webhook/once`, secret: known },
  });
  await one.goto(`/ui/channels/${id}`);
  await settled(one);
  await one.route("**/rotate-secret", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await one.getByRole("button", { name: "Rotate secret…" }).click();
  const asking = one.getByRole("dialog", { name: "Rotate the signing secret?" });
  await asking.getByRole("button", { name: "Rotate" }).click();
  await asking.getByText("Tocsin could not be reached.").waitFor();
  await asking.getByRole("button", { name: "Rotate" }).click();
  const shown = one.getByRole("dialog", { name: "The new secret" });
  await shown.getByText("the old one expires").waitFor();
  const fresh = await shown.locator("code, input, pre").first().innerText();
  await shown.getByRole("button", { name: "Done" }).click();

  await world.api("POST", `/channels/${id}/test`, { event_type: "deploy.failure" });
  const { headers, body } = (await world.standin("/received?provider=webhook")).at(-1);
  const signatureOf = (/** @type {Buffer} */ key) =>
    `v1,${createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64")}`;
  assert.deepEqual(headers["webhook-signature"].split(" "), [
    signatureOf(Buffer.from(fresh.slice("whsec_".length), "base64")),
    signatureOf(Buffer.from(known)),
  ]);
});

test("and a dead channel enabled", async () => {
  const find = async () => {
    const { data } = await world.api("GET", "/channels", undefined);
    return data.find((/** @type {{type: string}} */ x) => x.type === "webhook");
  };
  await world.standin("/script", { endpoint: "webhook", status: 410, body: "gone", times: 0 });
  await world.send("deploy.failure", "nobody is there");
  const { id } = await until(async () => ((await find()).disabled_reason === null ? undefined : find()), "the channel is disabled");
  await world.standin("/clear", { records: false });
  await one.goto(`/ui/channels/${id}`);
  await settled(one);
  await world.api("PATCH", `/channels/${id}`, { name: "renamed again" });
  await one.getByRole("button", { name: "Enable again" }).click();
  await one.getByRole("alert").waitFor();
  await one.locator("h1").filter({ hasText: "renamed again" }).waitFor();
  await one.getByRole("button", { name: "Enable again" }).click();
  await one.getByText("Enabled renamed again").waitFor();
  await world.api("DELETE", `/channels/${id}`, undefined);
});

test("a service that restarts is said to be away, and the page goes on by itself", async () => {
  await one.goto("/ui/deliveries");
  await settled(one);
  await world.stopService();
  await one.getByText("Connection lost – trying again…").waitFor();
  await world.startService();
  await one.getByText("Live: new deliveries appear by themselves.").waitFor();
  await world.send("deploy.failure", "after the restart");
  await one.getByRole("row").filter({ hasText: "after the restart" }).first().waitFor();
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

test("whoever follows a link away from what is not saved is asked first", async () => {
  /** @type {string[]} */
  const questions = [];
  let answer = false;
  one.on("dialog", (dialog) => {
    questions.push(dialog.message());
    return answer ? dialog.accept() : dialog.dismiss();
  });
  await one.getByRole("link", { name: "Channels", exact: true }).click();
  assert.equal(await one.getByLabel("Name", { exact: true }).inputValue(), "half typed");
  answer = true;
  await one.getByRole("link", { name: "Channels", exact: true }).click();
  await one.getByRole("heading", { level: 1, name: "Channels" }).waitFor();
  assert.deepEqual(questions, Array(2).fill("What is not saved yet gets lost. Leave the page?"));
  await one.getByRole("link", { name: "Customers", exact: true }).click();
  await one.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
  assert.equal(questions.length, 2, "nothing is unsaved any more");
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
