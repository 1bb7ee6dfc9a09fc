// A tocsind of the test's own with a stand-in for the providers, and a browser.

import { chromium } from "playwright-core";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Program, until } from "./program.mjs";

/** @typedef {import("playwright-core").Page} Page */

export const password = "correct horse battery staple";

/** Everything that waits does so for this long at most: the machine may be busy with other tests. */
export const patience = 60_000;

/** Chromium as Debian has it, which must call nobody. */
const chromiumFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function binary(/** @type {string} */ variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} does not say where the program is`);
  return value;
}

export class World {
  #folder = "";
  /** @type {Program[]} */
  #programs = [];
  /** @type {import("playwright-core").Browser | undefined} */
  #browser;
  #token = "";
  url = "";
  /** @type {Record<string, number>} */
  ports = {};

  /** Starts everything, with an admin who can sign in; `settings` come on top of the service's, as sections of its file. */
  static async begin(/** @type {Record<string, string>} */ settings = {}) {
    const world = new World();
    try {
      await world.#begin(settings);
    } catch (fault) {
      await world.end();
      throw fault;
    }
    return world;
  }

  async #begin(/** @type {Record<string, string>} */ settings) {
    this.#folder = await mkdtemp(path.join(os.tmpdir(), "tocsin-web-"));
    const at = (/** @type {string} */ name) => path.join(this.#folder, name);
    const standin = new Program(
      binary("STANDIN"),
      ["--ports-file", at("standin.ready"), "--state-dir", this.#folder, "--webhook-any-body"],
      at("standin.ready"),
    );
    this.#programs.push(standin);
    this.ports = /** @type {Record<string, number>} */ (await standin.start());
    const provider = (/** @type {string} */ name) => `https://127.0.0.1:${this.ports.https}/${name}`;
    /** @type {Record<string, string>} */
    const sections = {
      server: 'listen = "127.0.0.1:0"',
      storage: `data_dir = "${at("data")}"`,
      log: 'level = "warning"',
      transport: `ca_file = "${at("standin-cert.pem")}"`,
      providers: ["slack", "discord", "telegram"].map((x) => `${x} = "${provider(x)}"`).join("\n"),
    };
    const texts = Object.entries(sections).map(([name, text]) => `[${name}]\n${text}\n${settings[name] ?? ""}\n`);
    await writeFile(at("tocsin.toml"), texts.join(""));
    await this.startService();
    this.#token = (await readFile(at("data/initial-admin-token"), "utf8")).trim();
    await this.api("PUT", "/admins/admin/password", { password });
    this.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: chromiumFlags,
    });
  }

  /** Starts tocsind, on the port that it had before. */
  async startService() {
    const at = (/** @type {string} */ name) => path.join(this.#folder, name);
    const listen = this.url ? ["--set", `server.listen=${new URL(this.url).host}`] : [];
    const service = new Program(
      binary("TOCSIND"),
      ["--config", at("tocsin.toml"), "--ready-file", at("tocsind.ready"), ...listen],
      at("tocsind.ready"),
    );
    this.#programs[1] = service;
    this.url = String((await service.start()).url);
  }

  async stopService() {
    await this.#programs[1]?.stop();
  }

  /** Ends tocsind at once, wherever it is. */
  async killService() {
    await this.#programs[1]?.stop("SIGKILL");
  }

  async end() {
    await this.#browser?.close();
    for (const program of this.#programs.reverse()) await program.stop();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  /** A call that the hosting panel or an operator makes; comes again as a busy service asks for. Gives the answer's body. */
  async api(/** @type {string} */ verb, /** @type {string} */ where, /** @type {unknown} */ body) {
    const ask = async () => {
      const answer = await fetch(`${this.url}/api/v1${where}`, {
        method: verb,
        headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return answer.status === 429 || answer.status === 503 ? undefined : answer;
    };
    const answer = /** @type {Response} */ (await until(ask, `${verb} ${where} is answered`));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${verb} ${where}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** What an event is answered with. */
  send(/** @type {string} */ event, /** @type {string} */ message, more = {}) {
    return this.api("POST", "/events", { event, message, service: "my-app", ...more });
  }

  /** Tells the stand-in something, or asks it. */
  async standin(/** @type {string} */ where, /** @type {unknown} */ body = undefined) {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${this.ports.control}${where}`, options);
    if (!answer.ok) throw new Error(`${where}: ${await answer.text()}`);
    return answer.json();
  }

  /** Sends an event that Slack refuses, and waits until it is a dead letter; afterwards Slack takes everything again. Gives its id. */
  async makeDeadLetter(/** @type {string} */ message) {
    await this.standin("/script", { endpoint: "slack", failure: "slack.invalid_payload", times: 0 });
    const { id } = await this.send("deploy.failure", message);
    await until(async () => {
      const { deliveries } = await this.api("GET", `/events/${id}`, undefined);
      return deliveries.some((/** @type {{state: string}} */ x) => x.state === "dead_letter");
    }, "there is a dead letter");
    await this.standin("/clear", { records: false });
    return id;
  }

  /** A window of a browser that knows nothing of the others. */
  async open(/** @type {import("playwright-core").BrowserContextOptions} */ options = {}) {
    if (!this.#browser) throw new Error("there is no browser");
    const context = await this.#browser.newContext({ baseURL: this.url, ...options });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    /** @type {string[]} */
    const faults = [];
    page.on("pageerror", (fault) => faults.push(fault.message));
    page.on("console", (message) => {
      // The browser writes down every answer that is no success; whether that is a fault, the test knows.
      const isAnswer = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isAnswer) faults.push(message.text());
    });
    return Object.assign(page, { faults });
  }
}
