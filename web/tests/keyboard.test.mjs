// The ways through the panel and the portal by keyboard alone: nothing is clicked, and the focus can be seen all the time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Keyboard } from "./support/keyboard.mjs";
import { channelFields } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { password, World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
/** @type {Keyboard} */
let keyboard;
let link = "";

// Without movement, what shows the focus is there at once.
const calm = /** @type {const} */ ({ reducedMotion: "reduce" });

before(async () => {
  world = await World.begin();
  page = await world.open(calm);
  keyboard = new Keyboard(page);
});

after(async () => {
  await world.end();
});

const row = (/** @type {string} */ text) => page.getByRole("row").filter({ hasText: text });

test("signing in", async () => {
  await page.goto("/ui/");
  await page.getByLabel("Admin").waitFor();
  assert.equal(await keyboard.focused(), "Admin", "the cursor is in the first field");
  await keyboard.write({ Admin: "admin", Password: password });
  await page.keyboard.press("Enter");
  await keyboard.arrives("Overview");
});

for (const type of /** @type {const} */ (["Email", "Slack", "Discord", "Telegram", "Webhook"]))
  test(`adding a channel of type ${type}`, async () => {
    await keyboard.press("Channels");
    await keyboard.arrives("Channels");
    await page.getByRole("button", { name: /^Add/ }).first().waitFor();
    await keyboard.press(/^Add (the first )?channel$/);
    await keyboard.arrives("Add a channel");
    await keyboard.press(new RegExp(`^${type}`));
    await keyboard.arrives(`Add ${type} channel`);
    await keyboard.write({ Name: `my-${type.toLowerCase()}`, ...channelFields(world)[type] });
    await keyboard.press("Send Test");
    await page.getByText("The provider accepted the message.").waitFor();
    assert.equal(await keyboard.focused(), "Send Test", "the focus stays where one may press again");
    await keyboard.press("Add channel", "Shift+Tab");
    await keyboard.arrives(`my-${type.toLowerCase()}`);
  });

test("changing a channel leaves the focus at the button that saves", async () => {
  await keyboard.write({ Name: "my-hook" });
  await keyboard.press("Save changes");
  await page.getByText("Saved my-hook.").waitFor();
  await page.getByRole("heading", { level: 1, name: "my-hook" }).waitFor();
  await keyboard.given("Save changes");
});

test("replacing a secret puts the cursor into its field", async () => {
  await keyboard.press("Replace URL", "Shift+Tab");
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  assert.equal(await keyboard.focused(), "URL");
  await keyboard.press(/^Keep the stored one/);
  await keyboard.given("Replace URL");
});

test("setting the matrix", async () => {
  await keyboard.press("Triggers");
  await keyboard.arrives("Triggers");
  await page.getByRole("checkbox", { name: "backup.success to my-slack (slack)" }).waitFor();
  await keyboard.tick("All events to my-discord");
  await keyboard.tick("backup.success to my-slack (slack)");
  await keyboard.press("Save");
  await page.getByText("Saved the triggers.").waitFor();
  await keyboard.given("backup.success to my-slack (slack)");
  assert.equal(await page.getByRole("checkbox", { name: "backup.success to my-slack (slack)" }).isChecked(), true);
  await page.keyboard.press("Space");
  await keyboard.press("Discard");
  await keyboard.given("backup.success to my-slack (slack)");
  assert.equal(await page.getByRole("checkbox", { name: "backup.success to my-slack (slack)" }).isChecked(), true);
});

test("seeing an event arrive, and what became of it", async () => {
  await keyboard.press("Deliveries");
  await keyboard.arrives("Deliveries");
  await page.getByText("No delivery matches").or(page.getByText("Nothing was sent yet")).waitFor();
  await keyboard.to("Pause");
  await world.send("backup.success", "The backup is done");
  await row("The backup is done").filter({ hasText: "my-slack" }).filter({ hasText: "delivered" }).waitFor();
  assert.equal(await keyboard.focused(), "Pause", "what comes takes the focus from nobody");
  await page.keyboard.press("Enter");
  await world.send("deploy.failure", "It broke");
  await keyboard.press(/^Show \d+ new$/);
  await row("It broke").first().waitFor();
  // A button that goes leaves the focus near, one frame later.
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.notEqual(await keyboard.focused(), "");
  await keyboard.choose("Event type", "backup.success");
  await row("It broke").first().waitFor({ state: "detached" });
  await keyboard.press("backup.success");
  await page.getByText("Attempt 1").waitFor();
  await keyboard.arrives("backup.success");
  await keyboard.press("Show the message");
  await page.locator(".message pre").first().waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("main section") !== null);
  await keyboard.press("Send again…", "Shift+Tab");
  await page.getByRole("dialog").waitFor();
  assert.ok(await keyboard.isHeldByDialog());
  await page.keyboard.press("Escape");
  await keyboard.given("Send again…");
});

test("replaying a dead letter", async () => {
  const id = await world.makeDeadLetter("It broke again");
  await keyboard.press("Dead letters");
  await keyboard.arrives("Dead letters");
  await page.getByText("400 invalid_payload").waitFor();
  await keyboard.press("Show the single ones");
  await keyboard.tick("Choose deploy.failure: It broke again");
  await keyboard.press("Replay chosen", "Shift+Tab");
  await page.getByText("one dead letter will be sent again").waitFor();
  assert.ok(await keyboard.isHeldByDialog());
  await keyboard.press("Replay");
  await page.getByRole("heading", { name: "No dead letters" }).waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  await until(async () => {
    const { deliveries } = await world.api("GET", `/events/${id}`, undefined);
    return deliveries.every((/** @type {{state: string}} */ x) => x.state === "delivered");
  }, "all of it is delivered");
});

test("giving a customer a link into its portal", async () => {
  await keyboard.press("Customers");
  await keyboard.arrives("Customers");
  await keyboard.press("Add customer");
  await page.getByRole("dialog").waitFor();
  await keyboard.write({ Name: "acme", "Display name": "Acme Corp", Services: "my-app" });
  await keyboard.tick("Portal");
  await keyboard.press("Add customer");
  await page.getByRole("heading", { level: 1, name: "Acme Corp" }).waitFor();
  await keyboard.arrives("Acme Corp");
  await keyboard.press("Make a link");
  // It comes above what one would tab through meanwhile.
  link = await page.locator(".copyable code").innerText();
  await keyboard.to("Copy the link");
});

test("the portal", async () => {
  const customer = await world.open(calm);
  const hands = new Keyboard(customer);
  await customer.goto(link);
  await hands.arrives("Channels");
  await hands.press("Add the first channel");
  await hands.arrives("Add a channel");
  await hands.press(/^Slack/);
  await hands.arrives("Add Slack channel");
  await hands.write({ Name: "our-slack", ...channelFields(world).Slack });
  await hands.press("Add channel");
  await hands.arrives("our-slack");
  await hands.press("Events");
  await hands.arrives("Events");
  await customer.getByRole("checkbox", { name: "backup.success to our-slack (slack)" }).waitFor();
  await hands.tick("backup.success to our-slack (slack)");
  await hands.press("Save");
  await customer.getByText("Saved the triggers.").waitFor();
  await world.send("backup.success", "Theirs is done", { customer: "acme" });
  await world.send("backup.success", "The panel's own is done");
  await hands.press("Deliveries");
  await hands.arrives("Deliveries");
  await customer.getByRole("row").filter({ hasText: "Theirs is done" }).filter({ hasText: "delivered" }).waitFor();
  assert.equal(await customer.getByRole("row").count(), 2, "one of its own, and the head");
  await hands.press("backup.success");
  await customer.getByText("Attempt 1").waitFor();

  const other = await world.open(calm);
  await other.goto(link);
  await other.getByText("This link does not work any more.").waitFor();
  assert.deepEqual([...customer.faults, ...other.faults], []);
});

test("the menu of narrow screens", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/ui/customers");
  await keyboard.arrives("Customers");
  await keyboard.press("Menu", "Shift+Tab");
  await keyboard.press("API tokens");
  await keyboard.arrives("API tokens");
  await keyboard.press("Make token");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await keyboard.given("Make token");
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
