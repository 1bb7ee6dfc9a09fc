// The newest deliveries that fit the filters, kept up to date while the page is open.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Query } from "../../api/client";
import type { Problem } from "../../api/problem";
import { deliveries } from "../../api/tocsin";
import type { Delivery, Page } from "../../api/types";
import { queryOf, type Filters } from "./filters";
import { newIn, withChanges, withOlder, withPage, type List } from "./live_list";
import { follow, olderSize } from "./live_source";

export interface LiveList {
  /** Newest first; undefined until the first answer. */
  shown: readonly Delivery[] | undefined;
  /** How many have come that are not shown yet, as the list is paused: `3`, `200+`, nothing for none. */
  waiting: string;
  problem: Problem | undefined;
  /** Whether news has stopped coming and is being looked for. */
  isLost: boolean;
  hasOlder: boolean;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  showWaiting: () => void;
  loadOlder: () => Promise<void>;
}

/** Searches, unless it is ended before there is an answer: nobody waits for that any more. */
async function searchUntil(abort: AbortSignal, query: Query): Promise<Page<Delivery> | undefined> {
  try {
    const page = await deliveries.search(query, abort);
    return abort.aborted ? undefined : page;
  } catch (thrown) {
    if (abort.aborted) return undefined;
    throw thrown;
  }
}

export function useLiveDeliveries(filters: Filters): LiveList {
  const [shown, setShown] = useState<List>();
  /** The list as it would be if it were not paused. */
  const current = useRef<List>();
  const [waiting, setWaiting] = useState("");
  const [lost, setLost] = useState<{ problem: Problem | undefined }>();
  const [paused, setPausedState] = useState(false);
  const isPaused = useRef(false);
  const shownNow = useRef<List>();
  /** Ends what is being read for these filters, once they change. */
  const reading = useRef(new AbortController());

  const show = (list: List | undefined): void => {
    current.current = list;
    shownNow.current = list;
    setShown(list);
    setWaiting("");
  };
  const take = (list: List): void => {
    current.current = list;
    setLost(undefined);
    if (isPaused.current && shownNow.current) setWaiting(newIn(list, shownNow.current));
    else show(list);
  };

  useEffect(() => {
    show(undefined);
    const abort = new AbortController();
    reading.current = abort;
    const stop = follow(filters, {
      page: (page) => take(withPage(current.current, page)),
      changes: (changed) => {
        if (current.current) take(withChanges(current.current, changed, filters));
      },
      lost: (problem) => setLost({ problem }),
      rowCount: () => current.current?.rows.length ?? 0,
    });
    return () => {
      abort.abort();
      stop();
    };
  }, [JSON.stringify(filters)]);

  const showWaiting = (): void => show(current.current);
  const setPaused = (next: boolean): void => {
    isPaused.current = next;
    setPausedState(next);
    if (!next) showWaiting();
  };
  const loadOlder = async (): Promise<void> => {
    const list = shownNow.current;
    if (!list) return;
    // Whoever goes back wants to read; and what was cut off has to be read from its beginning.
    setPaused(true);
    const cursor = list.isCut ? undefined : (list.cursor ?? undefined);
    const page = await searchUntil(reading.current.signal, { ...queryOf(filters), limit: olderSize, cursor });
    if (!page) return;
    if (list.isCut) return show(withPage(undefined, page));
    const longer = withOlder(list, page);
    // What waits to be shown stays in front.
    if (current.current && !current.current.isCut) current.current = withOlder(current.current, page);
    shownNow.current = longer;
    setShown(longer);
  };
  return {
    shown: shown?.rows,
    waiting,
    problem: lost?.problem,
    isLost: lost !== undefined,
    hasOlder: shown !== undefined && (shown.isCut || shown.cursor !== null),
    paused,
    setPaused,
    showWaiting,
    loadOlder,
  };
}
