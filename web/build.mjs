// node build.mjs OUTPUT [TARGET DEPFILE]: builds the panel of src/ into the folder OUTPUT. Every file but the
// page is named after its content. DEPFILE tells the build tool what TARGET is made of.

import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** Bundles the sources; returns what esbuild says of its output. */
export async function bundle(output, options = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "src/main.tsx", style: "src/style.css", theme: "src/theme_early.ts" },
    outdir: path.join(output, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    ...options,
  });
  return result.metafile.outputs;
}

/** The page, with the names of the files it loads at once. */
async function page(outputs) {
  const names = {};
  for (const [file, facts] of Object.entries(outputs))
    if (facts.entryPoint) names[path.parse(facts.entryPoint).name] = file;
  const text = await readFile(path.join(here, "src/index.html"), "utf8");
  const preload = outputs[names.main].imports.filter((x) => x.kind === "import-statement").map((x) => x.path);
  const address = (file) => `/ui/assets/${path.basename(file)}`;
  return text
    .replace("STYLE", address(names.style))
    .replace("THEME", address(names.theme_early))
    .replace("APP", address(names.main))
    .replace("<!-- PRELOAD -->", preload.map((x) => `<link rel="modulepreload" href="${address(x)}" />`).join("\n    "));
}

async function sources(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.map((x) => {
    const full = path.join(folder, x.name);
    return x.isDirectory() ? sources(full) : [full];
  });
  return (await Promise.all(below)).flat();
}

async function main(output, target, depfile) {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const outputs = await bundle(output);
  await writeFile(path.join(output, "index.html"), await page(outputs));
  if (depfile) await writeFile(depfile, `${target}: ${(await sources(path.join(here, "src"))).join(" \\\n  ")}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3 && process.argv.length !== 5) {
    console.error("usage: node build.mjs OUTPUT [TARGET DEPFILE]");
    process.exit(64);
  }
  await main(...process.argv.slice(2).map((x) => path.resolve(x)));
}
