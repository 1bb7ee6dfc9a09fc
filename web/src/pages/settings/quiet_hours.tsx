// A daily span without notifications.

import type { Problem } from "../../api/problem";
import type { QuietHours } from "../../api/types";
import { CheckField, SelectField, TextField } from "../../ui/field";

interface Props {
  value: QuietHours | null;
  onValue: (value: QuietHours | null) => void;
  problem: Problem | undefined;
}

/** RFC 3339 bounds: from UTC-14 to UTC+14, in quarters of an hour as zones have them. */
const offsets = Array.from({ length: 113 }, (_, i) => i * 15 - 840);

function offsetInWords(minutes: number): string {
  const size = Math.abs(minutes);
  const digits = `${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "−" : "+"}${digits}`;
}

function usual(): QuietHours {
  return { from: "22:00", until: "07:00", utc_offset_minutes: -new Date().getTimezoneOffset(), critical_bypass: true };
}

export function QuietHoursFields({ value, onValue, problem }: Props) {
  const put = (part: Partial<QuietHours>): void => {
    if (value) onValue({ ...value, ...part });
  };
  const known = value && !offsets.includes(value.utc_offset_minutes) ? [value.utc_offset_minutes] : [];
  return (
    <fieldset>
      <legend>
        <h2>Quiet hours</h2>
      </legend>
      <CheckField
        label="Quiet hours every day"
        checked={value !== null}
        onChecked={(on) => onValue(on ? usual() : null)}
        help="Events in these hours are not sent later; they are recorded as suppressed."
      />
      {value && (
        <>
          <div class="triple">
            <TextField
              label="From"
              type="time"
              value={value.from}
              onValue={(from) => put({ from })}
              error={problem?.at("/quiet_hours/from")}
              required
            />
            <TextField
              label="Until"
              type="time"
              value={value.until}
              onValue={(until) => put({ until })}
              error={problem?.at("/quiet_hours/until")}
              required
            />
            <SelectField
              label="Time zone"
              value={String(value.utc_offset_minutes)}
              onValue={(x) => put({ utc_offset_minutes: Number(x) })}
              choices={[...known, ...offsets].map((x) => ({ value: String(x), label: offsetInWords(x) }))}
              error={problem?.at("/quiet_hours/utc_offset_minutes")}
              help="It does not change with daylight saving time."
            />
          </div>
          <CheckField
            label="Critical events pass anyway"
            checked={value.critical_bypass}
            onChecked={(critical_bypass) => put({ critical_bypass })}
          />
        </>
      )}
    </fieldset>
  );
}
