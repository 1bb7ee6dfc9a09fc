// A page whose file could not be loaded: the service is away, or is another one than when the panel was opened.

import { useEffect, useRef } from "preact/hooks";
import { isAway } from "../connection";
import { findAgain } from "../session";
import { PageFrame } from "../ui/page";

const loadAnew = (): void => location.reload();

export function NotLoaded() {
  const wasAway = useRef(false);
  const away = isAway.value;
  useEffect(() => {
    if (away) wasAway.current = true;
    else if (wasAway.current) loadAnew();
    else void findAgain();
  }, [away]);
  return (
    <PageFrame title="This page could not be loaded">
      <p>
        {away
          ? "It appears once the service is back."
          : "The service may have been updated since the panel was opened: reload it to continue with the new version."}
      </p>
      <button type="button" class="narrow" onClick={loadAnew}>
        Reload the panel
      </button>
    </PageFrame>
  );
}
