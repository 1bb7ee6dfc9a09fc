// Links within the panel.

import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso/router";
import { base } from "../session";

/** The address of a page: `/channels` is `/ui/channels`, in the portal `/portal/channels`. */
export function to(path: string): string {
  return base + path;
}

interface Props {
  path: string;
  class?: string;
  children: ComponentChildren;
}

export function Link({ path, class: name, children }: Props) {
  return (
    <a href={to(path)} class={name}>
      {children}
    </a>
  );
}

/** Goes to a page from within code. */
export function useGo(): (path: string, replace?: boolean) => void {
  const { route } = useLocation();
  return (path, replace = false) => route(to(path), replace);
}
