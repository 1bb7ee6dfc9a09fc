// A customer in its portal: in by a link that works once, with its own things and nobody else's.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Host } from "./support/host.mjs";
import { settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let admin;
/** @type {Awaited<ReturnType<World["open"]>>} */
let customer;
let link = "";
/** May frame the portal. */
/** @type {Host} */
let hosting;
/** May not. */
/** @type {Host} */
let stranger;

before(async () => {
  hosting = await Host.begin();
  stranger = await Host.begin();
  world = await World.begin({ server: `portal_ancestors = "${hosting.origin}"` });
  admin = await world.open();
  customer = await world.open();
  await world.api("POST", "/customers", { name: "rival", services: ["rival-app"], portal_enabled: true });
  for (const owner of ["customer/rival", "admin/admin"])
    await world.api("POST", "/channels", {
      owner,
      name: `hook of ${owner}`,
      type: "slack",
      settings: { webhook_url: "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX" },
    });
  await signIn(admin, "/ui/customers");
});

after(async () => {
  await world.end();
  await hosting.end();
  await stranger.end();
});

test("an admin adds a customer and makes a link", async () => {
  await admin.getByRole("button", { name: "Add customer" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("acme");
  await dialog.getByLabel("Display name").fill("Acme Corp");
  await dialog.getByLabel("Services").fill("my-app\nshop");
  await dialog.getByLabel("Portal").check();
  await dialog.getByRole("button", { name: "Add customer" }).click();
  await admin.getByRole("heading", { name: "Acme Corp", exact: true }).waitFor();
  await admin.getByRole("button", { name: "Make a link" }).click();
  const shown = admin.getByRole("group").or(admin.locator(".copyable code"));
  link = await shown.last().innerText();
  assert.match(link, /\/portal#tocsin_portal_/);
});

test("the link opens the portal, and its code is gone from the address", async () => {
  await customer.goto(link);
  await customer.getByRole("heading", { name: "No channels yet" }).waitFor();
  await customer.getByText("Signed in as acme").waitFor();
  assert.equal(new URL(customer.url()).hash, "");
});

test("the link is dead on its second use", async () => {
  const other = await world.open();
  await other.goto(link);
  await other.getByText("This link does not work any more.").waitFor();
  assert.equal(await other.getByRole("navigation").count(), 0);
});

test("a customer sets up a channel of its own", async () => {
  await customer.getByRole("button", { name: "Add the first channel" }).click();
  await customer.getByRole("link", { name: /^Slack/ }).click();
  await customer.getByLabel("Name", { exact: true }).fill("our-slack");
  await customer.getByLabel("Webhook URL").fill("https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX");
  await customer.getByRole("button", { name: "Add channel" }).click();
  await customer.getByRole("heading", { name: "our-slack", exact: true }).waitFor();
  await customer.goto("/portal/channels");
  await settled(customer);
  assert.equal(await customer.getByRole("row").count(), 2, "its own and the head");
});

test("a customer chooses its events and quiet hours", async () => {
  await customer.getByRole("link", { name: "Events" }).click();
  await customer.getByRole("checkbox", { name: "backup.success to our-slack (slack)" }).check();
  await customer.getByRole("button", { name: "Save" }).click();
  await customer.getByText("Saved the triggers.").waitFor();
  await customer.getByRole("link", { name: "Preferences" }).click();
  await customer.getByLabel("Quiet hours every day").check();
  await customer.getByLabel("From").fill("03:00");
  await customer.getByLabel("Until").fill("03:01");
  await customer.getByRole("button", { name: "Save changes" }).click();
  await customer.getByText("Saved the preferences.").waitFor();
  const stored = await world.api("GET", "/customers/acme/preferences", undefined);
  assert.equal(stored.quiet_hours.from, "03:00");
});

test("a customer sees its own deliveries alone", async () => {
  await world.send("deploy.failure", "Acme's broke", { customer: "acme", service: "my-app" });
  await world.send("deploy.failure", "The rival's broke", { customer: "rival", service: "rival-app" });
  await customer.getByRole("link", { name: "Deliveries" }).click();
  const rows = customer.getByRole("row").filter({ hasText: "broke" });
  await until(() => rows.count(), "there is a delivery");
  await until(async () => (await world.api("GET", "/deliveries?text=rival", undefined)).data.length > 0, "the rival has one");
  await customer.reload();
  await rows.first().waitFor();
  assert.equal(await rows.count(), 1);
  assert.match(await rows.innerText(), /Acme's broke/);
  await customer.getByRole("link", { name: "deploy.failure" }).click();
  await customer.getByText("Attempt 1").waitFor();
});

test("an admin opens the portal as the customer sees it, beside the own session", async () => {
  const opened = admin.context().waitForEvent("page");
  await admin.getByRole("button", { name: "Open the portal" }).click();
  const portal = await opened;
  await portal.getByRole("link", { name: "our-slack", exact: true }).waitFor();
  await portal.getByText("Signed in as acme").waitFor();
  assert.equal(await portal.evaluate(() => window.opener), null);
  await portal.getByRole("link", { name: "Deliveries" }).click();
  await portal.getByText("Live: new deliveries appear by themselves.").waitFor();
  assert.equal(await portal.getByRole("row").filter({ hasText: "The rival's broke" }).count(), 0);
  await admin.reload();
  await admin.getByText("Signed in as admin").waitFor();
  await portal.getByRole("button", { name: "Sign out" }).click();
  await portal.getByRole("heading", { name: "Notifications", exact: true }).waitFor();
  await admin.reload();
  await admin.getByRole("heading", { name: "Acme Corp", exact: true }).waitFor();
  await portal.close();
});

test("the pages of admins are not there for a customer", async () => {
  await customer.goto("/portal/customers");
  await customer.getByRole("heading", { name: "There is no such page" }).waitFor();
  await customer.goto("/ui/customers");
  await customer.getByRole("button", { name: "Sign in" }).waitFor();
});

test("a panel that may frame the portal has it with its session", async () => {
  const page = await world.open();
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  await page.goto(hosting.framing(`${world.url}/portal#${code}`));
  const portal = page.frameLocator("iframe");
  await portal.getByRole("link", { name: "our-slack", exact: true }).waitFor();
  await portal.getByRole("link", { name: "Preferences" }).click();
  await portal.getByLabel("Until").fill("03:02");
  await portal.getByRole("button", { name: "Save changes" }).click();
  await portal.getByText("Saved the preferences.").waitFor();
  assert.equal((await world.api("GET", "/customers/acme/preferences", undefined)).quiet_hours.until, "03:02");
  // Without a new link, as within the same session.
  await page.goto(hosting.framing(`${world.url}/portal/deliveries`));
  await portal.getByRole("row").filter({ hasText: "Acme's broke" }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

/** Which page frames what. */
const refused = /** @type {const} */ ([
  ["a stranger's page", () => stranger.framing(`${world.url}/portal`)],
  ["the panel's page, of the part for admins,", () => hosting.framing(`${world.url}/ui/`)],
]);

for (const [whose, address] of refused)
  test(`${whose} shows nothing in a frame`, async () => {
    const page = await world.open();
    const told = page.waitForEvent("console", (x) => x.text().includes("frame-ancestors"));
    await page.goto(address());
    await told;
    await until(() => page.frames()[1]?.url().startsWith("chrome-error:"), "the browser has refused it");
    assert.equal(await page.frameLocator("iframe").getByRole("heading", { name: /Notifications|Tocsin/ }).count(), 0);
    await page.context().close();
  });

test("switching the portal off ends the session under an open page", async () => {
  await customer.goto("/portal/channels");
  await settled(customer);
  await admin.getByRole("checkbox", { name: "Portal" }).uncheck();
  await admin.getByRole("button", { name: "Save changes" }).click();
  await admin.getByText("Saved Acme Corp.").waitFor();
  await customer.getByRole("link", { name: "Events" }).click();
  await customer.getByRole("dialog", { name: "You are signed out" }).waitFor();
});

test("the pages had no faults", () => {
  assert.deepEqual([...admin.faults, ...customer.faults], []);
});
