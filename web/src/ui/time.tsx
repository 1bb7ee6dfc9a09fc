// Instants and durations for people: how long ago and when exactly.

import { signal } from "@preact/signals";
import { serviceNow } from "../api/clock";
import type { Instant } from "../api/types";

const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const digits = (x: number, count = 2): string => String(x).padStart(count, "0");

/** An instant for the field that people choose one with (`datetime-local`), in their own time. What is not an instant stays as it is. */
export function localOf(instant: Instant | undefined): string {
  if (!instant) return "";
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  // By its parts: long ago zones were off by seconds, which a difference in minutes leaves out.
  const day = `${digits(at.getFullYear(), 4)}-${digits(at.getMonth() + 1)}-${digits(at.getDate())}`;
  return `${day}T${digits(at.getHours())}:${digits(at.getMinutes())}`;
}

/** And back, in UTC; what was typed and is no time is left to the service to refuse. */
export function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Moves on by itself, so that what is on the screen does not grow old. */
const ticks = signal(0);
window.setInterval(() => {
  if (!document.hidden) ticks.value += 1;
}, 10_000);

/** The service's time, for a component that is to move on with it. */
function useNow(): number {
  void ticks.value;
  return serviceNow();
}

/** `5 min ago`, `in 2 hr.`, `now`. */
export function relative(at: Instant, from: number): string {
  const seconds = Math.round((Date.parse(at) - from) / 1000);
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  return Math.abs(seconds) < 10 ? words.format(0, "second") : words.format(seconds, "second");
}

/** With the time zone, which is that of the browser. */
export function absolute(at: Instant): string {
  return exact.format(new Date(at));
}

export function Time({ at }: { at: Instant }) {
  return (
    <time dateTime={at} title={absolute(at)}>
      {relative(at, useNow())}
    </time>
  );
}

/** Where it matters when something was: the instant itself is there to be read. */
export function ExactTime({ at }: { at: Instant }) {
  return (
    <>
      <Time at={at} />
      <div class="faint">{absolute(at)}</div>
    </>
  );
}

/** `840 ms`, `3.2 s`, `5 min`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}
