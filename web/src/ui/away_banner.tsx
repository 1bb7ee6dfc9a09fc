// Says that the service does not answer, and asks until it does.

import { useEffect } from "preact/hooks";
import { isAway } from "../connection";
import { findAgain } from "../session";
import { Icon } from "./icon";
import { toast } from "./toast";

const askEveryMs = 2000;

/** What asks here also finds out whether the session has ended meanwhile. */
export function AwayBanner() {
  const away = isAway.value;
  useEffect(() => {
    if (!away) return undefined;
    const timer = window.setInterval(() => void findAgain(), askEveryMs);
    return () => {
      window.clearInterval(timer);
      toast("Tocsin answers again.");
    };
  }, [away]);
  return (
    <div role="status" aria-live="polite">
      {away && (
        <div class="box box-warning banner">
          <p>
            <Icon name="warning" /> <strong>Tocsin does not answer.</strong> It may be restarting. What you have typed stays
            here; nothing can be stored until it is back, which is tried again every few seconds.
          </p>
        </div>
      )}
    </div>
  );
}
