// Who is signed in, and where in the panel they are at home.

import { computed, signal } from "@preact/signals";
import { setCsrfToken, whenRefused, whenSignedOut } from "./api/client";
import { asProblem, type Problem } from "./api/problem";
import { session as calls } from "./api/tocsin";
import type { Session } from "./api/types";
import { toast } from "./ui/toast";

/** Where the pages live: the customer portal has its own address, because others may frame it. */
export const base = location.pathname.startsWith("/portal") ? "/portal" : "/ui";
export const isPortal = base === "/portal";

type State =
  | { is: "asking" }
  | { is: "nobody"; problem?: Problem }
  /** `ended`: the session is over, the page is still there with all that was typed; `problem`: why a link does not end that. */
  | { is: "somebody"; session: Session; ended: boolean; problem?: Problem };

export const state = signal<State>({ is: "asking" });

/** The recipient who is signed in; empty before. */
export const who = computed(() => (state.value.is === "somebody" ? state.value.session.who : ""));

/** How often somebody came in: what could not be read without a session can be after that. */
export const entries = signal(0);

/** The part of a recipient's id that people see. */
export function nameOf(recipient: string): string {
  return recipient.slice(recipient.indexOf("/") + 1);
}

/** Nothing of what one person has on the screen, or has typed, may stay there for another. */
function beginAnew(): void {
  state.value = { is: "asking" };
  // Once the page is gone, and with it what asks before it is left.
  window.setTimeout(() => location.reload());
}

function enter(session: Session): void {
  const before = state.value;
  if (before.is === "somebody" && before.session.who !== session.who) return beginAnew();
  setCsrfToken(session.csrf_token);
  state.value = { is: "somebody", session, ended: false };
  entries.value += 1;
}

/** Takes what the service says of who is there. */
function take(session: Session): void {
  const belongsHere = session.who.startsWith(isPortal ? "customer/" : "admin/");
  if (belongsHere) enter(session);
  else state.value = { is: "nobody" };
}

whenSignedOut(() => {
  if (state.value.is === "somebody") state.value = { ...state.value, ended: true };
});

whenRefused(findAgain);

/** Asks who is signed in by now: the cookie belongs to all tabs, and another one may have changed it. */
export async function findAgain(): Promise<void> {
  const before = state.value;
  if (before.is === "asking") return;
  if (before.is === "nobody" && before.problem?.isUnreachable) return find();
  try {
    const found = await calls.find();
    // Whoever has come or gone meanwhile is not undone.
    if (state.value === before) take(found);
  } catch (thrown) {
    asProblem(thrown);
  }
}

/** The code of a link into the portal that was not redeemed yet. */
let code: string | undefined;

/** Takes a code out of the address, so that it stays neither there nor in the history. Gives whether there was one. */
function takeCode(): boolean {
  const found = location.hash.slice(1);
  if (!isPortal || !found.startsWith("tocsin_portal_")) return false;
  history.replaceState(null, "", location.pathname + location.search);
  code = found;
  return true;
}

/** Finds out who is there: by the link into the portal or by the cookie. */
export async function find(): Promise<void> {
  const before = state.value;
  const used = code;
  code = undefined;
  try {
    const found = used ? await calls.redeem(used) : await calls.find();
    // A link makes a new session; the cookie only tells of the one that was there.
    if (used || state.value === before) take(found);
    if (used) tellTabs();
  } catch (thrown) {
    failed(asProblem(thrown), used);
  }
}

export const usedLink = "This link does not work any more.";

/** Whether the link into the portal was used before, or has lost its time. */
export function isUsedLink(problem: Problem | undefined): boolean {
  return problem?.status === 404;
}

/** Says why nobody came in, by the link `used` if there was one. */
function failed(problem: Problem, used: string | undefined): void {
  if (state.value.is === "somebody") {
    // The page that is there outlasts a link that does not work, and so does what was typed.
    if (used && state.value.ended) state.value = { ...state.value, problem };
    else if (used) toast(isUsedLink(problem) ? usedLink : `${problem.title} ${problem.detail}`);
    return;
  }
  // What was not heard, or put off, is not used up.
  if (problem.isUnreachable || problem.retryAfter !== null) code ??= used;
  const isUnknown = problem.status === 401 && !used;
  state.value = { is: "nobody", ...(isUnknown ? {} : { problem }) };
}

/** All tabs of this part of the panel, which share the cookie. */
let tabs: BroadcastChannel | undefined;

function tellTabs(): void {
  tabs?.postMessage("changed");
}

/** Begins when a page is loaded, and keeps following what other tabs and new links change. */
export function begin(): void {
  takeCode();
  void find();
  // Whoever pastes a link into a tab that shows the portal already changes nothing but the fragment.
  window.addEventListener("hashchange", () => {
    if (takeCode()) void find();
  });
  tabs = new BroadcastChannel(`tocsin session ${base}`);
  tabs.addEventListener("message", () => void findAgain());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void findAgain();
  });
}

export async function signIn(admin: string, password: string): Promise<void> {
  enter(await calls.open(admin, password));
  tellTabs();
}

/** Goes to where one signs in. */
export function leave(): void {
  setCsrfToken("");
  state.value = { is: "nobody" };
}

/** Ends the session; throws a `Problem` where the service has not done so. */
export async function signOut(): Promise<void> {
  try {
    await calls.close();
  } catch (thrown) {
    // There is none any more.
    if (asProblem(thrown).status !== 401) throw thrown;
  }
  leave();
  tellTabs();
}
