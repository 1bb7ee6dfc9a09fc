// Whoever leaves what is not saved is asked first, whichever way they go.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @typedef {Awaited<ReturnType<World["open"]>>} Page */

/** @type {World} */
let world;
/** @type {Page} */
let admin;
/** @type {string[]} */
const questions = [];
let answer = false;

before(async () => {
  world = await World.begin();
  await world.api("POST", "/customers", { name: "acme", display_name: "Acme Corp", services: ["my-app"], portal_enabled: true });
  admin = await world.open();
  heed(admin);
  await signIn(admin, "/ui/customers");
});

after(async () => {
  await world.end();
});

function heed(/** @type {Page} */ page) {
  page.on("dialog", (dialog) => {
    questions.push(dialog.message());
    return answer ? dialog.accept() : dialog.dismiss();
  });
}

/** Leaves once with a no and once with a yes, and asks `stays` and `gone` whether that was respected. */
async function leaves(
  /** @type {() => Promise<unknown>} */ go,
  /** @type {() => Promise<unknown>} */ stays,
  /** @type {() => Promise<unknown>} */ gone,
) {
  questions.length = 0;
  for (const yes of [false, true]) {
    answer = yes;
    await go();
    await (yes ? gone : stays)();
  }
  assert.deepEqual(questions, Array(2).fill("What is not saved yet gets lost. Leave the page?"));
}

/** The preferences of the one who is signed in, with something typed into them. */
async function typeInto(/** @type {Page} */ page) {
  await page.getByRole("link", { name: "Preferences", exact: true }).click();
  await page.getByLabel("Not these services").fill("half typed");
}

const typed = async (/** @type {Page} */ page) => {
  assert.equal(await page.getByLabel("Not these services").inputValue(), "half typed");
};

test("by the browser's way back, which leads there again afterwards", async () => {
  await settled(admin);
  await typeInto(admin);
  const here = admin.url();
  await leaves(
    () => admin.goBack(),
    async () => {
      await typed(admin);
      assert.equal(admin.url(), here);
    },
    () => admin.getByRole("heading", { level: 1, name: "Customers" }).waitFor(),
  );
  await admin.goForward();
  await admin.getByRole("heading", { level: 1, name: "Preferences" }).waitFor();
  assert.equal(questions.length, 2, "nothing is unsaved any more");
});

test("by choosing somebody else's", async () => {
  await typeInto(admin);
  const whose = admin.getByLabel("Whose");
  await whose.locator("option", { hasText: "Acme Corp" }).waitFor({ state: "attached" });
  await leaves(
    () => whose.selectOption("customer/acme"),
    async () => {
      await typed(admin);
      assert.equal(await whose.inputValue(), "admin/admin");
    },
    () => admin.waitForURL(/owner=customer%2Facme/),
  );
  await settled(admin);
  assert.equal(await admin.getByLabel("Not these services").inputValue(), "");
});

test("a customer's page by a link", async () => {
  await admin.goto("/ui/customers/acme");
  await admin.getByLabel("Services (optional)", { exact: true }).fill("half typed");
  await leaves(
    () => admin.getByRole("link", { name: "All customers" }).click(),
    () => admin.getByRole("heading", { level: 1, name: "Acme Corp" }).waitFor(),
    () => admin.getByRole("heading", { level: 1, name: "Customers" }).waitFor(),
  );
});

test("the portal's preferences by a link", async () => {
  const customer = await world.open();
  heed(customer);
  const { code } = await world.api("POST", "/customers/acme/portal-links", undefined);
  await customer.goto(`/portal#${code}`);
  await settled(customer);
  await typeInto(customer);
  await leaves(
    () => customer.getByRole("link", { name: "Events" }).click(),
    () => typed(customer),
    () => customer.getByRole("heading", { level: 1, name: "Events" }).waitFor(),
  );
  assert.deepEqual(customer.faults, []);
});

test("what is saved is left without a question", async () => {
  questions.length = 0;
  await admin.goto("/ui/customers");
  await typeInto(admin);
  await admin.getByRole("button", { name: "Save changes" }).click();
  await admin.getByText("Saved the preferences.").waitFor();
  await admin.goBack();
  await admin.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
  assert.deepEqual(questions, []);
});

test("by signing out", async () => {
  await typeInto(admin);
  await admin.getByLabel("Not these services").fill("typed again");
  await leaves(
    () => admin.getByRole("button", { name: "Sign out" }).click(),
    () => admin.getByText("Signed in as admin").waitFor(),
    () => admin.getByRole("button", { name: "Sign in" }).waitFor(),
  );
});

test("the pages had no faults", () => {
  assert.deepEqual(admin.faults, []);
});
