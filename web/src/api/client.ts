// Calls to the API: one function that everything goes through, and what the others are made of.

import { problemOf, unreachable } from "./problem";

export type Query = Record<string, string | number | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  /** The `ETag` that a change is based on. */
  ifMatch?: string;
  abort?: AbortSignal;
}

/** A value with the `ETag` that stood beside it. */
export interface Tagged<T> {
  value: T;
  tag: string;
}

type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

let csrfToken = "";
let onSignedOut: () => void = () => {};

/** The token that every change within the session bears. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** `then` is called when an answer says that the session has ended. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

/** The path with the parts of `query` that have a value. */
export function withQuery(path: string, query: Query = {}): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(parts.map(([key, value]) => [key, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

function headersOf(verb: Verb, options: Options): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  if (verb !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  if (options.ifMatch) headers.set("If-Match", options.ifMatch);
  return headers;
}

async function send(verb: Verb, path: string, options: Options): Promise<Response> {
  try {
    return await fetch(withQuery(`/api/v1${path}`, options.query), {
      method: verb,
      headers: headersOf(verb, options),
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.abort ?? null,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (thrown) {
    if (options.abort?.aborted) throw thrown;
    throw unreachable();
  }
}

async function answerTo(verb: Verb, path: string, options: Options): Promise<Response> {
  const answer = await send(verb, path, options);
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  const isSigningIn = path === "/session" || path === "/portal/session";
  if (answer.status === 401 && !isSigningIn) onSignedOut();
  throw problem;
}

/** Makes a call. Throws a `Problem` for every answer that is no success. */
export async function call<T>(verb: Verb, path: string, options: Options = {}): Promise<Tagged<T>> {
  const answer = await answerTo(verb, path, options);
  // The types are those of the API's description, which the service's own tests hold its answers to.
  const value = (answer.status === 204 ? undefined : await answer.json()) as T;
  return { value, tag: answer.headers.get("ETag") ?? "" };
}

export async function get<T>(path: string, query?: Query, abort?: AbortSignal): Promise<T> {
  return (await call<T>("GET", path, { query, abort })).value;
}

/** An answer that is no JSON. */
export async function getText(path: string): Promise<string> {
  return (await answerTo("GET", path, {})).text();
}

export async function post<T>(path: string, body?: unknown, ifMatch?: string): Promise<T> {
  return (await call<T>("POST", path, { body, ifMatch })).value;
}

export async function patch<T>(path: string, body: unknown, revision: number): Promise<T> {
  return (await call<T>("PATCH", path, { body, ifMatch: `"${revision}"` })).value;
}

export async function remove(path: string): Promise<void> {
  await call<undefined>("DELETE", path);
}
