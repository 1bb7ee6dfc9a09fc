// A person who has a keyboard and nothing else, and who wants to see where it leads.

import assert from "node:assert/strict";
import { until } from "./program.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Asks the page; within it, `document.activeElement` is what has the focus. */
function lookAtFocus() {
  const x = document.activeElement;
  if (!(x instanceof HTMLElement) || x === document.body) return { name: "", faults: [], inDialog: false };
  const labels = x instanceof HTMLInputElement || x instanceof HTMLTextAreaElement || x instanceof HTMLSelectElement ? x.labels : null;
  const name = (x.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? x.textContent ?? "").replace("(optional)", "").trim();
  const style = getComputedStyle(x);
  const isShown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  // Titles take the focus when a page begins, to read on from there; nothing can be done with them.
  const isControl = x.tabIndex >= 0;
  const box = x.getClientRects()[0];
  const at = box && document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + box.height / 2);
  // A button that is busy lets the pointer through.
  const isSeen = (at && x.contains(at)) || style.pointerEvents === "none";
  const faults = [];
  if (isControl && !isShown) faults.push("does not show that it has the focus");
  if (isControl && !isSeen) faults.push(`has the focus and is ${at ? `under ${at.outerHTML.slice(0, 80)}` : "off the screen"}`);
  return { name, faults, inDialog: x.closest("dialog") !== null };
}

export class Keyboard {
  constructor(/** @type {Page} */ page) {
    this.page = page;
  }

  /** What has the focus, as a screen reader calls it; empty: nothing has. */
  async focused() {
    const { name, faults } = await this.page.evaluate(lookAtFocus);
    assert.deepEqual(faults, [], name);
    return name;
  }

  /** Waits until something called so has the focus by itself. */
  async given(/** @type {string} */ name) {
    await this.page.waitForFunction(
      (wanted) => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim() === wanted,
      name,
    );
    assert.equal(await this.focused(), name);
  }

  /** Waits until a page called so has begun, with the focus at its title. */
  async arrives(/** @type {string} */ title) {
    await this.page.waitForFunction(
      (wanted) => document.activeElement instanceof HTMLHeadingElement && document.activeElement.textContent === wanted,
      title,
    );
  }

  /** Presses Tab, or `key`, until something called so has the focus. */
  async to(/** @type {string | RegExp} */ name, key = "Tab") {
    const seen = new Set();
    for (let i = 0; i < 150; ++i) {
      const now = await this.focused();
      if (typeof name === "string" ? now === name : name.test(now)) return;
      seen.add(now);
      await this.page.keyboard.press(key);
    }
    throw new Error(`${key} does not lead to ${name}, but to ${[...seen].join(", ")}`);
  }

  async press(/** @type {string | RegExp} */ name, key = "Tab") {
    await this.to(name, key);
    await this.page.keyboard.press("Enter");
  }

  async tick(/** @type {string} */ name) {
    await this.to(name);
    await this.page.keyboard.press("Space");
  }

  /** Types into fields by their label, in the order in which they stand. */
  async write(/** @type {Record<string, string>} */ fields) {
    for (const [label, text] of Object.entries(fields)) {
      await this.to(label);
      await this.page.keyboard.press("Control+A");
      await this.page.keyboard.type(text);
    }
  }

  /** Goes through the choices of a list until one that is called so. */
  async choose(/** @type {string} */ label, /** @type {string} */ choice) {
    await this.to(label);
    const chosen = () =>
      this.page.evaluate(() => {
        const x = document.activeElement;
        return x instanceof HTMLSelectElement ? x.selectedOptions[0]?.text : undefined;
      });
    for (let before; (before = await chosen()) !== choice; ) {
      await this.page.keyboard.press("ArrowDown");
      await until(async () => (await chosen()) !== before, `${choice} is among the choices of ${label}`);
    }
  }

  /** Whether Tab stays within the dialog. */
  async isHeldByDialog() {
    for (let i = 0; i < 12; ++i) {
      await this.page.keyboard.press("Tab");
      const { name, inDialog } = await this.page.evaluate(lookAtFocus);
      // The browser's own controls come between the last and the first, as for every page.
      if (name && !inDialog) return false;
    }
    return true;
  }
}
