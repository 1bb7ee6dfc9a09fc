// Templates of a stored channel are tried out before they are saved.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { faultsOf } from "./support/axe.mjs";
import { fill, settled, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
/** @type {any} */
let stored;

before(async () => {
  world = await World.begin();
  page = await world.open();
  stored = await world.api("POST", "/channels", {
    name: "ops",
    type: "slack",
    settings: {
      webhook_url: "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX",
      templates: { "deploy.failure": { body: "As it is stored" } },
    },
  });
  await signIn(page, `/ui/channels/${stored.id}`);
  await settled(page);
});

after(async () => {
  await world.end();
});

const body = () => page.getByRole("group", { name: "deploy.failure" }).getByLabel("Body");
const message = () => page.locator(".test-result").getByLabel("Body", { exact: true });

async function preview() {
  await page.getByLabel("Event type").selectOption("deploy.failure");
  await page.getByRole("button", { name: "Preview" }).click();
}

test("the message is shown with what is typed, and with what is stored where nothing is", async () => {
  await preview();
  await message().getByText("As it is stored").waitFor();
  await page.getByText("Templates: custom wording").click();
  await body().fill("*{{service}}* is broken");
  await preview();
  await message().getByText("*example-service* is broken").waitFor();
  await page.locator(".test-result").getByText(`https://127.0.0.1:${world.ports.https}/[redacted]`, { exact: true }).waitFor();
});

test("a fault stands at its field, with its place", async () => {
  await body().fill("{{service}}\n is {{brokn}}");
  await preview();
  await page.locator(".field-error").getByText("line 2, column 5: there is no value called 'brokn'").waitFor();
  assert.equal(await body().getAttribute("aria-invalid"), "true");
  assert.ok(await body().evaluate((x) => x === document.activeElement), "the cursor is where the fault is");
  assert.deepEqual(await faultsOf(page), []);
  await body().fill("*{{service}}* is broken");
  await preview();
  await message().getByText("*example-service* is broken").waitFor();
  await page.locator(".field-error").waitFor({ state: "detached" });
});

test("nothing of it is stored or sent before one saves", async () => {
  const path = `/channels/${stored.id}`;
  assert.deepEqual(await world.api("GET", path, undefined), stored);
  await fill(page, { Channel: "#ops" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Saved ops.").waitFor();
  const { settings } = await world.api("GET", path, undefined);
  assert.deepEqual(settings.templates, { "deploy.failure": { body: "*{{service}}* is broken" } });
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
