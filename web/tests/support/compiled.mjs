// A module of the panel for tests of what it computes.

import { build } from "esbuild";
import path from "node:path";
import { fileURLToPath } from "node:url";

const sources = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../src");

/** Compiles the module `file` of src/ with what it imports, and gives what it exports. */
export async function compiled(/** @type {string} */ file) {
  const result = await build({
    entryPoints: [path.join(sources, file)],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
    // The parts that a browser is needed for are not called.
    banner: { js: "globalThis.window ??= { setInterval() {} }; globalThis.location ??= { pathname: '/ui/' };" },
  });
  const text = result.outputFiles[0]?.text ?? "";
  return import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
}
