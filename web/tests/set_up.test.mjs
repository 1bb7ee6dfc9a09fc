// From the first sign-in to a replayed dead letter, as an admin goes through it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { beginChannel, channelFields, describedBy, fill, sendTest, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

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

const row = (/** @type {string | RegExp} */ text) => page.getByRole("row").filter({ hasText: text });

test("nobody gets in with a wrong password, and the page asked for comes after the right one", async () => {
  await page.goto("/ui/channels");
  await page.getByLabel("Admin").fill("admin");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await signIn(page, "/ui/channels");
  await page.getByRole("heading", { name: "No channels yet" }).waitFor();
});

test("a new installation is told what to do first", async () => {
  await page.goto("/ui/");
  await settled(page);
  await page.getByRole("heading", { name: "First steps" }).waitFor();
  assert.equal(await page.getByText("to do").count(), 3);
});

for (const type of ["Email", "Slack", "Discord", "Telegram", "Webhook"])
  test(`a channel of type ${type} is tried out and added`, async () => {
    const fields = channelFields(world)[/** @type {"Email"} */ (type)];
    await beginChannel(page, type);
    await fill(page, { Name: `my-${type.toLowerCase()}`, ...fields });
    assert.match(await sendTest(page), /The provider accepted the message/);
    await page.getByRole("button", { name: "Add channel" }).click();
    await page.getByRole("heading", { name: `my-${type.toLowerCase()}`, exact: true }).waitFor();
    assert.match(await sendTest(page), /The provider accepted the message/);
  });

test("a customer's channel stays the customer's when another type is chosen, and leads back to it at its end", async () => {
  await world.api("POST", "/customers", { name: "acme", services: ["my-app"], portal_enabled: true });
  await page.goto("/ui/channels?owner=customer/acme");
  await page.getByRole("button", { name: "Add channel" }).click();
  await page.getByRole("link", { name: /^Slack/ }).click();
  await page.getByRole("link", { name: "Another type" }).click();
  await page.getByRole("link", { name: /^Discord/ }).click();
  await fill(page, { Name: "their-discord", ...channelFields(world).Discord });
  await page.getByRole("button", { name: "Add channel" }).click();
  await page.getByRole("heading", { name: "their-discord", exact: true }).waitFor();
  const { data } = await world.api("GET", "/channels", undefined);
  const added = data.find((/** @type {{name: string}} */ x) => x.name === "their-discord");
  assert.equal(added.owner, "customer/acme");
  await page.getByRole("button", { name: "Remove channel…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Those of customer/acme.").waitFor();
});

test("headers of a webhook are named, and those typed again replace all of them", async () => {
  const { id } = await world.api("POST", "/channels", {
    name: "headers",
    type: "webhook",
    settings: { url: channelFields(world).Webhook.URL, headers: { Authorization: "Bearer old", "X-Team": "ops" } },
  });
  await page.goto(`/ui/channels/${id}`);
  await page.getByText("configured Authorization, X-Team").waitFor();
  await page.getByRole("button", { name: "Replace Headers" }).click();
  await fill(page, { Headers: "X-Key: new" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("configured X-Key").waitFor();
  const { secrets } = await world.api("GET", `/channels/${id}`, undefined);
  assert.deepEqual(Object.keys(secrets).filter((x) => x.startsWith("headers/")), ["headers/X-Key"]);
  await world.api("DELETE", `/channels/${id}`, undefined);
});

test("what is wrong with a field stands at the field", async () => {
  await beginChannel(page, "Email");
  await page.getByRole("button", { name: "Add channel" }).click();
  const name = page.getByLabel("Name", { exact: true });
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel("From").getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel("Port").getAttribute("aria-invalid"), null);
});

test("a preview shows the message and sends nothing", async () => {
  await page.goto("/ui/channels");
  await page.getByRole("link", { name: "my-slack", exact: true }).click();
  const counted = await world.standin("/count");
  await page.getByLabel("Event type").selectOption("deploy.failure");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("This is what would be sent. Nothing was sent.").waitFor();
  assert.match(await page.locator(".test-result pre").first().innerText(), /deploy\.failure|blocks/);
  assert.deepEqual(await world.standin("/count"), counted);
});

test("a secret is never shown again and can be replaced", async () => {
  const html = await page.content();
  assert.doesNotMatch(html, /StandInStandInStandIn/);
  await page.getByText("••••").first().waitFor();
  await page.getByRole("button", { name: "Replace Webhook URL" }).click();
  await fill(page, { "Webhook URL": "https://hooks.slack.com/services/T00000001/B00000001/OtherOtherOtherOtherOth" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Saved my-slack.").waitFor();
  await page.getByText("••••rOth").waitFor();
});

test("the matrix is changed in one go and stays so", async () => {
  await page.goto("/ui/triggers");
  const toSlack = page.getByRole("checkbox", { name: "deploy.success to my-slack (slack), on by default" });
  await toSlack.uncheck();
  await page.getByRole("checkbox", { name: "backup.success to my-webhook (webhook)" }).check();
  await page.getByRole("checkbox", { name: "quota.warning to all channels" }).uncheck();
  await page.getByText("Not saved yet: 7 changes in 5 channels.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved the triggers.").waitFor();
  await page.reload();
  await toSlack.waitFor();
  assert.equal(await toSlack.isChecked(), false);
  const { channels } = await world.api("GET", "/triggers", undefined);
  const of = (/** @type {string} */ name) => channels.find((/** @type {{name: string}} */ x) => x.name === name).triggers;
  assert.equal(of("my-webhook")["backup.success"].on, true);
  assert.equal(of("my-email")["quota.warning"].on, false);
});

test("mails of one event type go to other addresses, and a wrong one is told at its cell", async () => {
  const opener = page.getByRole("button", { name: /where deploy.failure to my-email/ });
  await opener.click();
  const to = page.getByLabel("Addresses for deploy.failure to my-email (email), separated by commas");
  await to.fill("not an address");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".matrix .field-error").waitFor();
  assert.equal(await describedBy(to), await page.locator(".matrix .field-error").innerText());
  await to.fill("oncall@example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved the triggers.").waitFor();
  await page.getByRole("button", { name: /→ oncall@example.com/ }).waitFor();
});

test("an event arrives while one looks at the deliveries", async () => {
  await page.goto("/ui/deliveries");
  await settled(page);
  await world.send("deploy.success", "It is out");
  await until(async () => (await row("It is out").filter({ hasText: "delivered" }).count()) === 4, "four are delivered");
  assert.equal(await row("It is out").filter({ hasText: "my-slack" }).count(), 0);
});

test("a paused list counts what is new and shows it on demand", async () => {
  await page.getByRole("button", { name: "Pause" }).click();
  await world.send("backup.success", "The backup is done");
  await page.getByRole("button", { name: "Show 1 new" }).waitFor();
  // The button says how many; what is read aloud by itself stays the same.
  assert.equal(await page.getByRole("status").filter({ hasText: "Paused" }).innerText(), "Paused.");
  await page.getByRole("button", { name: "Show 1 new" }).click();
  await row("The backup is done").waitFor();
});

test("filters stand in the address and come back with it", async () => {
  await page.getByLabel("Event type").selectOption("backup.success");
  await page.waitForURL(/event_type=backup\.success/);
  await row("It is out").first().waitFor({ state: "detached" });
  await page.reload();
  await row("The backup is done").waitFor();
  assert.equal(await page.getByLabel("Event type").inputValue(), "backup.success");
});

test("a delivery shows what happened to it and what was sent", async () => {
  await page.getByRole("link", { name: "backup.success" }).click();
  await page.getByText("Attempt 1").waitFor();
  await page.getByRole("button", { name: "Show the message" }).click();
  await page.locator(".message pre").first().waitFor();
  assert.match(await page.locator(".message").innerText(), /The backup is done/);
});

test("what is delivered is sent again only with a yes to it arriving twice", async () => {
  await page.getByRole("button", { name: "Send again…" }).click();
  const again = page.getByRole("dialog").getByRole("button", { name: "Send again" });
  assert.equal(await again.isDisabled(), true);
  await page.getByLabel("The receiver may get it twice").check();
  await again.click();
  await page.getByText("Attempt 2").waitFor();
});

test("what is rejected becomes a dead letter and is replayed once its cause is gone", async () => {
  await world.standin("/script", { endpoint: "slack", failure: "slack.invalid_payload", times: 0 });
  await world.send("deploy.failure", "It broke");
  await page.goto("/ui/dead-letters");
  await until(async () => {
    await page.reload();
    await settled(page);
    return page.getByRole("button", { name: "Replay the one…" }).count();
  }, "there is a dead letter");
  await page.getByText("400 invalid_payload").waitFor();
  await world.standin("/clear", { records: false });
  await page.getByRole("button", { name: "Replay the one…" }).click();
  await page.getByText("one dead letter will be sent again").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
  await page.getByRole("heading", { name: "No dead letters" }).waitFor();
  await page.goto("/ui/deliveries?text=It+broke");
  await until(async () => (await row("It broke").filter({ hasText: "delivered" }).count()) === 5, "all are delivered");
});

test("a dead letter is discarded with a reason, which stays in the history", async () => {
  await world.makeDeadLetter("It broke again");
  await page.goto("/ui/dead-letters");
  await page.getByRole("button", { name: "Discard the one…" }).click();
  const discard = page.getByRole("dialog").getByRole("button", { name: "Discard for good" });
  assert.equal(await discard.isDisabled(), true);
  await page.getByLabel("Reason").fill("known and mended");
  await discard.click();
  await page.getByRole("heading", { name: "No dead letters" }).waitFor();
  await page.goto("/ui/deliveries?state=cancelled");
  await page.getByRole("link", { name: "deploy.failure" }).click();
  await page.getByText("known and mended").waitFor();
});

test("a token is shown once, and the dialog that shows it says what became of copying it", async () => {
  await page.goto("/ui/tokens");
  await settled(page);
  // As over plain HTTP.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("panel");
  await page.getByRole("dialog").getByLabel("events:write").uncheck();
  await page.getByRole("dialog").getByRole("button", { name: "Make token" }).click();
  await page.locator("dialog .field-error").waitFor();
  const asked = page.getByRole("group", { name: "What it may do" });
  assert.equal(await describedBy(asked), await page.locator("dialog .field-error").innerText());
  await page.getByRole("dialog").getByLabel("events:write").check();
  await page.getByRole("dialog").getByRole("button", { name: "Make token" }).click();
  const shown = page.getByRole("dialog", { name: "The token panel" });
  await shown.getByRole("button", { name: "Copy the token" }).click();
  await shown.getByRole("status").filter({ hasText: "The text is marked: copy it by hand." }).waitFor();
  const marked = await page.evaluate(() => getSelection()?.toString());
  assert.equal(marked, await shown.locator("pre").innerText());
  await shown.getByRole("button", { name: "Done" }).click();
});

test("what was done stands in the audit log", async () => {
  await page.goto("/ui/audit?object=channel");
  await row("channel.create").first().waitFor();
  assert.ok((await row("channel.create").count()) >= 5);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
