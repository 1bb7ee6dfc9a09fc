// Says that there are changes which are not stored yet, and keeps people from losing them.

import { useLayoutEffect } from "preact/hooks";

const question = "What is not saved yet gets lost. Leave the page?";

/** How many parts of the page have something that is not stored yet. */
let unsaved = 0;
/** The page that they are on. */
let path = "";

/** Whether the page may be left: asks where something would get lost. */
export function mayLeave(): boolean {
  return unsaved === 0 || window.confirm(question);
}

/** Whether a click leads to another page of the panel in this tab. */
function leavesPage(event: MouseEvent): boolean {
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || event.button !== 0) return false;
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || (link.target !== "" && link.target !== "_self");
  return !isElsewhere && link.origin === location.origin && link.pathname + link.search !== path;
}

function onUnload(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function onClick(event: MouseEvent): void {
  if (!leavesPage(event) || mayLeave()) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The browser has gone back already: the router must not hear of it, and the address is put in place again. */
function onHistory(event: PopStateEvent): void {
  if (location.pathname + location.search === path || mayLeave()) return;
  event.stopImmediatePropagation();
  history.pushState(null, "", path);
}

/** Starts to listen to the browser's Back and Forward; once, before the router does. */
export function watchHistory(): void {
  window.addEventListener("popstate", onHistory);
}

function beginToAsk(): void {
  path = location.pathname + location.search;
  window.addEventListener("beforeunload", onUnload);
  window.addEventListener("click", onClick, { capture: true });
}

function endToAsk(): void {
  window.removeEventListener("beforeunload", onUnload);
  window.removeEventListener("click", onClick, { capture: true });
}

/** Asks before the page is left, closed or reloaded while something is not stored yet. */
export function useAskBeforeLeaving(isUnsaved: boolean): void {
  useLayoutEffect(() => {
    if (!isUnsaved) return undefined;
    if (++unsaved === 1) beginToAsk();
    return () => {
      if (--unsaved === 0) endToAsk();
    };
  }, [isUnsaved]);
}

interface Props {
  /** For example `3 changes`; empty: there are none. */
  what: string;
  busy: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

export function UnsavedBar({ what, busy, onSave, onDiscard }: Props) {
  useAskBeforeLeaving(what !== "");
  return (
    <div class={what ? "unsaved" : ""} role="status">
      {what && (
        <>
          <p>Not saved yet: {what}.</p>
          <div class="row">
            <button type="button" class="secondary small" onClick={() => busy || onDiscard()} aria-disabled={busy}>
              Discard
            </button>
            <button type="button" class="small" onClick={onSave} aria-busy={busy}>
              Save
            </button>
          </div>
        </>
      )}
    </div>
  );
}
