// Says that the service does not answer, and asks until it does.

import { useEffect } from "preact/hooks";
import { isAway } from "../connection";
import { findAgain } from "../session";
import { Icon } from "./icon";
import { toast } from "./toast";

const askEveryMs = 2000;

/** Asks while the service is away, each time so long after the answer; that also finds out whether the session has ended meanwhile. */
export function useAskUntilBack(): void {
  const away = isAway.value;
  useEffect(() => {
    if (!away) return undefined;
    let timer = 0;
    let isOver = false;
    const askLater = (): void => {
      if (!isOver) timer = window.setTimeout(() => void findAgain().then(askLater), askEveryMs);
    };
    askLater();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
      toast("Tocsin answers again.");
    };
  }, [away]);
}

export function AwayBanner() {
  useAskUntilBack();
  const away = isAway.value;
  return (
    <div role="status" aria-live="polite">
      {away && (
        <div class="box box-warning banner">
          <p>
            <Icon name="warning" /> <strong>Tocsin does not answer.</strong> It may be restarting. What you have typed stays
            here. Nothing can be saved until it is back; the panel tries again every few seconds.
          </p>
        </div>
      )}
    </div>
  );
}
