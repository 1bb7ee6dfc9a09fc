// Says that there are changes which are not stored yet, and keeps people from losing them.

import { useEffect } from "preact/hooks";

const question = "What is not saved yet gets lost. Leave the page?";

/** Whether a click leads to another page of the panel in this tab. */
function leavesPage(event: MouseEvent): boolean {
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || event.button !== 0) return false;
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || (link.target !== "" && link.target !== "_self");
  return !isElsewhere && link.origin === location.origin && link.pathname + link.search !== location.pathname + location.search;
}

/** Asks before the page is left, closed or loaded anew while something is not stored yet. */
export function useAskBeforeLeaving(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    const askInside = (event: MouseEvent): void => {
      if (!leavesPage(event) || window.confirm(question)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("beforeunload", ask);
    window.addEventListener("click", askInside, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", ask);
      window.removeEventListener("click", askInside, { capture: true });
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
