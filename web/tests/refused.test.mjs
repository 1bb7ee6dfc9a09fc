// What the service refuses stands at its field, and goes once it is mended: what was found last counts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { beginChannel, channelFields, fill, settled, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
let path = "";

before(async () => {
  world = await World.begin();
  const { id } = await world.api("POST", "/channels", {
    name: "mail",
    type: "email",
    settings: {
      host: "127.0.0.1",
      port: world.ports.smtp,
      username: "standin",
      password: "standin-password",
      from: "tocsin@example.com",
      to: ["ops@example.com"],
    },
  });
  path = `/channels/${id}`;
  page = await world.open();
  await signIn(page, `/ui${path}`);
  await settled(page);
});

after(async () => {
  await world.end();
});

const press = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true }).click();
const wrong = (/** @type {string} */ name) =>
  page.getByLabel(new RegExp(`^${name}( \\(optional\\))?$`)).and(page.locator("[aria-invalid=true]"));
const nothingWrong = () => page.locator("[aria-invalid=true]").first().waitFor({ state: "detached" });

/** Has one field refused by one button, mends it, and has another refused by another. */
async function oneAfterTheOther(/** @type {string} */ first, /** @type {string} */ second) {
  await fill(page, { From: "nobody" });
  await press(first);
  await wrong("From").waitFor();
  await fill(page, { From: "tocsin@example.com", To: "nobody" });
  await nothingWrong();
  await press(second);
  await wrong("To").waitFor();
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1);
}

test("of a stored channel: Save is refused, then Preview for something else", async () => {
  await oneAfterTheOther("Save changes", "Preview");
  await press("Undo");
  await nothingWrong();
});

test("a stored password that would go to another server is asked for, and may be kept or removed", async () => {
  await fill(page, { "Mail server": "localhost" });
  await press("Save changes");
  await wrong("Password").waitFor();
  await page.getByText("is stored for another server; type it again or remove it").waitFor();
  await page.getByRole("button", { name: "Remove Password" }).click();
  await page.getByText("Will be removed when you save").waitFor();
  await page.getByRole("button", { name: /^Keep it/ }).click();
  await page.getByRole("button", { name: "Replace Password" }).click();
  await fill(page, { Password: "standin-password" });
  await press("Save changes");
  await page.getByText("Saved mail.").waitFor();
  const { settings, secrets } = await world.api("GET", path, undefined);
  assert.deepEqual([settings.host, secrets.password.configured], ["localhost", true]);
});

test("of a new channel: Add is refused, then Send Test for something else", async () => {
  await beginChannel(page, "Email");
  await fill(page, { Name: "new", ...channelFields(world).Email });
  await oneAfterTheOther("Add channel", "Send Test");
});

test("a test that has to wait says how long, in sentences", async () => {
  await fill(page, channelFields(world).Email);
  await page.route("**/channels/test", (route) =>
    route.fulfill({
      status: 429,
      headers: { "Retry-After": "1" },
      contentType: "application/problem+json",
      json: { title: "Too much.", status: 429, code: "overloaded", detail: "the next may begin in 40 s" },
    }),
  );
  await press("Send Test");
  await page.getByText("the next may begin in 40 s. Try again in 1 s at the earliest.").waitFor();
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
