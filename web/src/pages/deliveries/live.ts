// The newest deliveries that fit the filters, kept up to date while the page is open.

import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { deliveries } from "../../api/tocsin";
import type { Delivery } from "../../api/types";
import { queryOf, type Filters } from "./filters";

const pauseMs = 2500;
const pageSize = 50;

export interface LiveList {
  /** Newest first; undefined until the first answer. */
  shown: Delivery[] | undefined;
  /** How many have come that are not shown yet, as the list is paused. */
  waiting: number;
  problem: Problem | undefined;
  /** Whether the last try to look for new ones failed, while there is a list. */
  isStale: boolean;
  hasMore: boolean;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  showWaiting: () => void;
  loadMore: () => Promise<void>;
}

/** Those of `fresh` in place of the ones with their ids, and in front those that are new. */
function merged(shown: Delivery[], fresh: Delivery[]): Delivery[] {
  const byId = new Map(fresh.map((x) => [x.id, x]));
  const kept = shown.map((x) => byId.get(x.id) ?? x);
  const known = new Set(shown.map((x) => x.id));
  return [...fresh.filter((x) => !known.has(x.id)), ...kept];
}

export function useLiveDeliveries(filters: Filters): LiveList {
  const [shown, setShown] = useState<Delivery[]>();
  const [fresh, setFresh] = useState<Delivery[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const [paused, setPaused] = useState(false);
  const isPaused = useRef(false);
  isPaused.current = paused;
  const key = JSON.stringify(filters);

  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    let isFirst = true;
    setShown(undefined);
    setFresh([]);
    const look = async (): Promise<void> => {
      try {
        const page = await deliveries.list({ ...queryOf(filters), limit: pageSize }, abort.signal);
        setProblem(undefined);
        if (isFirst) {
          setShown(page.data);
          setCursor(page.next_cursor);
        } else if (isPaused.current) {
          setFresh(page.data);
        } else {
          setShown((x) => merged(x ?? [], page.data));
        }
        isFirst = false;
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setProblem(asProblem(thrown));
      }
      if (!abort.signal.aborted) timer = window.setTimeout(lookIfSeen, pauseMs);
    };
    const lookIfSeen = (): void => {
      if (document.hidden) timer = window.setTimeout(lookIfSeen, pauseMs);
      else void look();
    };
    void look();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [key]);

  const known = new Set(shown?.map((x) => x.id));
  const showWaiting = (): void => {
    setShown((x) => merged(x ?? [], fresh));
    setFresh([]);
  };
  const loadMore = async (): Promise<void> => {
    if (!cursor) return;
    const page = await deliveries.list({ ...queryOf(filters), limit: pageSize, cursor });
    setCursor(page.next_cursor);
    setShown((x) => {
      const there = new Set(x?.map((y) => y.id));
      return [...(x ?? []), ...page.data.filter((y) => !there.has(y.id))];
    });
  };
  return {
    shown,
    waiting: fresh.filter((x) => !known.has(x.id)).length,
    problem,
    isStale: problem !== undefined && shown !== undefined,
    hasMore: cursor !== null,
    paused,
    setPaused: (next) => {
      setPaused(next);
      if (!next) showWaiting();
    },
    showWaiting,
    loadMore,
  };
}
