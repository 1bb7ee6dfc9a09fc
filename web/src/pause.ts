// The pause of all deliveries, as all parts of the panel see it.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serviceNow } from "./api/clock";
import { asProblem } from "./api/problem";
import { pause as calls } from "./api/tocsin";
import type { Instant, Pause } from "./api/types";

const refreshMs = 15_000;

/** The pause that lasts; null while deliveries go out, and before anything is known. */
export const pause = signal<Pause | null>(null);

/** Keeps `pause` up to date while the component is there; a service that does not answer changes nothing. */
export function useKeepPause(): void {
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const run = async (): Promise<void> => {
      if (!document.hidden)
        try {
          const found = await calls.find(abort.signal);
          if (!abort.signal.aborted) pause.value = found;
        } catch (thrown) {
          if (abort.signal.aborted) return;
          asProblem(thrown);
        }
      if (!abort.signal.aborted) timer = window.setTimeout(run, nextLookMs(serviceNow()));
    };
    void run();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, []);
}

/** A pause ends by itself: right after that the service is asked again. */
function nextLookMs(now: number): number {
  const left = pause.value ? Date.parse(pause.value.until) - now + 500 : refreshMs;
  return Math.min(Math.max(left, 1000), refreshMs);
}

export async function beginPause(until: Instant, reason: string): Promise<void> {
  pause.value = await calls.begin(until, reason);
}

export async function endPause(): Promise<void> {
  await calls.end();
  pause.value = null;
}
