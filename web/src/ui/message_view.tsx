// A message as it goes to the provider.

import type { ProviderRequest } from "../api/types";
import { Copyable } from "./copy";

/** Shows JSON with line breaks, and everything else as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that sends the same; secrets stand in it as `[redacted]`. */
function curlOf(request: ProviderRequest): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl ${quoted(request.url)}`, ...headers, `--data-binary ${quoted(request.body)}`].join(" \\\n  ");
}

export function MessageView({ request }: { request: ProviderRequest }) {
  return (
    <div class="message">
      <p>
        <code>{request.method}</code> <code class="break">{request.url}</code>
        {request.encryption && ` (${request.encryption})`}
      </p>
      <dl class="facts">
        {Object.entries(request.headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="break">{value}</dd>
          </div>
        ))}
      </dl>
      <pre tabIndex={0} aria-label="Body">
        <code>{readable(request.body)}</code>
      </pre>
      {request.html && (
        <details>
          <summary>The same as HTML</summary>
          <pre tabIndex={0} aria-label="Body as HTML">
            <code>{request.html}</code>
          </pre>
        </details>
      )}
      {request.method === "POST" && (
        <details>
          <summary>As a curl command</summary>
          <Copyable text={curlOf(request)} what="the curl command" />
        </details>
      )}
    </div>
  );
}
