// What went out, newest first, and what comes while one looks.

import type { Ref } from "preact";
import { useLocation } from "preact-iso/router";
import { useRef } from "preact/hooks";
import type { Delivery } from "../../api/types";
import { useAction } from "../../ui/action";
import { StateBadge } from "../../ui/badge";
import { useChannelNames, type ChannelNames } from "../../ui/channel_names";
import { Link, useGo } from "../../ui/link";
import { Empty, PageFrame } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { Cell, Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { WindowedRows } from "../../ui/windowed_rows";
import { FilterForm } from "./filter_form";
import { filtersOf, searchOf } from "./filters";
import { useLiveDeliveries, type LiveList } from "./live";

const columns = ["State", "Event", "About", "Channel", "Attempts", "When"] as const;

interface RowProps {
  delivery: Delivery;
  place: number;
  channels: ChannelNames;
}

function Row({ delivery, place, channels }: RowProps) {
  return (
    <tr data-row={delivery.id} aria-rowindex={place}>
      <Cell name="State">
        <StateBadge state={delivery.state} />
      </Cell>
      <Cell name="Event">
        <Link path={`/deliveries/${delivery.id}`}>{delivery.event_type}</Link>
        <div class="faint clamp">{delivery.message}</div>
      </Cell>
      <Cell name="About">
        {delivery.service ?? "–"}
        {delivery.customer && <div class="faint">{delivery.customer}</div>}
      </Cell>
      <Cell name="Channel">
        {channels.of(delivery.channel)}
        {delivery.destination && <div class="faint break">{delivery.destination}</div>}
      </Cell>
      <Cell name="Attempts">
        {delivery.attempts}
        {delivery.state !== "delivered" && delivery.last_code && <div class="faint break">{delivery.last_code}</div>}
        {delivery.reason && <div class="faint">{delivery.reason}</div>}
      </Cell>
      <Cell name="When">
        <Time at={delivery.created_at} />
      </Cell>
    </tr>
  );
}

interface LiveBarProps {
  live: LiveList;
  pause: Ref<HTMLButtonElement>;
}

function LiveBar({ live, pause }: LiveBarProps) {
  return (
    <div class="live-bar row">
      <button type="button" ref={pause} class="small secondary" aria-pressed={live.paused} onClick={() => live.setPaused(!live.paused)}>
        {live.paused ? "Resume" : "Pause"}
      </button>
      {/* Not how many wait: in a flood that would be read aloud without end. */}
      <span role="status">
        {live.isLost
          ? "Connection lost – trying again…"
          : live.paused
            ? "Paused."
            : "Live: new deliveries appear by themselves."}
      </span>
      {live.paused && live.waiting && (
        <button type="button" class="small" onClick={live.showWaiting}>
          Show {live.waiting} new
        </button>
      )}
    </div>
  );
}

export default function DeliveryList() {
  const { query } = useLocation();
  const filters = filtersOf(query);
  const channels = useChannelNames();
  const live = useLiveDeliveries(filters);
  const go = useGo();
  const more = useAction();
  const pause = useRef<HTMLButtonElement>(null);
  // A row went away under the cursor: here the list can be made to stay.
  const focusPause = (): void => pause.current?.focus({ preventScroll: true });
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <PageFrame title="Deliveries" intro="Each event on its way through each channel, newest first.">
      <FilterForm filters={filters} channels={channels} onFilters={(x) => go(`/deliveries${searchOf(x)}`, true)} />
      {!live.shown && <ProblemBox problem={live.problem} />}
      {live.shown === undefined && !live.problem && <p aria-busy="true">Loading…</p>}
      {live.shown && <LiveBar live={live} pause={pause} />}
      {live.shown?.length === 0 && live.hasOlder && (
        <Empty title="None among the newest">
          <p>Older ones may match: look further back.</p>
        </Empty>
      )}
      {live.shown?.length === 0 && !live.hasOlder && (
        <Empty title={isFiltered ? "No delivery matches" : "Nothing was sent yet"}>
          <p>
            {isFiltered
              ? "Remove a filter to see more. Matching deliveries appear here by themselves."
              : "Deliveries appear here as soon as your panel sends the first event."}
          </p>
        </Empty>
      )}
      {live.shown && live.shown.length > 0 && (
        <Table caption="Deliveries" class="deliveries" columns={columns} rowCount={live.shown.length + 1}>
          <WindowedRows rows={live.shown} idOf={(x) => x.id} columns={columns.length} onFocusLost={focusPause}>
            {(x, place) => <Row key={x.id} delivery={x} place={place} channels={channels} />}
          </WindowedRows>
        </Table>
      )}
      <ProblemBox problem={more.problem} />
      {live.hasOlder && (
        <button type="button" class="secondary" aria-busy={more.busy} onClick={() => void more.run(live.loadOlder)}>
          Older deliveries
        </button>
      )}
    </PageFrame>
  );
}
