// Code for receivers of webhooks that checks the signature (Standard Webhooks). The rules stand in docs/channels.md.

const python = `import base64, hmac, re, time

def is_genuine(secret: str, headers, body: bytes) -> bool:
    text = secret.removeprefix("whsec_")
    # Only a secret that begins with whsec_ is base 64; any other one is the key as it is.
    key = secret.encode() if text == secret else base64.b64decode(text)
    # What is missing or malformed is not genuine.
    sent = [headers.get("webhook-" + x) or "" for x in ("id", "timestamp", "signature")]
    id, at, given = (x.encode(errors="replace") for x in sent)
    if not re.fullmatch(b"[0-9]{1,12}", at) or abs(time.time() - int(at)) > 300:
        return False
    signature = hmac.digest(key, b".".join([id, at, body]), "sha256")
    wanted = b"v1," + base64.b64encode(signature)
    # While a secret is rotated there are two signatures: one that matches is enough.
    return any(hmac.compare_digest(x, wanted) for x in given.split(b" "))`;

const node = `import { createHmac, timingSafeEqual } from "node:crypto";

export function isGenuine(secret, headers, body /* Buffer, as it came */) {
  // Only a secret that begins with whsec_ is base 64; any other one is the key as it is.
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);
  // What is missing or malformed is not genuine: a time that is none is not within 300 s.
  const { "webhook-id": id = "", "webhook-timestamp": at = "", "webhook-signature": signatures = "" } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= 300)) return false;
  const signed = Buffer.concat([Buffer.from(\`\${id}.\${at}.\`), body]);
  const wanted = Buffer.from("v1," + createHmac("sha256", key).update(signed).digest("base64"));
  // While a secret is rotated there are two signatures: one that matches is enough.
  return signatures.split(" ").some((x) => {
    const given = Buffer.from(x);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}`;

const php = `function is_genuine(string $secret, array $headers, string $body): bool {
    // Only a secret that begins with whsec_ is base 64; any other one is the key as it is.
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6)) : $secret;
    // What is missing or malformed is not genuine.
    $id = $headers['webhook-id'] ?? '';
    $at = $headers['webhook-timestamp'] ?? '';
    if (abs(time() - (int) $at) > 300) return false;
    $signed = $id . '.' . $at . '.' . $body;
    $wanted = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    // While a secret is rotated there are two signatures: one that matches is enough.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given)
        if (hash_equals($wanted, $given)) return true;
    return false;
}`;

export const snippets: readonly { language: string; text: string }[] = [
  { language: "Python", text: python },
  { language: "Node.js", text: node },
  { language: "PHP", text: php },
];
