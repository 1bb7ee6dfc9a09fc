// Where news of deliveries comes from: the service's stream, or asking again and again where that is not to be had.

import { apiPath, withQuery } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { deliveries } from "../../api/tocsin";
import type { Delivery, Page } from "../../api/types";
import { queryOf, type Filters } from "./filters";

export interface Sink {
  /** The newest page was read: what it says counts. */
  page: (page: Page<Delivery>) => void;
  /** Deliveries as changes left them. */
  changes: (changed: readonly Delivery[]) => void;
  /** Nothing comes any more; it is being tried to change that. */
  lost: (problem: Problem | undefined) => void;
  /** How many rows there are by now. */
  rowCount: () => number;
}

const pageSize = 50;

/** Whoever goes back reads in larger steps; the most that a list gives at once. */
export const olderSize = 250;

const pollMs = 2500;

/** How long after a refusal the stream is requested again. */
const retryMs = 10_000;

/** The service sends something at least every 16 s: after this long without anything the connection is dead. */
const silenceMs = 40_000;

/** How often changes are shown, together, because there may be thousands a second. */
const flushMs = 250;

/** At most this many deliveries wait to be shown: the browser lets hidden pages run only once a minute. */
const mostWaiting = 5000;

/** Follows what fits the filters until the function it gives is called. */
export function follow(filters: Filters, sink: Sink): () => void {
  // The stream tells the outcome of each change, the list that of the last attempt: for these only the list will do.
  return filters.outcome || filters.code ? poll(filters, sink) : listen(filters, sink);
}

function poll(filters: Filters, sink: Sink): () => void {
  const abort = new AbortController();
  let timer = 0;
  // Only what is new is of interest once the list is there, and that is not far back.
  let read = deliveries.search;
  const look = async (): Promise<void> => {
    if (!document.hidden && (await readPage(read, filters, sink, abort.signal))) read = deliveries.list;
    if (!abort.signal.aborted) timer = window.setTimeout(look, pollMs);
  };
  void look();
  return () => {
    abort.abort();
    window.clearTimeout(timer);
  };
}

/** Gives whether the page could be read. */
async function readPage(
  read: typeof deliveries.list,
  filters: Filters,
  sink: Sink,
  abort: AbortSignal,
  limit = pageSize,
): Promise<boolean> {
  try {
    const page = await read({ ...queryOf(filters), limit }, abort);
    if (!abort.aborted) sink.page(page);
    return true;
  } catch (thrown) {
    if (!abort.aborted) sink.lost(asProblem(thrown));
    return false;
  }
}

function listen(filters: Filters, sink: Sink): () => void {
  const { state: _state, since: _since, until: _until, ...told } = filters;
  const abort = new AbortController();
  /** The newest word on each delivery, as one may change several times before it is shown. */
  let waiting = new Map<string, Delivery>();
  let isReading = false;
  let isOutOfDate = false;

  // One reading after the other: of two at once, the older answer might come last.
  const list = async (): Promise<void> => {
    isOutOfDate = true;
    if (isReading) return;
    isReading = true;
    while (isOutOfDate && !abort.signal.aborted) {
      isOutOfDate = false;
      // Any of the rows may have changed unheard.
      const limit = Math.min(sink.rowCount() + pageSize, olderSize);
      await readPage(deliveries.search, filters, sink, abort.signal, limit);
    }
    isReading = false;
  };
  const flush = (): void => {
    if (isReading || waiting.size === 0) return;
    sink.changes([...waiting.values()]);
    waiting = new Map();
  };
  const take = (x: Delivery): void => {
    waiting.set(x.id, x);
    if (waiting.size < mostWaiting) return;
    flush();
    // What came while the list was being read and had to go is on the next one.
    if (waiting.size > 0) isOutOfDate = true;
    waiting.clear();
  };
  const timer = window.setInterval(flush, flushMs);
  const close = connect(withQuery(`${apiPath}/deliveries/stream`, told), {
    // The stream is open before the list is read, so that nothing falls between the two.
    outOfDate: () => void list(),
    delivery: take,
    lost: () => sink.lost(undefined),
    poll: () => poll(filters, sink),
  });
  return () => {
    close();
    window.clearInterval(timer);
    abort.abort();
  };
}

interface Receiver {
  /** From here on all changes are told of; what was before has to be read. */
  outOfDate: () => void;
  delivery: (x: Delivery) => void;
  lost: () => void;
  /** Begins to do without the stream, until the function it gives is called. */
  poll: () => () => void;
}

/** Keeps a stream open until the function it gives is called, and has the list polled while the stream is refused. */
function connect(address: string, to: Receiver): () => void {
  let source: EventSource;
  let retry = 0;
  let silence = 0;
  let stopPolling: (() => void) | undefined;
  const heard = (): void => {
    window.clearTimeout(silence);
    silence = window.setTimeout(() => {
      source.close();
      to.lost();
      open();
    }, silenceMs);
  };
  const open = (): void => {
    source = new EventSource(address);
    heard();
    for (const word of ["open", "heartbeat", "reset", "delivery"]) source.addEventListener(word, heard);
    source.addEventListener("open", () => {
      stopPolling?.();
      stopPolling = undefined;
      to.outOfDate();
    });
    source.addEventListener("reset", to.outOfDate);
    source.addEventListener("delivery", (event: MessageEvent<string>) => to.delivery(JSON.parse(event.data) as Delivery));
    source.addEventListener("error", () => {
      // The browser reconnects by itself, unless it was refused: there are too many readers, the service is
      // stopping, or the session has ended. None of these need last.
      if (source.readyState !== EventSource.CLOSED) return to.lost();
      window.clearTimeout(silence);
      stopPolling ??= to.poll();
      retry = window.setTimeout(open, retryMs);
    });
  };
  open();
  return () => {
    source.close();
    window.clearTimeout(retry);
    window.clearTimeout(silence);
    stopPolling?.();
  };
}
