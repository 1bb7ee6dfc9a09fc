// All channels, and how each is doing.

import { useLocation } from "preact-iso/router";
import { channels, deliveries } from "../../api/tocsin";
import type { Channel, DeliveryDetail, EventTypeInfo } from "../../api/types";
import { isPortal, nameOf, who } from "../../session";
import { Badge, StateBadge } from "../../ui/badge";
import { useEventTypes } from "../../ui/event_types";
import { inTurns } from "../../ui/in_turns";
import { Link, to } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBadge } from "../../ui/managed";
import { Empty, PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { duration, Time } from "../../ui/time";
import { kindOf } from "./channel_kinds";

function subscriptions(channel: Channel, types: readonly EventTypeInfo[]): number {
  return types.filter((x) => channel.triggers[x.type]?.on ?? x.default).length;
}

function EnabledBadge({ channel }: { channel: Channel }) {
  if (channel.enabled)
    return (
      <Badge tone="good" icon="check">
        enabled
      </Badge>
    );
  if (channel.disabled_reason !== null)
    return (
      <Badge tone="bad" icon="warning" title={channel.disabled_reason}>
        dead endpoint
      </Badge>
    );
  return (
    <Badge tone="quiet" icon="pause">
      disabled
    </Badge>
  );
}

interface Newest {
  /** The newest delivery, with its attempts. */
  last: DeliveryDetail | undefined;
  /** Whether there may be one further back than was looked. */
  mayBeOlder: boolean;
}

/** Each may look far back: all channels at once would take the service's readers from everybody else. */
const aFewAtATime = inTurns(4);

async function newestOf(channel: Channel, abort: AbortSignal): Promise<Newest> {
  const { data, has_more } = await deliveries.search({ channel: channel.id, limit: 1 }, abort);
  const [newest] = data;
  return { last: newest && (await deliveries.find(newest.id, abort)), mayBeOlder: has_more };
}

/** What became of the newest delivery, when, and how long its last attempt took. */
function LastResult({ channel }: { channel: Channel }) {
  const newest = useLoad((abort) => aFewAtATime(() => newestOf(channel, abort)), [channel.id]);
  if (newest.problem) return <>unknown</>;
  if (!newest.value) return <span aria-busy="true" />;
  const { last, mayBeOlder } = newest.value;
  if (!last) return <span class="faint">{mayBeOlder ? "none among the newest" : "nothing yet"}</span>;
  const attempt = last.attempt_log.at(-1);
  return (
    <>
      <a href={to(`/deliveries/${last.id}`)}>
        <StateBadge state={last.state} />
        <span class="visually-hidden">, the last delivery of {channel.name}</span>
      </a>{" "}
      <Time at={last.finished_at ?? last.created_at} />
      {attempt && <span class="faint">, took {duration(attempt.duration_ms)}</span>}
      {last.state !== "delivered" && last.last_code && <div class="faint break">{last.last_code}</div>}
    </>
  );
}

function Row({ channel, types }: { channel: Channel; types: readonly EventTypeInfo[] }) {
  const on = subscriptions(channel, types);
  return (
    <tr>
      <Cell name="Name">
        <Link path={`/channels/${channel.id}`}>{channel.name}</Link> <ManagedBadge by={channel.managed_by} />
        {channel.owner !== who.value && <div class="faint">of {nameOf(channel.owner)}</div>}
      </Cell>
      <Cell name="Type">{kindOf(channel.type).label}</Cell>
      <Cell name="Goes to" class="break">
        {channel.target}
      </Cell>
      <Cell name="State">
        <EnabledBadge channel={channel} />
      </Cell>
      <Cell name="Events">
        {types.length > 0 && on === 0 ? (
          <Badge tone="warn" icon="warning" title="It is subscribed to no event type">
            unused
          </Badge>
        ) : (
          <a href={`${to("/triggers")}?owner=${encodeURIComponent(channel.owner)}`}>
            {on} of {types.length}
          </a>
        )}
      </Cell>
      <Cell name="Last delivery">
        <LastResult channel={channel} />
      </Cell>
    </tr>
  );
}

export default function ChannelList() {
  const { query } = useLocation();
  const owner = query["owner"] || undefined;
  const list = useLoad((abort) => channels.list(owner, abort), [owner]);
  const types = useEventTypes();
  const add = `${to("/channels/new")}${owner ? `?owner=${encodeURIComponent(owner)}` : ""}`;
  return (
    <PageFrame
      title="Channels"
      intro={owner && !isPortal ? `Those of ${owner}.` : "The ways out: where notifications go."}
      actions={
        <a href={add} role="button">
          Add channel
        </a>
      }
    >
      <Show of={list}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No channels yet">
              <p>Add one – email, Slack, Discord, Telegram or a webhook – and send a test through it.</p>
              <a href={add} role="button">
                Add the first channel
              </a>
            </Empty>
          ) : (
            <Table caption="Channels" columns={["Name", "Type", "Goes to", "State", "Events", "Last delivery"]}>
              {found.map((x) => (
                <Row key={x.id} channel={x} types={types} />
              ))}
            </Table>
          )
        }
      </Show>
    </PageFrame>
  );
}
