// A network that carries nothing any more and says so to nobody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, signIn } from "./support/panel.mjs";
import { Wire } from "./support/wire.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Wire} */
let wire;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  world = await World.begin();
  wire = await Wire.to(world.url);
  page = await world.open({ baseURL: wire.url });
  await signIn(page, "/ui/deliveries");
  await settled(page);
});

after(async () => {
  await world.end();
  await wire?.end();
});

test("the page says that nothing is heard, asks one question at a time, and goes on once there are answers", async () => {
  await page.getByText("Nothing was sent yet").waitFor();
  let asked = 0;
  let most = 0;
  const isOfSession = (/** @type {import("playwright-core").Request} */ x) => x.url().endsWith("/api/v1/session");
  page.on("request", (x) => {
    if (isOfSession(x)) most = Math.max(most, ++asked);
  });
  for (const end of /** @type {const} */ (["requestfinished", "requestfailed"]))
    page.on(/** @type {"requestfinished"} */ (end), (x) => isOfSession(x) && --asked);
  const lost = page.getByText("Connection lost – trying again…");
  const away = page.getByRole("status").filter({ hasText: "Tocsin does not answer." });

  wire.cut();
  await away.waitFor();
  await page.waitForRequest(isOfSession);
  await lost.waitFor();
  assert.equal(most, 1);

  wire.mend();
  await away.waitFor({ state: "detached" });
  await lost.waitFor({ state: "detached" });
  await world.api("POST", "/channels", {
    name: "hook",
    type: "webhook",
    settings: { url: `https://127.0.0.1:${world.ports.https}/webhook/hook` },
  });
  await world.send("deploy.failure", "told again");
  await page.getByText("told again").waitFor();
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
