// What every page begins with, and what it shows while there is nothing else.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Loaded } from "./load";
import { ProblemBox } from "./problem_box";

interface PageProps {
  title: string;
  /** Buttons at the right of the title. */
  actions?: ComponentChildren;
  intro?: ComponentChildren;
  children: ComponentChildren;
}

/** Also moves the focus to the title, as the browser does when a page is loaded. */
export function PageFrame({ title, actions, intro, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Tocsin`;
    const now = document.activeElement;
    const nothingHasIt = now === document.body || now?.closest("nav") || now?.matches("main");
    if (nothingHasIt) heading.current?.focus();
  }, [title]);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        <div class="row">{actions}</div>
      </header>
      {intro && <p class="intro">{intro}</p>}
      {children}
    </>
  );
}

interface LoadedProps<T> {
  of: Loaded<T>;
  children: (value: T) => ComponentChildren;
}

/** Shows what was read, that it is being read, or why it could not be. */
export function Show<T>({ of, children }: LoadedProps<T>) {
  return (
    <>
      <ProblemBox problem={of.problem} onRetry={of.reload} />
      {of.value !== undefined && children(of.value)}
      {of.value === undefined && !of.problem && <p aria-busy="true">Loading…</p>}
    </>
  );
}

interface EmptyProps {
  title: string;
  children: ComponentChildren;
}

/** Stands where a list would be, and says what to do. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
