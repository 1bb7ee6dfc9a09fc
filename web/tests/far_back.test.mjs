// What fits lies behind thousands of other deliveries, of which the service examines only a limited number at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { channelFields, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  world = await World.begin();
  await world.api("POST", "/customers", { name: "acme", services: ["my-app"], portal_enabled: true });
  const channel = (/** @type {string} */ name, owner = "admin/admin", more = {}) =>
    world.api("POST", "/channels", { owner, name, type: "slack", settings: { webhook_url: channelFields(world).Slack["Webhook URL"] }, ...more });
  await channel("theirs", "customer/acme");
  await channel("seldom", "admin/admin", { triggers: { "deploy.success": { on: false }, "backup.success": { on: true } } });
  await world.send("deploy.success", "Acme's is out", { customer: "acme" });
  await world.send("backup.success", "Seldom");
  await channel("busy");
  await until(async () => {
    const { data } = await world.api("GET", "/deliveries?state=delivered", undefined);
    return data.length === 2;
  }, "both are delivered");
  // From here on nothing goes out, as in an outage.
  await world.api("PUT", "/pause", { until: new Date(Date.now() + 3_600_000).toISOString() });
  const events = Array.from({ length: 1000 }, (_, i) => ({ event: "deploy.success", message: `busy ${i}` }));
  for (let i = 0; i < 5; ++i) await world.api("POST", "/events", events);
  page = await world.open();
  await signIn(page);
});

after(async () => {
  await world.end();
});

test("a service in an outage does not show the first steps again", async () => {
  await settled(page);
  await page.getByRole("table", { name: "Health of the channels" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "First steps" }).count(), 0);
});

test("a channel's last delivery is found behind those of the others", async () => {
  await page.goto("/ui/channels");
  await page.getByRole("link", { name: /^delivered ?, the last delivery of seldom$/ }).waitFor();
});

test("and where it is not looked for any further the list says so", async () => {
  const { data } = await world.api("GET", "/channels", undefined);
  const { id } = data.find((/** @type {{name: string}} */ x) => x.name === "seldom");
  await page.route(`**/deliveries?channel=${id}**`, (route) =>
    route.fulfill({ json: { data: [], next_cursor: "01ARZ3NDEKTSV4RRFFQ69G5FAV", has_more: true } }),
  );
  await page.reload();
  await page.getByRole("row").filter({ hasText: "seldom" }).getByText("none among the newest").waitFor();
});

test("a list that is asked for again and again looks far back once alone, and keeps what it has found", async () => {
  const asked = /** @type {string[]} */ ([]);
  page.on("request", (x) => {
    if (x.url().includes("/deliveries?")) asked.push(x.url());
  });
  await page.goto("/ui/deliveries?outcome=delivered");
  const row = page.getByRole("row").filter({ hasText: "Seldom" });
  await row.waitFor();
  const first = asked.length;
  assert.ok(first > 1, "the first look went on");
  await until(() => asked.length >= first + 3, "it was asked for again");
  assert.deepEqual(asked.slice(first).filter((x) => x.includes("cursor=")), []);
  assert.equal(await row.count(), 1);
  page.removeAllListeners("request");
});

test("older entries of the audit log that could not be read come where they belong", async () => {
  for (let i = 0; i < 60; ++i) await world.api("POST", "/customers", { name: `customer-${i}`, services: [] });
  await page.goto("/ui/audit");
  await settled(page);
  const rows = page.getByRole("table", { name: "Audit log" }).getByRole("row");
  assert.equal(await rows.count(), 51);
  await page.route(/\/audit\?.*cursor=/, (route) => route.abort(), { times: 1 });
  await page.getByRole("button", { name: "Older entries" }).click();
  await page.getByRole("alert").filter({ hasText: "Tocsin could not be reached." }).waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await settled(page);
  assert.ok((await rows.count()) > 61, "both pages are there");
});

test("a customer's deliveries are found behind those of the others, the older ones too", async () => {
  const customer = await world.open();
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  await customer.goto(`/portal#${code}`);
  await settled(customer);
  await customer.getByRole("link", { name: "Deliveries", exact: true }).click();
  await customer.getByRole("row").filter({ hasText: "Acme's is out" }).waitFor();
  // What was there first is found behind what comes after it.
  await world.send("deploy.success", "Acme's again", { customer: "acme" });
  await customer.route(/\/deliveries\?limit=50$/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const [newest] = body.data;
    await route.fulfill({ response: answer, json: { data: [newest], next_cursor: newest.id, has_more: true } });
  });
  await customer.reload();
  await customer.getByRole("row").filter({ hasText: "Acme's again" }).waitFor();
  await customer.getByRole("button", { name: "Older deliveries" }).click();
  await customer.getByRole("row").filter({ hasText: "Acme's is out" }).waitFor();
  assert.deepEqual(customer.faults, []);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
