// Every page in light and dark, wide and narrow: axe finds nothing, nothing is cut off. With TOCSIN_SCREENSHOTS
// set to a folder, pictures of all of them are left there to look at.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { channelFields, settled, signIn } from "./support/panel.mjs";
import { until } from "./support/program.mjs";
import { World } from "./support/world.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.TOCSIN_SCREENSHOTS;
const schemes = /** @type {const} */ (["light", "dark"]);
const widths = [1280, 360];

/** @typedef {import("playwright-core").Page} Page */

/** @type {World} */
let world;
/** @type {Record<string, string>} */
const pages = {};
/** @type {Record<string, string>} */
const portalPages = {};

/** Something of everything, so that pages have something to show. */
before(async () => {
  world = await World.begin();
  if (pictures) await mkdir(pictures, { recursive: true });
  const fields = channelFields(world);
  const channel = (/** @type {string} */ name, /** @type {string} */ type, /** @type {object} */ settings) =>
    world.api("POST", "/channels", { name, type, settings });
  const mail = await channel("ops mail", "email", {
    host: "127.0.0.1",
    port: world.ports.smtp,
    username: "standin",
    password: "standin-password",
    from: fields.Email.From,
    to: ["ops@example.com", "lead@example.com"],
  });
  const slack = await channel("ops-slack", "slack", { webhook_url: fields.Slack["Webhook URL"] });
  const hook = await channel("alerts", "webhook", { url: fields.Webhook.URL, headers: { "X-Team": "ops" } });
  const discord = await channel("chat", "discord", { webhook_url: fields.Discord["Webhook URL"] });
  const telegram = await channel("on-call", "telegram", { bot_token: fields.Telegram["Bot token"], chat_id: fields.Telegram["Chat ID"] });
  await world.api("POST", "/customers", {
    name: "acme",
    display_name: "Acme Corp",
    services: ["my-app", "shop"],
    portal_enabled: true,
  });
  const theirs = await world.api("POST", "/channels", {
    owner: "customer/acme",
    name: "our chat",
    type: "discord",
    settings: { webhook_url: fields.Discord["Webhook URL"] },
  });
  await world.api("POST", "/event-types", { type: "invoice.overdue", title: "Invoice overdue", severity: "warning" });
  await world.api("POST", "/tokens", { name: "panel", scopes: ["events:write"] });
  await world.send("deploy.success", "Service my-app deployed successfully", {
    customer: "Acme Corp",
    details: { image: "myapp:latest", duration_seconds: 45 },
  });
  await world.send("quota.warning", "80 % of the disk quota is used", { customer: "Acme Corp" });
  await world.standin("/script", { endpoint: "slack", failure: "slack.invalid_payload", times: 0 });
  await world.send("deploy.failure", "Service my-app failed to deploy: the health check timed out", { customer: "Acme Corp" });
  await until(async () => {
    const { data } = await world.api("GET", "/deliveries?limit=250", undefined);
    return data.every((/** @type {{state: string}} */ x) => ["delivered", "dead_letter", "suppressed"].includes(x.state));
  }, "all deliveries have ended");
  const own = (await world.api("GET", `/deliveries?channel=${theirs.id}`, undefined)).data[0];
  const dead = (await world.api("GET", "/deliveries?state=dead_letter", undefined)).data[0];
  Object.assign(pages, {
    overview: "/ui/",
    channels: "/ui/channels",
    "channel-types": "/ui/channels/new",
    ...Object.fromEntries(
      ["email", "slack", "discord", "telegram", "webhook"].map((type) => [`new-${type}`, `/ui/channels/new?type=${type}`]),
    ),
    "channel-email": `/ui/channels/${mail.id}`,
    "channel-slack": `/ui/channels/${slack.id}`,
    "channel-discord": `/ui/channels/${discord.id}`,
    "channel-telegram": `/ui/channels/${telegram.id}`,
    "channel-webhook": `/ui/channels/${hook.id}`,
    triggers: "/ui/triggers",
    preferences: "/ui/preferences",
    deliveries: "/ui/deliveries",
    delivery: `/ui/deliveries/${dead.id}`,
    "dead-letters": "/ui/dead-letters",
    customers: "/ui/customers",
    customer: "/ui/customers/acme",
    admins: "/ui/admins",
    tokens: "/ui/tokens",
    "event-types": "/ui/event-types",
    audit: "/ui/audit",
    system: "/ui/system",
    settings: "/ui/settings",
    "no-such-page": "/ui/nowhere",
  });
  Object.assign(portalPages, {
    channels: "/portal/channels",
    "channel-types": "/portal/channels/new",
    "new-email": "/portal/channels/new?type=email",
    channel: `/portal/channels/${theirs.id}`,
    triggers: "/portal/triggers",
    preferences: "/portal/preferences",
    deliveries: "/portal/deliveries",
    delivery: `/portal/deliveries/${own.id}`,
    "no-such-page": "/portal/nowhere",
  });
});

after(async () => {
  await world.end();
});

/** What axe finds on a page, in words; `rules` are those to go through, all of them unless told. */
async function findings(/** @type {Page} */ page, /** @type {string[] | undefined} */ rules) {
  // As the debugger evaluates it: the page's own policy would not let it in.
  await page.evaluate(axe);
  return page.evaluate(async (only) => {
    // @ts-expect-error: axe puts itself there
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) });
    return violations.flatMap((/** @type {{id: string, nodes: {html: string, failureSummary: string}[]}} */ x) =>
      x.nodes.map((node) => `${x.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
    );
  }, rules);
}

/** Looks at what is on the screen in one shape; gives what is wrong with it. */
async function lookOnce(/** @type {Page} */ page, /** @type {string} */ name, /** @type {string[] | undefined} */ rules = undefined) {
  if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  const found = await findings(page, rules);
  const cutOff = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [...found, ...(cutOff > 0 ? [`${cutOff} pixels are cut off`] : [])].map((x) => `${name}: ${x}`);
}

/** Looks at a page in all shapes, without loading it again. Colours change nothing but contrast. */
async function look(/** @type {Page} */ page, /** @type {string} */ name) {
  await settled(page);
  const faults = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    // Nothing is under the pointer.
    await page.mouse.move(1, 1);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === "light" ? undefined : ["color-contrast"];
      faults.push(...(await lookOnce(page, `${name}-${colorScheme}-${width}`, rules)));
    }
  }
  return faults;
}

const calm = /** @type {const} */ ({ reducedMotion: "reduce" });

test("the pages of admins", async () => {
  const page = await world.open(calm);
  await page.goto("/ui/");
  const faults = await look(page, "sign-in");
  await signIn(page);
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(address);
    faults.push(...(await look(page, name)));
  }
  assert.deepEqual([...faults, ...page.faults], []);
  await page.context().close();
});

test("the portal", async () => {
  const page = await world.open(calm);
  await page.goto("/portal");
  const faults = await look(page, "portal-door");
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  await page.goto("about:blank");
  await page.goto(`/portal#${code}`);
  await page.getByText("Signed in as").waitFor({ state: "attached" });
  for (const [name, address] of Object.entries(portalPages)) {
    await page.goto(address);
    faults.push(...(await look(page, `portal-${name}`)));
  }
  assert.deepEqual([...faults, ...page.faults], []);
  await page.context().close();
});

test("dialogs and results", async () => {
  const page = await world.open(calm);
  await signIn(page, pages.channels);
  await page.goto(/** @type {string} */ (pages["channel-webhook"]));
  await page.getByRole("button", { name: "Send Test" }).click();
  await page.locator(".test-result .box").waitFor();
  await page.getByRole("button", { name: /secret…$/ }).click();
  await page.getByRole("dialog").waitFor();
  const faults = await look(page, "dialog-secret");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.goto(/** @type {string} */ (pages["dead-letters"]));
  await page.getByRole("button", { name: "Show the single ones" }).click();
  await page.getByRole("button", { name: /^Replay (the one|all)/ }).click();
  await page.getByText(/will be sent again/).waitFor();
  faults.push(...(await look(page, "dialog-replay")));
  assert.deepEqual([...faults, ...page.faults], []);
});
