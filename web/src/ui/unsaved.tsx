// Says that there are changes which are not stored yet, and keeps people from losing them.

import { useEffect } from "preact/hooks";

/** Has the browser ask before the page is closed or loaded anew while something is not stored yet. */
export function useAskBeforeLeaving(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
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
