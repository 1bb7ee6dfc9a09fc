// The network between a browser and the service, which can fall silent.

import { once } from "node:events";
import net from "node:net";

/** Carries connections to an address, until it is cut: then nothing comes through and nothing is closed. */
export class Wire {
  #server = net.createServer((near) => this.#carry(near));
  /** @type {Set<net.Socket>} */
  #ends = new Set();
  #isCut = false;
  #target;
  url = "";

  constructor(/** @type {URL} */ target) {
    this.#target = target;
  }

  static async to(/** @type {string} */ url) {
    const wire = new Wire(new URL(url));
    wire.#server.listen(0, "127.0.0.1");
    await once(wire.#server, "listening");
    const address = /** @type {net.AddressInfo} */ (wire.#server.address());
    wire.url = `http://127.0.0.1:${address.port}`;
    return wire;
  }

  #carry(/** @type {net.Socket} */ near) {
    const far = net.connect(Number(this.#target.port), this.#target.hostname);
    // What was being carried when the wire was cut never arrives, also after it is mended.
    let isLost = this.#isCut;
    for (const [from, to] of /** @type {const} */ ([[near, far], [far, near]])) {
      this.#ends.add(from);
      from.on("data", (x) => {
        isLost ||= this.#isCut;
        if (!isLost) to.write(x);
      });
      from.on("error", () => {});
      from.on("close", () => {
        this.#ends.delete(from);
        if (!isLost && !this.#isCut) to.destroy();
      });
    }
  }

  cut() {
    this.#isCut = true;
  }

  mend() {
    this.#isCut = false;
  }

  async end() {
    this.#server.close();
    for (const x of this.#ends) x.destroy();
    await once(this.#server, "close");
  }
}
