// A hosting panel's page that shows something of ours in a frame.

import { once } from "node:events";
import http from "node:http";

/** Pages at an origin of their own: `/?ADDRESS` frames that address. */
export class Host {
  #server = http.createServer((request, answer) => {
    const framed = decodeURIComponent(new URL(request.url ?? "/", "http://host").search.slice(1));
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><title>Hosting</title><iframe title="Notifications" width="1100" height="700" src="${framed}"></iframe>`);
  });
  origin = "";

  static async begin() {
    const host = new Host();
    host.#server.listen(0, "127.0.0.1");
    await once(host.#server, "listening");
    const address = /** @type {import("node:net").AddressInfo} */ (host.#server.address());
    host.origin = `http://127.0.0.1:${address.port}`;
    return host;
  }

  /** The address of the page that frames `address`. */
  framing(/** @type {string} */ address) {
    return `${this.origin}/?${encodeURIComponent(address)}`;
  }

  async end() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
