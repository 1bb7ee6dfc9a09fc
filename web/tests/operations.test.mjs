// What operators do with the service as a whole: pause it, look at its storage, take its configuration along.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { faultsOf } from "./support/axe.mjs";
import { channelFields, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

const run = promisify(execFile);
const pictures = process.env.TOCSIN_SCREENSHOTS;

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;
let folder = "";

before(async () => {
  world = await World.begin();
  folder = await mkdtemp(path.join(os.tmpdir(), "tocsin-operations-"));
  if (pictures) await mkdir(pictures, { recursive: true });
  const fields = channelFields(world);
  await world.api("POST", "/channels", {
    name: "ops: slack",
    type: "slack",
    settings: { webhook_url: fields.Slack["Webhook URL"] },
    triggers: { "deploy.success": { on: true } },
    delivery: { give_up_seconds: 7200 },
  });
  page = await world.open();
  await signIn(page);
  await settled(page);
});

after(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

async function states() {
  const { data } = await world.api("GET", "/deliveries?limit=250", undefined);
  return data.map((/** @type {{state: string}} */ x) => x.state);
}

async function picture(/** @type {string} */ name) {
  if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

test("all deliveries are paused, by keyboard alone, and the banner says so on every page", async () => {
  await page.getByRole("button", { name: "Pause all until…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Pause for").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.type("the mail server moves");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "All deliveries are paused" }).waitFor();
  const { pause } = await world.api("GET", "/pause", undefined);
  assert.equal(pause.reason, "the mail server moves");
  assert.deepEqual(pause.author, { kind: "admin", id: "admin", name: null });
  const left = Date.parse(pause.until) - Date.now();
  assert.ok(left > 1.5 * 3_600_000 && left <= 2 * 3_600_000, String(left));
  // What changes by itself is not read aloud again and again.
  const banner = page.getByRole("status").filter({ hasText: "All deliveries are paused" });
  assert.equal(await banner.locator("time").count(), await banner.locator("[aria-hidden=true] time").count());
  await picture("pause-overview");
  assert.deepEqual(await faultsOf(page), []);
  for (const where of ["/ui/channels", "/ui/deliveries", "/ui/settings"]) {
    await page.goto(where);
    await page.getByText("All deliveries are paused").waitFor();
    await page.getByText(/the mail server moves/).waitFor();
  }
});

test("events are taken and wait, and a customer sees nothing of it but that they do", async () => {
  await world.send("deploy.failure", "it broke");
  assert.deepEqual(await states(), ["pending"]);
  await world.api("POST", "/customers", { name: "acme", display_name: "Acme", services: ["my-app"], portal_enabled: true });
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  const customer = await world.open();
  await customer.goto(`/portal#${code}`);
  await customer.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await customer.getByText("All deliveries are paused").count(), 0);
  const status = await customer.evaluate(async () => (await fetch("/portal/api/v1/pause")).status);
  assert.equal(status, 404);
  assert.deepEqual(await customer.evaluate(async () => (await fetch("/portal/api/v1/deliveries/summary")).status), 404);
  assert.deepEqual(customer.faults, []);
  await customer.context().close();
});

test("a Send Test works meanwhile", async () => {
  const channel = (await world.api("GET", "/channels", undefined)).data[0];
  const result = await world.api("POST", `/channels/${channel.id}/test`, {});
  assert.equal(result.stage, "accepted");
  assert.deepEqual(await states(), ["pending"]);
});

test("a pause outlives the service, and a wrong end is said at its field", async () => {
  await world.stopService();
  await world.startService();
  await page.goto("/ui/");
  await page.getByRole("button", { name: "Change" }).click();
  assert.deepEqual(await states(), ["pending"]);
  await page.getByLabel("Pause for").selectOption({ label: "Until a time…" });
  await page.getByLabel("Until", { exact: true }).fill("2020-01-01T10:00");
  await page.getByRole("button", { name: "Pause all deliveries" }).click();
  await page.getByText("'until' must lie in the future").waitFor();
  assert.deepEqual(await faultsOf(page), []);
  assert.equal(await page.getByLabel("Until", { exact: true }).getAttribute("aria-invalid"), "true");
  await page.getByRole("button", { name: "Cancel" }).click();
});

test("it is ended, and what waited goes out", async () => {
  await page.getByRole("button", { name: "Resume now" }).click();
  await page.getByRole("button", { name: "Pause all until…" }).waitFor();
  assert.equal(await page.getByText("All deliveries are paused").count(), 0);
  await until(async () => (await states()).every((/** @type {string} */ x) => x === "delivered"), "the delivery is made");
  const { data } = await world.api("GET", "/audit?object=pause", undefined);
  assert.deepEqual(
    data.map((/** @type {{action: string}} */ x) => x.action),
    ["pause.end", "pause.set"],
  );
});

test("one that somebody else makes shows up on an open page", async () => {
  const end = new Date(Date.now() + 3_600_000).toISOString();
  await world.api("PUT", "/pause", { until: end });
  await page.getByRole("heading", { name: "All deliveries are paused" }).waitFor();
  await world.api("DELETE", "/pause", undefined);
  await page.getByRole("button", { name: "Pause all until…" }).waitFor();
});

/** How far the line of a colour rises in the chart, in parts of its height. */
function riseOf(/** @type {string} */ colour) {
  const canvas = document.querySelector("canvas");
  const pen = canvas?.getContext("2d");
  if (!canvas || !pen) return 0;
  const wanted = getComputedStyle(document.documentElement).getPropertyValue(colour).trim();
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
  const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const rows = [];
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) rows.push(Math.floor(at / 4 / width));
  return rows.length === 0 ? 0 : (Math.max(...rows) - Math.min(...rows)) / height;
}

test("the chart shows what the service counted", async () => {
  await page.goto("/ui/");
  await page.getByText(/^Delivered: 1 · Failed attempts: 0 · Will be retried: 0 · Dead letters: 0/).waitFor();
  // One of four, which is the least that the chart has room for.
  await until(async () => (await page.evaluate(riseOf, "--good")) > 0.1, "the line of what was delivered rises");
  const { total } = await world.api("GET", "/deliveries/summary", undefined);
  assert.equal(total.accepted, 1);
  assert.equal(total.delivered, 1);
});

/** How many pixels there are in the chart left of the field where its lines are: the numbers of the grid. */
function numbersOf() {
  const canvas = document.querySelector("canvas");
  const pen = canvas?.getContext("2d");
  if (!canvas || !pen) return 0;
  // Above the hours, which reach below the first number.
  const { data } = pen.getImageData(0, 0, Math.floor(30 * devicePixelRatio), Math.floor(canvas.height * 0.6));
  return data.filter((x, at) => at % 4 === 3 && x > 0).length;
}

test("the chart has its numbers also where there are very many", async () => {
  const summary = "**/deliveries/summary";
  for (const count of [3, 5_000, 12_000_000]) {
    await page.route(summary, async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      body.buckets.at(-1).delivered = count;
      await route.fulfill({ response: answer, json: body });
    });
    await page.reload();
    await page.locator("canvas").waitFor();
    await until(async () => (await page.evaluate(numbersOf)) > 20, `there are numbers beside ${count}`);
    await page.unroute(summary);
  }
});

test("a chart that cannot be loaded takes nothing else along", async () => {
  const file = "**/assets/activity_chart-*.js";
  await page.route(file, (route) => route.abort());
  await page.reload();
  await page.getByText("The chart could not be loaded").waitFor();
  await page.getByRole("table", { name: "Health of the channels" }).waitFor();
  assert.deepEqual(await faultsOf(page), []);
  await page.unroute(file);
});

test("what waits leads to all deliveries of the channel, whatever they wait for", async () => {
  const link = page.getByRole("row").filter({ hasText: "ops: slack" }).getByRole("cell").last().getByRole("link");
  const { data } = await world.api("GET", "/channels", undefined);
  assert.equal(await link.getAttribute("href"), `/ui/deliveries?channel=${data[0].id}`);
});

test("a pause lasts as long as was chosen, also where the browser's clock is wrong", async () => {
  const fast = await world.open();
  await fast.clock.install({ time: Date.now() + 2 * 3_600_000 });
  await signIn(fast);
  await fast.getByRole("button", { name: "Pause all until…" }).click();
  await fast.getByLabel("Pause for").selectOption({ label: "30 minutes" });
  const answered = fast.waitForResponse((x) => x.url().endsWith("/pause") && x.request().method() === "PUT");
  await fast.getByRole("button", { name: "Pause all deliveries" }).click();
  const { pause } = await (await answered).json();
  const minutes = (Date.parse(pause.until) - Date.now()) / 60_000;
  assert.ok(minutes > 28 && minutes < 31, String(minutes));
  await fast.getByText(/^in (29|30) min/).first().waitFor();
  assert.deepEqual(fast.faults, []);
  await fast.context().close();
  await world.api("DELETE", "/pause", undefined);
});

test("what cannot be read leaves the rest of the overview, and the button that pauses, where it is", async () => {
  const wide = await world.open();
  await wide.route("**/dead-letters/groups*", (route) =>
    route.fulfill({ status: 500, contentType: "application/problem+json", json: { title: "Broken.", status: 500, code: "internal_error", detail: "a letter is unreadable" } }),
  );
  await signIn(wide);
  await wide.getByText("a letter is unreadable").waitFor();
  await settled(wide);
  await wide.getByRole("button", { name: "Pause all until…" }).waitFor();
  assert.match(await wide.locator(".numbers").innerText(), /Delivered\s+\d[^]*Dead letters\s+–$/);
  await wide.getByRole("row").filter({ hasText: "ops: slack" }).waitFor();
  await wide.context().close();
});

test("the System page tells of the storage", async () => {
  await page.goto("/ui/system");
  await page.getByText("enough room").waitFor();
  const row = page.getByRole("row", { name: /^Deliveries \d/ });
  assert.match(await row.innerText(), /Deliveries\s+1/);
  await page.getByText(/MiB|KiB/).first().waitFor();
  await picture("storage-system");
  assert.deepEqual(await faultsOf(page), []);
});

test("a channel whose provider takes nothing is not shown as well, also where nothing has failed for good", async () => {
  await world.standin("/script", { endpoint: "slack", failure: "slack.429", times: 0 });
  await world.send("deploy.failure", "it broke again");
  await page.goto("/ui/");
  const row = page.getByRole("row").filter({ hasText: "ops: slack" });
  await row.getByText("behind").waitFor();
  assert.match(await row.innerText(), /\b1\s+0\s+1\s+1$/, "delivered, failed, retried, waiting");
  assert.match(await page.locator(".numbers").innerText(), /Retried\s+1/);
  await picture("overview-behind");
  assert.deepEqual(await faultsOf(page), []);
  await world.standin("/clear", { records: false });
});

test("the Settings page tells what is kept how long", async () => {
  await page.goto("/ui/settings");
  const row = page.getByRole("row", { name: /storage\.event_retention/ });
  assert.match(await row.innerText(), /30 d/);
  await picture("settings");
  for (const size of [{ width: 360, height: 800 }, { width: 1280, height: 900 }]) {
    await page.setViewportSize(size);
    assert.deepEqual(await faultsOf(page), []);
  }
});

test("the exported file describes what the service holds", async () => {
  await world.api("PUT", "/admins/admin/preferences", {
    customers: { include: [], exclude: ["no"] },
    services: { include: ["shop", "12"], exclude: [] },
    event_types: { include: [], exclude: [] },
    quiet_hours: { from: "22:00", until: "07:00", utc_offset_minutes: 60, critical_bypass: false },
    revision: 0,
  });
  await world.api("POST", "/channels", {
    name: "alerts ${x}",
    type: "webhook",
    enabled: false,
    filters: { customers: { include: ["acme"], exclude: [] }, services: { include: [], exclude: [] } },
    settings: { url: channelFields(world).Webhook.URL, headers: { "X-Team": "ops" } },
  });
  await world.api("POST", "/event-types", { type: "invoice.overdue", title: "Invoice overdue", severity: "warning" });
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download tocsin.yaml" }).click();
  const file = path.join(folder, "tocsin.yaml");
  await (await coming).saveAs(file);
  const text = await readFile(file, "utf8");
  assert.match(text, /^# {3}TOCSIN_ADMIN_ADMIN_OPS_SLACK_WEBHOOK_URL$/m);
  assert.match(text, /webhook_url: "\$\{TOCSIN_ADMIN_ADMIN_OPS_SLACK_WEBHOOK_URL\}"/);
  assert.doesNotMatch(text, /StandInStandIn/);
  await comparesEqual(file, text);
});

/** The command line exports the same text, and finds nothing that differs, but for who manages it. */
async function comparesEqual(/** @type {string} */ file, /** @type {string} */ text) {
  const token = (await world.api("POST", "/tokens", { name: "cli", scopes: ["read", "write"] })).token;
  const fields = channelFields(world);
  const env = {
    ...process.env,
    TOCSIN_URL: world.url,
    TOCSIN_TOKEN: token,
    TOCSIN_CONTEXT: path.join(folder, "none.json"),
    TOCSIN_ADMIN_ADMIN_OPS_SLACK_WEBHOOK_URL: fields.Slack["Webhook URL"],
    TOCSIN_ADMIN_ADMIN_ALERTS_X_URL: fields.Webhook.URL,
    TOCSIN_ADMIN_ADMIN_ALERTS_X_HEADERS_X_TEAM: "ops",
  };
  const tocsin = process.env.TOCSIN ?? "";
  assert.equal((await run(tocsin, ["config", "export"], { env })).stdout, text);
  await run(tocsin, ["config", "apply", "--yes", file], { env });
  assert.match((await run(tocsin, ["config", "diff", file], { env })).stdout, /nothing to change/);
}

test("nothing went wrong in the pages on the way", () => {
  assert.deepEqual(page.faults, []);
});
