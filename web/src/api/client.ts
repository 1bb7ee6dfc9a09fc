// Calls to the API: one function that everything goes through, and what the others are made of.

import { hearTime } from "./clock";
import { problemOf, unreachable } from "./problem";

export type Query = Record<string, string | number | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  /** The `ETag` that a change is based on. */
  ifMatch?: string;
  abort?: AbortSignal;
  /** So many milliseconds it may take; longer than the service takes for it. */
  withinMs?: number;
}

/** The service gives everything up after 10 s that has no time of its own. */
const usualMs = 15_000;

/** A value with the `ETag` that stood beside it. */
export interface Tagged<T> {
  value: T;
  tag: string;
}

type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

let csrfToken = "";
let onSignedOut: () => void = () => {};
let onRefused: () => Promise<void> = async () => {};
let onAnswer: (answered: boolean) => void = () => {};

/** The token that every change in the session carries. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** `then` is called when an answer says that the session has ended. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

/** `then` is called when a change is refused: it sets the session's token where that has changed meanwhile. */
export function whenRefused(then: () => Promise<void>): void {
  onRefused = then;
}

/** `then` is called with every call: whether the service has answered it. */
export function watchAnswers(then: (answered: boolean) => void): void {
  onAnswer = then;
}

/** Where the API is: the portal has its own session, which counts only below its own path. */
export const apiPath = `${location.pathname.startsWith("/portal") ? "/portal" : ""}/api/v1`;

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

/** Waits for something of the network; throws a `Problem` where it fails. */
async function received<T>(work: Promise<T>, abort: AbortSignal | undefined): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (abort?.aborted) throw thrown;
    onAnswer(false);
    throw unreachable();
  }
}

/** Asks for an answer, and gives it up where the network has gone silent, or `options.abort` ends it. */
function send(verb: Verb, path: string, options: Options): Promise<Response> {
  const limit = AbortSignal.timeout(options.withinMs ?? usualMs);
  const sent = fetch(withQuery(`${apiPath}${path}`, options.query), {
    method: verb,
    headers: headersOf(verb, options),
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.abort ? AbortSignal.any([options.abort, limit]) : limit,
    credentials: "same-origin",
    cache: "no-store",
  });
  return received(sent, options.abort);
}

/**
 * The answer to a call and its text. Throws a `Problem` for every answer that is no success. What was refused under
 * another session than the one that is there by now is asked once more under that.
 */
async function exchange(verb: Verb, path: string, options: Options): Promise<[Response, string]> {
  const token = csrfToken;
  const answer = await send(verb, path, options);
  hearTime(answer);
  // An answer may break off within: it is read as what it is only once it is whole.
  const text = await received(answer.text(), options.abort);
  const problem = answer.ok ? undefined : problemOf(answer, text);
  onAnswer(!problem?.isUnreachable);
  if (problem) {
    const isSigningIn = verb === "POST" && (path === "/session" || path === "/portal/session");
    const isOfSession = !isSigningIn && (answer.status === 401 || (answer.status === 403 && verb !== "GET"));
    if (isOfSession && csrfToken === token) await (answer.status === 401 ? onSignedOut() : onRefused());
    if (isOfSession && csrfToken !== token) return exchange(verb, path, options);
    throw problem;
  }
  return [answer, text];
}

/** Makes a call whose answer is JSON, or nothing. */
export async function call<T>(verb: Verb, path: string, options: Options = {}): Promise<Tagged<T>> {
  const [answer, text] = await exchange(verb, path, options);
  // The types are those of the API's description, which the service's own tests hold its answers to.
  const value = (text === "" ? undefined : JSON.parse(text)) as T;
  return { value, tag: answer.headers.get("ETag") ?? "" };
}

export async function get<T>(path: string, query?: Query, abort?: AbortSignal): Promise<T> {
  return (await call<T>("GET", path, { query, abort })).value;
}

/** An answer that is no JSON. */
export async function getText(path: string, withinMs: number): Promise<string> {
  return (await exchange("GET", path, { withinMs }))[1];
}

export async function post<T>(path: string, body?: unknown, ifMatch?: string): Promise<T> {
  return (await call<T>("POST", path, { body, ifMatch })).value;
}

/** For what takes longer than other calls. */
export async function postSlow<T>(path: string, body: unknown, withinMs: number): Promise<T> {
  return (await call<T>("POST", path, { body, withinMs })).value;
}

export async function patch<T>(path: string, body: unknown, revision: number): Promise<T> {
  return (await call<T>("PATCH", path, { body, ifMatch: `"${revision}"` })).value;
}

export async function remove(path: string): Promise<void> {
  await call<undefined>("DELETE", path);
}
