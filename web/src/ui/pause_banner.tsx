// Says on every page that nothing goes out.

import { pause, useKeepPause } from "../pause";
import { Icon } from "./icon";
import { Link } from "./link";
import { absolute, Time } from "./time";

export function PauseBanner() {
  useKeepPause();
  const now = pause.value;
  return (
    <div role="status" aria-live="polite">
      {now && (
        <div class="box box-warning banner">
          <p>
            <Icon name="pause" /> <strong>All deliveries are paused</strong> until {absolute(now.until)}{" "}
            {/* It changes by the minute, and would be read aloud each time. */}
            <span aria-hidden="true">
              (<Time at={now.until} />)
            </span>
            {now.reason && `: ${now.reason}`}. Events are still accepted. <Link path="/">Change or end it</Link>
          </p>
        </div>
      )}
    </div>
  );
}
