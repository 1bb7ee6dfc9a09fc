// What has just happened, said aloud by screen readers and shown for a while.

import { signal } from "@preact/signals";

interface Toast {
  id: number;
  text: string;
}

const shownMs = 6000;
const toasts = signal<Toast[]>([]);
let last = 0;

export function toast(text: string): void {
  const id = ++last;
  toasts.value = [...toasts.value, { id, text }];
  window.setTimeout(() => {
    toasts.value = toasts.value.filter((x) => x.id !== id);
  }, shownMs);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((x) => (
        <p key={x.id}>{x.text}</p>
      ))}
    </div>
  );
}
