// How busy a page's own thread was, from a trace of the browser.

/** @typedef {{name: string, ph: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number, args: any}} TraceEvent */

/**
 * What a trace says of the main thread of pages, in milliseconds of its processor time: where other programs want the
 * processor too, a task takes longer by the clock, and that is not the page's doing.
 */
export class Busy {
  longest = 0;
  total = 0;

  constructor(/** @type {Buffer} */ trace) {
    /** @type {TraceEvent[]} */
    const events = JSON.parse(trace.toString()).traceEvents;
    const threads = new Set(
      events.filter((x) => x.name === "thread_name" && x.args.name === "CrRendererMain").map((x) => `${x.pid}/${x.tid}`),
    );
    for (const x of events) {
      if (x.ph !== "X" || x.name !== "RunTask" || !threads.has(`${x.pid}/${x.tid}`)) continue;
      // A task that the end of the trace cuts off has no processor time of its own.
      if (x.tdur === undefined) continue;
      this.longest = Math.max(this.longest, x.tdur / 1000);
      this.total += x.tdur / 1000;
    }
    if (this.total === 0) throw new Error("the trace has no task of a page with its processor time");
  }
}

/** Traces what the page does while `work` runs. */
export async function traced(/** @type {import("playwright-core").Page} */ page, /** @type {() => Promise<void>} */ work) {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"] });
  await work();
  return new Busy(await browser.stopTracing());
}
