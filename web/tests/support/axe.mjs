// What axe finds on a page, for tests whose pages the walk over all pages does not reach in their state.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** In words; nothing where all is well. What is cut off at the side counts too. */
export async function faultsOf(/** @type {import("playwright-core").Page} */ page) {
  // As the debugger evaluates it: the page's own policy would not let it in.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // @ts-expect-error: axe puts itself there
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    const found = violations.flatMap((/** @type {{id: string, nodes: {html: string, failureSummary: string}[]}} */ x) =>
      x.nodes.map((node) => `${x.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
    );
    const cutOff = document.documentElement.scrollWidth - window.innerWidth;
    return cutOff > 0 ? [...found, `${cutOff} pixels are cut off`] : found;
  });
}
