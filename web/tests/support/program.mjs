// A program of ours that runs for a test.

import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";

/**
 * Asks until it gives something true, and gives that; a test that fails may take its time.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {string} what
 */
export async function until(condition, what, ms = 60_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not so after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class Program {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #child;
  #log = "";

  constructor(/** @type {string} */ binary, /** @type {string[]} */ args, /** @type {string} */ readyFile) {
    this.binary = binary;
    this.args = args;
    this.readyFile = readyFile;
  }

  /**
   * Starts it and gives what it wrote into its ready file.
   * @returns {Promise<Record<string, string | number>>}
   */
  async start() {
    await rm(this.readyFile, { force: true });
    const child = spawn(this.binary, this.args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (x) => (this.#log += x));
    const ready = async () => {
      if (child.exitCode !== null) throw new Error(`${this.binary} ended with ${child.exitCode}:\n${this.#log}`);
      const text = await readFile(this.readyFile, "utf8").catch(() => "");
      return text.endsWith("\n") ? JSON.parse(text) : undefined;
    };
    return until(ready, `${this.binary} is ready`);
  }

  /** Ends it as an operator would, or by another signal, and waits until it has ended. */
  async stop(/** @type {NodeJS.Signals} */ signal = "SIGTERM") {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
}
