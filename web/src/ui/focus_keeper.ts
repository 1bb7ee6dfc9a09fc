// The focus never falls out of a page: where its element goes away, it goes to what stands in its place,
// else back to what was used before it, else to the nearest thing around it that is still there.

const focusable = "a[href], button, input, select, textarea, summary, [tabindex='0']";

/** One that had the focus. */
interface Stop {
  element: HTMLElement;
  /** What it was, for finding it in a form that was rebuilt. */
  name: string;
  /** From the closest to the outermost. */
  around: readonly HTMLElement[];
}

/** So far back it is looked for something to return to. */
const mostUsed = 8;

let path = "";
let last: Stop | undefined;
/** The latest first. What was only passed on the way does not count. */
let used: Stop[] = [];

function nameOf(x: HTMLElement): string {
  const labels = (x as HTMLInputElement).labels;
  const name = x.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? x.textContent ?? "";
  return `${x.tagName} ${x.getAttribute("type") ?? ""} ${name.trim()}`;
}

function remember(element: HTMLElement): void {
  if (path !== location.pathname) used = [];
  path = location.pathname;
  const around: HTMLElement[] = [];
  for (let x = element.parentElement; x && x !== document.body; x = x.parentElement) around.push(x);
  last = { element, name: nameOf(element), around };
}

/** Something was done with what has the focus. */
function use(): void {
  const now = last;
  if (now) used = [now, ...used.filter((x) => x.element !== now.element)].slice(0, mostUsed);
}

const canHaveIt = (x: HTMLElement): boolean => x.isConnected && !x.matches(":disabled") && x.getClientRects().length > 0;

/** The element itself, or the one that has taken its place. */
function sameNow(stop: Stop): HTMLElement | undefined {
  if (canHaveIt(stop.element)) return stop.element;
  const place = stop.around.find(canHaveIt);
  const all = place?.querySelectorAll<HTMLElement>(focusable) ?? [];
  return [...all].find((x) => canHaveIt(x) && nameOf(x) === stop.name);
}

function restore(): void {
  const isLost = document.activeElement === document.body || document.activeElement === null;
  // A new page puts the focus where it begins.
  if (!last || !isLost || path !== location.pathname || canHaveIt(last.element)) return;
  for (const stop of [last, ...used]) {
    const found = sameNow(stop);
    if (found) return found.focus();
  }
  const around = last.around.find((x) => canHaveIt(x));
  const place = around?.matches("main") ? document.querySelector("h1") : around;
  if (!place?.closest("main, dialog")) return;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Begins to watch; once for the document. */
export function keepFocus(): void {
  document.addEventListener("focusin", (event) => remember(event.target as HTMLElement));
  for (const kind of ["click", "input"]) document.addEventListener(kind, use, { capture: true });
  // Whoever points at nothing wants nothing to have the focus.
  document.addEventListener("pointerdown", () => (last = undefined), { capture: true });
  let frame = 0;
  const soon = (): void => {
    if (document.activeElement !== document.body) return;
    // What takes the focus for itself does so first.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      restore();
    });
  };
  new MutationObserver(soon).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
}
