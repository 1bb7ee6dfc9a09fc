// Questions that need an answer before anything else happens.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { useAction } from "./action";
import { ProblemBox } from "./problem_box";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog. The browser keeps the focus within it and gives it back afterwards. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <article>
        <h2 id={id}>{title}</h2>
        {children}
      </article>
    </dialog>
  );
}

/** A dialog that tells something and asks nothing. */
export function Notice({ title, onClose, children }: DialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="row row-end">
        <button type="button" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

interface ConfirmProps {
  title: string;
  /** What the button that does it says. */
  verb: string;
  destructive?: boolean;
  /** Whether the button can be pressed yet. */
  ready?: boolean;
  /** What the button that does nothing says. */
  cancel?: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
  /** Ends what is being done; without it the dialog can be closed meanwhile, and what is being done goes on. */
  onStop?: () => void;
  shownElsewhere?: readonly string[];
  children: ComponentChildren | ((problem: Problem | undefined) => ComponentChildren);
}

/** Asks before something is done, and stays open with the reason where it fails. */
export function Confirm(props: ConfirmProps) {
  const { title, verb, destructive = false, ready = true, cancel = "Cancel", onConfirm, onClose, onStop, children } = props;
  const action = useAction();
  const [isStopping, setIsStopping] = useState(false);
  const canStop = action.busy && onStop !== undefined;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setIsStopping(false);
    const done = await action.run(async () => {
      await onConfirm();
      return true;
    });
    if (done) onClose();
  };
  const turnBack = (): void => {
    if (!canStop) return onClose();
    setIsStopping(true);
    onStop();
  };
  return (
    <Dialog title={title} onClose={turnBack}>
      <form onSubmit={submit} noValidate>
        {typeof children === "function" ? children(action.problem) : children}
        <ProblemBox problem={action.problem} shownElsewhere={props.shownElsewhere ?? []} />
        <div class="row row-end">
          <button type="button" class="secondary" aria-busy={canStop && isStopping} onClick={turnBack}>
            {canStop ? "Stop" : cancel}
          </button>
          <button type="submit" class={destructive ? "danger" : ""} aria-busy={action.busy} disabled={!ready}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
