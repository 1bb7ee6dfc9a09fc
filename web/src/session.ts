// Who is signed in, and where in the panel they are at home.

import { computed, signal } from "@preact/signals";
import { setCsrfToken, whenSignedOut } from "./api/client";
import { asProblem, type Problem } from "./api/problem";
import { session as calls } from "./api/tocsin";
import type { Session } from "./api/types";

/** Where the pages live: the customer portal has an address of its own, as others may frame it. */
export const base = location.pathname.startsWith("/portal") ? "/portal" : "/ui";
export const isPortal = base === "/portal";

type State =
  | { is: "asking" }
  | { is: "nobody"; problem?: Problem }
  /** `ended`: the session is over, the page is still there with all that was typed. */
  | { is: "somebody"; session: Session; ended: boolean };

export const state = signal<State>({ is: "asking" });

/** The recipient who is signed in; empty before. */
export const who = computed(() => (state.value.is === "somebody" ? state.value.session.who : ""));

/** The part of a recipient's id that people see. */
export function nameOf(recipient: string): string {
  return recipient.slice(recipient.indexOf("/") + 1);
}

function enter(session: Session): void {
  setCsrfToken(session.csrf_token);
  const before = state.value;
  // Nothing of what one person has on the screen may stay there for another.
  if (before.is === "somebody" && before.session.who !== session.who) location.reload();
  state.value = { is: "somebody", session, ended: false };
}

whenSignedOut(() => {
  if (state.value.is === "somebody") state.value = { ...state.value, ended: true };
  else state.value = { is: "nobody" };
});

/** Takes the code out of the address, so that it stays neither there nor in the history. */
function takeCode(): string | null {
  const code = location.hash.slice(1);
  if (!isPortal || !code.startsWith("tocsin_portal_")) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** Finds out who is there when a page is loaded: by the link into the portal or by the cookie. */
export async function begin(): Promise<void> {
  const code = takeCode();
  try {
    const found = code ? await calls.redeem(code) : await calls.find();
    const belongsHere = found.who.startsWith(isPortal ? "customer/" : "admin/");
    if (belongsHere) enter(found);
    else state.value = { is: "nobody" };
  } catch (thrown) {
    const problem = asProblem(thrown);
    const isUnknown = problem.status === 401 && !code;
    state.value = { is: "nobody", ...(isUnknown ? {} : { problem }) };
  }
}

export async function signIn(admin: string, password: string): Promise<void> {
  enter(await calls.open(admin, password));
}

export async function signOut(): Promise<void> {
  await calls.close().catch(asProblem);
  setCsrfToken("");
  state.value = { is: "nobody" };
}
