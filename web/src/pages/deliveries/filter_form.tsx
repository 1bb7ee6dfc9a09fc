// Choosing which deliveries the list shows.

import { useEffect, useState } from "preact/hooks";
import { isPortal } from "../../session";
import { outcomeChoices, stateChoices } from "../../ui/badge";
import type { ChannelNames } from "../../ui/channel_names";
import { useEventTypes } from "../../ui/event_types";
import { SelectField, TextField, type Choice } from "../../ui/field";
import { instantOf, localOf } from "../../ui/time";
import type { Filters } from "./filters";

interface Props {
  filters: Filters;
  channels: ChannelNames;
  onFilters: (filters: Filters) => void;
}

const any: Choice = { value: "", label: "any" };

export function FilterForm({ filters, channels, onFilters }: Props) {
  // What is typed counts once the form is sent; what is chosen counts at once.
  const [typed, setTyped] = useState<Filters>(filters);
  useEffect(() => setTyped(filters), [JSON.stringify(filters)]);
  const types = useEventTypes();
  const put = (part: Filters): void => setTyped({ ...typed, ...part });
  const choose = (part: Filters): void => onFilters({ ...typed, ...part });
  const count = Object.keys(filters).length;
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onFilters(typed);
      }}
    >
      <div class="triple">
        <SelectField
          label="State"
          value={typed.state ?? ""}
          choices={[any, ...stateChoices]}
          onValue={(state) => choose({ state })}
        />
        <SelectField
          label="Channel"
          value={typed.channel ?? ""}
          choices={[any, ...channels.all.map((x) => ({ value: x.id, label: x.name }))]}
          onValue={(channel) => choose({ channel })}
        />
        <SelectField
          label="Event type"
          value={typed.event_type ?? ""}
          choices={[any, ...types.map((x) => ({ value: x.type, label: x.type }))]}
          onValue={(event_type) => choose({ event_type })}
        />
        <TextField label="Text" unmarked type="search" value={typed.text ?? ""} onValue={(text) => put({ text })} />
      </div>
      <details open={count > 0}>
        <summary>More filters</summary>
        <div class="triple">
          {!isPortal && (
            <TextField label="Customer" unmarked value={typed.customer ?? ""} onValue={(customer) => put({ customer })} />
          )}
          <TextField label="Service" unmarked value={typed.service ?? ""} onValue={(service) => put({ service })} />
          <SelectField
            label="Last outcome"
            value={typed.outcome ?? ""}
            choices={[any, ...outcomeChoices]}
            onValue={(outcome) => choose({ outcome })}
          />
          <TextField label="Last code" unmarked value={typed.code ?? ""} placeholder="404" onValue={(code) => put({ code })} />
          <TextField
            label="Since"
            unmarked
            type="datetime-local"
            value={localOf(typed.since)}
            onValue={(x) => put({ since: instantOf(x) })}
          />
          <TextField
            label="Until"
            unmarked
            type="datetime-local"
            value={localOf(typed.until)}
            onValue={(x) => put({ until: instantOf(x) })}
          />
        </div>
      </details>
      <div class="row">
        <button type="submit" class="small">
          Search
        </button>
        {count > 0 && (
          <button type="button" class="small secondary" onClick={() => onFilters({})}>
            Clear filters
          </button>
        )}
      </div>
    </form>
  );
}
