// The code that receivers of webhooks copy: each piece runs against both kinds of secret, where its language is there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { compiled } from "./support/compiled.mjs";

/** @type {typeof import("../src/pages/channels/verification_snippets")} */
const { snippets } = await compiled("pages/channels/verification_snippets.ts");

const bytes = randomBytes(32);
const body = '{"message":"It\'s done"}';
const secrets = [
  { secret: `whsec_${bytes.toString("base64")}`, key: bytes },
  { secret: "any text, it's fine", key: Buffer.from("any text, it's fine") },
];

function headersFor(/** @type {Buffer} */ key, at = Math.floor(Date.now() / 1000)) {
  const signature = createHmac("sha256", key).update(`01J.${at}.${body}`).digest("base64");
  return { "webhook-id": "01J", "webhook-timestamp": String(at), "webhook-signature": `v1,of-the-old-secret v1,${signature}` };
}

/** How each language runs the code: `is_genuine` with the JSON on the input, which it answers with `true` or `false`. */
const runs = [
  {
    language: "Python",
    program: ["python3", "-c"],
    end: `
import json, sys
x = json.load(sys.stdin)
print(json.dumps(is_genuine(x["secret"], x["headers"], x["body"].encode())))`,
  },
  {
    language: "Node.js",
    program: ["node", "--input-type=module", "-e"],
    end: `
import { readFileSync } from "node:fs";
const x = JSON.parse(readFileSync(0, "utf8"));
console.log(isGenuine(x.secret, x.headers, Buffer.from(x.body)));`,
  },
  {
    language: "PHP",
    program: ["php", "-r"],
    end: `
$x = json_decode(file_get_contents("php://stdin"), true);
echo json_encode(is_genuine($x["secret"], $x["headers"], $x["body"]));`,
  },
];

for (const { language, program, end } of runs) {
  const [name = "", ...options] = program;
  const isMissing = spawnSync(name, ["--version"]).status !== 0;
  test(`the code for ${language} tells genuine webhooks from others`, { skip: isMissing && `${name} is not there` }, () => {
    const text = snippets.find((x) => x.language === language)?.text ?? "";
    const isGenuine = (/** @type {string} */ secret, /** @type {object} */ headers) => {
      const { stdout, stderr } = spawnSync(name, [...options, text + end], {
        input: JSON.stringify({ secret, headers, body }),
        encoding: "utf8",
      });
      assert.equal(stderr, "");
      return JSON.parse(stdout);
    };
    for (const { secret, key } of secrets) {
      assert.equal(isGenuine(secret, headersFor(key)), true, secret);
      assert.equal(isGenuine(secret, headersFor(randomBytes(32))), false, secret);
      assert.equal(isGenuine(secret, headersFor(key, Math.floor(Date.now() / 1000) - 3600)), false, secret);
      assert.equal(isGenuine(secret, headersFor(key, NaN)), false, "a time that is none");
      const genuine = headersFor(key);
      assert.equal(isGenuine(secret, {}), false);
      for (const name of Object.keys(genuine)) assert.equal(isGenuine(secret, { ...genuine, [name]: undefined }), false, name);
      for (const at of ["abc", "", "-1", "9".repeat(500)])
        assert.equal(isGenuine(secret, { ...genuine, "webhook-timestamp": at }), false, at);
      for (const signature of ["v1,é", "", "v1", "v1,"])
        assert.equal(isGenuine(secret, { ...genuine, "webhook-signature": signature }), false, signature);
    }
  });
}

test("the code is there in every language that is tried", () => {
  assert.deepEqual(snippets.map((x) => x.language), runs.map((x) => x.language));
});
