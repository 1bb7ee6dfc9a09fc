// Whether an event would reach somebody, in words, and a customer's way to send a delivery again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let admin;
/** @type {Awaited<ReturnType<World["open"]>>} */
let customer;

before(async () => {
  world = await World.begin();
  await world.api("POST", "/customers", { name: "acme", display_name: "Acme Corp", services: ["my-app"], portal_enabled: true });
  await world.api("POST", "/channels", {
    owner: "customer/acme",
    name: "our-slack",
    type: "slack",
    settings: { webhook_url: "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX" },
  });
  await world.api("PUT", "/customers/acme/preferences", { quiet_hours: { from: "22:00", until: "07:00", utc_offset_minutes: 0 } });
  admin = await world.open();
  await signIn(admin, "/ui/customers/acme");
  customer = await world.open();
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  await customer.goto(`/portal#${code}`);
  await settled(customer);
});

after(async () => {
  await world.end();
});

/** Asks in the form and gives the answer's words. */
async function ask(/** @type {import("playwright-core").Page} */ page, /** @type {string} */ type, service = "", moment = "") {
  const form = page.getByRole("region", { name: /^Would this event reach/ });
  await form.getByLabel("Event type").selectOption(type);
  await form.getByLabel("About the service").fill(service);
  await form.getByLabel("At another moment").fill(moment);
  const answered = page.waitForResponse((x) => x.url().includes("/events/explain"));
  await form.getByRole("button", { name: "Find out" }).click();
  await answered;
  const box = form.locator(".box");
  await box.waitFor();
  return box.innerText();
}

/** What a field for a moment takes, of an instant. */
function local(/** @type {import("playwright-core").Page} */ page, /** @type {string} */ instant) {
  return page.evaluate((text) => {
    const at = new Date(text);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }, instant);
}

test("an admin learns whether an event would reach a customer, and why not", async () => {
  const noon = await local(admin, "2026-03-29T12:00:00Z");
  assert.match(await ask(admin, "deploy.failure", "my-app", noon), /^Yes\.[^]*goes out[^]*our-slack \(slack\)/);
  assert.match(await ask(admin, "deploy.failure", "other", noon), /^No: 'other' is not its service\./);
  assert.match(await ask(admin, "backup.success", "my-app", noon), /No: no channel takes events of this type\.[^]*off by default/);
});

test("the moment that is asked about decides about quiet hours", async () => {
  const night = await local(admin, "2026-03-29T23:30:00Z");
  const kept = await ask(admin, "deploy.failure", "my-app", night);
  assert.match(kept, /kept back[^]*it is 23:30 \(UTC\+00:00\), and quiet hours are from 22:00 to 07:00/);
  assert.match(await ask(admin, "service.health.down", "my-app", night), /^Yes\./);
  const form = admin.getByRole("region", { name: /^Would this event reach/ });
  await form.getByText("Every rule").click();
  await form.getByText("critical events pass them").waitFor();
});

test("a customer asks about its own events", async () => {
  await customer.getByRole("link", { name: "Events" }).click();
  const noon = await local(customer, "2026-03-29T12:00:00Z");
  assert.match(await ask(customer, "deploy.failure", "my-app", noon), /^Yes\./);
  assert.match(await ask(customer, "deploy.failure", "other", noon), /^No: 'other' is not its service\./);
});

test("a customer sends a delivery of its own again", async () => {
  await world.api("PUT", "/customers/acme/preferences", {});
  await world.send("deploy.failure", "It broke", { customer: "acme", service: "my-app" });
  await customer.getByRole("link", { name: "Deliveries" }).click();
  await customer.getByRole("link", { name: "deploy.failure" }).click();
  await customer.getByText("Attempt 1").waitFor();
  assert.equal(await customer.getByRole("button", { name: "Cancel…" }).count(), 0);
  await customer.getByRole("button", { name: "Send again…" }).click();
  const dialog = customer.getByRole("dialog");
  await dialog.getByLabel("The receiver may get it twice").check();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await customer.getByText("It is being sent again.").waitFor();
  await customer.getByText("Attempt 2").waitFor();
  const log = await world.api("GET", "/audit?author=customer/acme", undefined);
  assert.equal(log.data[0].action, "delivery.resend");
});
