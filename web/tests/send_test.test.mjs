// Send Test where it fails, at each stage that an attempt can come to: the page names the stage, the code, the provider's
// words, the time and what to do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { beginChannel, channelFields, fill, signIn } from "./support/panel.mjs";
import { World } from "./support/world.mjs";

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<World["open"]>>} */
let page;

before(async () => {
  // So short that a receiver which says nothing is given up within the test.
  world = await World.begin({ transport: 'total_timeout = "5s"' });
  page = await world.open();
  await signIn(page);
});

after(async () => {
  await world.end();
});

/**
 * @typedef Failure
 * @property {string} when what is wrong, in words
 * @property {Record<string, string>} [fields] what is typed in place of what works
 * @property {string} [encryption] what is chosen for a mail server
 * @property {object} [script] what the stand-in does
 * @property {string} stage
 * @property {string} code
 * @property {RegExp} words
 * @property {RegExp} hint
 */

/** Tries the channel on the page and holds what the page says against what it should say. */
async function fails(/** @type {Failure} */ { fields = {}, encryption, script, stage, code, words, hint }) {
  await fill(page, fields);
  if (encryption) await page.getByLabel("Encryption").selectOption(encryption);
  if (script) await world.standin("/script", { times: 0, ...script });
  const answered = page.waitForResponse(/\/channels\/test$/);
  await page.getByRole("button", { name: "Send Test" }).click();
  await answered;
  const box = page.locator(".test-result .box");
  await box.getByText(code, { exact: true }).waitFor();
  await world.standin("/clear", { records: false });
  const told = Object.fromEntries(
    await box.locator("dl > div").evaluateAll((all) => all.map((x) => [x.children[0]?.textContent, x.children[1]?.textContent])),
  );
  assert.equal(told["Stage"], stage);
  assert.equal(told["Code"], code);
  assert.match(told["In its words"], words);
  assert.match(told["Took"], /^[\d.]+ (ms|s)$/);
  assert.match(told["At"], /\d/);
  const said = await box.innerText();
  assert.match(said, /It failed at: /);
  assert.match(said, hint);
  assert.doesNotMatch(said, /accepted the message/);
}

/** @type {Failure[]} */
const mail = [
  {
    // First, as a connection that was secured some other way would do for it.
    when: "TLS at a port without it",
    encryption: "tls",
    stage: "tls",
    code: "tls_failed",
    words: /SSL/,
    hint: /No secure connection/,
  },
  {
    when: "an unknown host",
    fields: { "Mail server": "mail.tocsin.invalid" },
    stage: "resolve",
    code: "unresolved",
    words: /mail\.tocsin\.invalid/,
    hint: /typo/,
  },
  {
    when: "nothing at the port",
    fields: { Port: "1" },
    stage: "connect",
    code: "unreachable",
    words: /port 1/,
    hint: /Nothing answers/,
  },
  {
    when: "a server that greets with a refusal",
    script: { endpoint: "email", failure: "email.greeting_554" },
    stage: "connect",
    code: "554 5.7.1",
    words: /no service for you/,
    hint: /temporary fault/,
  },
  {
    when: "a server without STARTTLS",
    script: { endpoint: "email", failure: "email.no_starttls" },
    stage: "tls",
    code: "encryption_missing",
    words: /STARTTLS/,
    hint: /try encryption 'tls'/,
  },
  {
    when: "a server whose TLS is out of order",
    script: { endpoint: "email", failure: "email.starttls_454" },
    stage: "tls",
    code: "454 4.7.0",
    words: /TLS not available/,
    hint: /temporary fault/,
  },
  {
    when: "a server that takes no password",
    script: { endpoint: "email", failure: "email.no_auth" },
    stage: "auth",
    code: "auth_missing",
    words: /no way to sign in/,
    hint: /leave out the user name/,
  },
  {
    when: "a wrong password",
    fields: { Password: "wrong" },
    stage: "auth",
    code: "535 5.7.8",
    words: /authentication/i,
    hint: /application password/,
  },
  {
    when: "a sender that is refused",
    script: { endpoint: "email", failure: "email.mail_550" },
    stage: "send",
    code: "550 5.7.1",
    words: /sender is not allowed/,
    hint: /sender's and the recipient's/,
  },
  {
    when: "a recipient that is refused",
    script: { endpoint: "email", failure: "email.rcpt_550" },
    stage: "send",
    code: "550 5.1.1",
    words: /no such user here/,
    hint: /sender's and the recipient's/,
  },
  {
    when: "a server that wants no message",
    script: { endpoint: "email", failure: "email.data_554" },
    stage: "send",
    code: "554 5.5.1",
    words: /no valid recipients/,
    hint: /refuses this mail/,
  },
  {
    when: "a message that is refused",
    script: { endpoint: "email", failure: "email.end_554" },
    stage: "send",
    code: "554 5.7.1",
    words: /spam/,
    hint: /refuses this mail/,
  },
  {
    when: "a server that goes away at the end",
    script: { endpoint: "email", failure: "email.drop_at_dot" },
    stage: "send",
    code: "connection_lost",
    words: /./,
    hint: /did not answer completely/,
  },
];

test("a mail server that cannot be used, at each stage", async (t) => {
  await beginChannel(page, "Email");
  const working = channelFields(world).Email;
  for (const failure of mail)
    await t.test(failure.when, () =>
      fails({ encryption: "starttls", ...failure, fields: { Name: "faulty", ...working, ...failure.fields } }),
    );
});

test("a webhook that cannot be used, at each stage", async (t) => {
  await beginChannel(page, "Webhook");
  const https = `https://127.0.0.1:${world.ports.https}/webhook/x`;
  /** @type {Failure[]} */
  const hook = [
    {
      when: "an unknown host",
      fields: { URL: "https://hooks.tocsin.invalid/x" },
      stage: "resolve",
      code: "unresolved",
      words: /hooks\.tocsin\.invalid/,
      hint: /typo/,
    },
    {
      when: "nothing at the port",
      fields: { URL: "https://127.0.0.1:1/x" },
      stage: "connect",
      code: "unreachable",
      words: /port 1/,
      hint: /Nothing answers/,
    },
    {
      when: "no TLS at the port",
      fields: { URL: `https://127.0.0.1:${world.ports.http}/webhook/x` },
      stage: "tls",
      code: "tls_failed",
      words: /SSL/,
      hint: /No secure connection/,
    },
    {
      when: "a receiver that never answers",
      script: { endpoint: "webhook", action: "stall" },
      stage: "send",
      code: "timed_out",
      words: /./,
      hint: /did not answer completely/,
    },
    {
      when: "a receiver that hangs up",
      script: { endpoint: "webhook", action: "close" },
      stage: "send",
      code: "connection_lost",
      words: /./,
      hint: /did not answer completely/,
    },
    {
      when: "a receiver that is out of order",
      script: { endpoint: "webhook", status: 500, body: "out of order" },
      stage: "accepted",
      code: "500",
      words: /^out of order$/,
      hint: /temporary fault/,
    },
    {
      when: "a URL that is gone",
      script: { endpoint: "webhook", status: 410, body: "gone" },
      stage: "accepted",
      code: "410",
      words: /^gone$/,
      hint: /gone for good/,
    },
  ];
  for (const failure of hook)
    await t.test(failure.when, () => fails({ ...failure, fields: { Name: "faulty", URL: https, ...failure.fields } }));
});

/** What each provider says to a channel that it does not know, and one that asks for a pause. */
const refusals = /** @type {const} */ ([
  ["Slack", { failure: "slack.no_service" }, "404 no_service", /no_service/, /make a new one/],
  ["Slack", { status: 429, body: "rate_limited" }, "429", /rate_limited/, /asks for a pause/],
  ["Discord", { failure: "discord.10015" }, "404 10015", /Unknown Webhook/, /make a new one/],
  ["Telegram", { failure: "telegram.chat_not_found" }, "400", /chat not found/, /add it to the group/],
]);

for (const [type, script, code, words, hint] of refusals)
  test(`${type} refuses with ${code}`, async () => {
    await beginChannel(page, type);
    await fails({
      when: "",
      fields: { Name: "faulty", ...channelFields(world)[type] },
      script: { endpoint: type.toLowerCase(), ...script },
      stage: "accepted",
      code,
      words,
      hint,
    });
  });

test("an address inside the operator's network is none for a customer", async () => {
  await world.api("POST", "/customers", { name: "acme", portal_enabled: true });
  await page.goto("/ui/channels/new?type=webhook&owner=customer%2Facme");
  await fails({
    when: "",
    fields: { Name: "faulty", URL: `https://localhost:${world.ports.https}/webhook/x` },
    stage: "connect",
    code: "address_refused",
    words: /localhost/,
    hint: /private network/,
  });
});

test("settings that are wrong stand at their fields, and nothing is sent", async () => {
  const counted = await world.standin("/count");
  await beginChannel(page, "Email");
  await fill(page, { ...channelFields(world).Email, Name: "faulty", From: "nobody", Port: "70000" });
  await page.getByRole("button", { name: "Send Test" }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  for (const [field, isWrong] of /** @type {const} */ ([["From", "true"], ["Port", "true"], ["Mail server", null]]))
    assert.equal(await page.getByLabel(field).getAttribute("aria-invalid"), isWrong, field);
  assert.deepEqual(await world.standin("/count"), counted);
});

test("what was wrong is forgotten once the draft changes", async () => {
  await fill(page, { From: "nobody@example.com", Port: "25" });
  await page.locator("[aria-invalid=true]").first().waitFor({ state: "detached" });
  assert.equal(await page.getByText("Nothing was sent: the marked fields say why.").count(), 0);
});

test("a field that was mended and saved is not marked any more", async () => {
  const { id } = await world.api("POST", "/channels", {
    name: "mail",
    type: "email",
    settings: { host: "127.0.0.1", port: world.ports.smtp, from: "tocsin@example.com", to: ["ops@example.com"] },
  });
  await page.goto(`/ui/channels/${id}`);
  await fill(page, { Port: "70000" });
  await page.getByRole("button", { name: "Preview" }).click();
  await page.locator("[aria-invalid=true]").waitFor();
  await fill(page, { Port: "587" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Saved mail.").waitFor();
  assert.equal(await page.getByLabel("Port").getAttribute("aria-invalid"), null);
});

test("what works says so, and how long it took", async () => {
  await beginChannel(page, "Webhook");
  await fill(page, { Name: "fine", ...channelFields(world).Webhook });
  await page.getByRole("button", { name: "Send Test" }).click();
  await page.getByText("The provider accepted the message.").waitFor();
  assert.match(await page.locator(".test-result").innerText(), /Stage\s+accepted\s+Code\s+2\d\d[\s\S]*Took\s+[\d.]+ (ms|s)/);
});

test("the pages had no faults", () => {
  assert.deepEqual(page.faults, []);
});
