// A configuration file as text, in the part of YAML 1.2 that the command line reads back to the same values.

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Words that some reader of YAML takes for something else than a text. */
const reserved = new Set(["y", "yes", "n", "no", "on", "off", "true", "false", "null"]);

/** Texts as JSON writes them are texts in YAML too; those that need no quotes have none. */
function textOf(text: string): string {
  const isPlain = /^[A-Za-z_](?:[A-Za-z0-9_ ./@-]*[A-Za-z0-9_./@-])?$/.test(text);
  return isPlain && !reserved.has(text.toLowerCase()) ? text : JSON.stringify(text);
}

function flow(x: Value): string {
  if (typeof x === "string") return textOf(x);
  if (Array.isArray(x)) return `[${x.map(flow).join(", ")}]`;
  return JSON.stringify(x);
}

function isMap(x: Value): x is { readonly [key: string]: Value } {
  return typeof x === "object" && x !== null && !Array.isArray(x) && Object.keys(x).length > 0;
}

/** Maps in blocks, everything else on the line of its key. */
export function yamlOf(x: { readonly [key: string]: Value }, indent = ""): string {
  return Object.entries(x)
    .map(([key, value]) =>
      isMap(value) ? `${indent}${textOf(key)}:\n${yamlOf(value, `${indent}  `)}` : `${indent}${textOf(key)}: ${flow(value)}\n`,
    )
    .join("");
}
