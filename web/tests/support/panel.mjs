// What people do in the panel, for tests that are about something else.

import { password } from "./world.mjs";

/** @typedef {import("playwright-core").Page} Page */

export async function signIn(/** @type {Page} */ page, where = "/ui/") {
  await page.goto(where);
  await page.getByLabel("Admin").fill("admin");
  await page.getByLabel("Password").fill(password);
  // On narrow screens the navigation is behind a button. A busy service may ask to come again.
  const inside = page.locator("nav");
  do {
    await page.getByRole("button", { name: "Sign in" }).click();
    await inside.or(page.getByRole("alert")).first().waitFor({ state: "attached" });
  } while ((await inside.count()) === 0);
}

/** Waits until a page has what it shows. */
export async function settled(/** @type {Page} */ page) {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
}

/** What a screen reader says of an element besides its name. */
export function describedBy(/** @type {import("playwright-core").Locator} */ element) {
  return element.evaluate((x) => {
    const ids = (x.getAttribute("aria-describedby") ?? "").split(" ");
    return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  });
}

/** How each type of channel is set up at the stand-in: label and text. */
export function channelFields(/** @type {import("./world.mjs").World} */ world) {
  return {
    Email: {
      "Mail server": "127.0.0.1",
      Port: String(world.ports.smtp),
      "User name": "standin",
      Password: "standin-password",
      From: "Tocsin <tocsin@example.com>",
      To: "ops@example.com",
    },
    Slack: { "Webhook URL": "https://hooks.slack.com/services/T00000001/B00000001/StandInStandInStandInXX" },
    Discord: {
      "Webhook URL": `https://discord.com/api/webhooks/123456789012345678/${Array(4).fill("StandIn_StandIn").join("-")}-XXXX`,
    },
    Telegram: { "Bot token": "123456789:AAStandInStandInStandInStandInStandIn", "Chat ID": "-1001234567890" },
    Webhook: { URL: `https://127.0.0.1:${world.ports.https}/webhook/demo` },
  };
}

/** Fills in fields by their label. */
export async function fill(/** @type {Page} */ page, /** @type {Record<string, string>} */ fields) {
  for (const [label, text] of Object.entries(fields))
    await page.getByRole("main").getByLabel(new RegExp(`^${label}( \\(optional\\))?$`)).fill(text);
}

/** Opens the form for a new channel of a type. */
export async function beginChannel(/** @type {Page} */ page, /** @type {string} */ type) {
  await page.goto("/ui/channels/new");
  await page.getByRole("link", { name: new RegExp(`^${type}`) }).click();
  await page.getByRole("heading", { name: `Add ${type} channel` }).waitFor();
}

/** Presses Send Test and gives what it said in the end. */
export async function sendTest(/** @type {Page} */ page) {
  await page.getByRole("button", { name: "Send Test" }).click();
  const result = page.locator(".test-result .box");
  await result.waitFor();
  return result.innerText();
}
