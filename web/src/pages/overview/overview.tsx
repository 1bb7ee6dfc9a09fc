// How things are, on one page.

import lazy from "preact-iso/lazy";
import { channels, deadLetters, deliveries, stats } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { kindOf } from "../channels/channel_kinds";
import { Checklist } from "./checklist";
import { watched, type Health, type Watched } from "./health";
import { PauseCard } from "./pause_card";

function NoChart() {
  return (
    <div class="box box-warning" role="alert">
      <p>The chart could not be loaded: load the panel anew to see it.</p>
    </div>
  );
}

// The library that draws is larger than the rest of the panel.
const ActivityChart = lazy(() => import("./activity_chart").catch(() => ({ default: NoChart })));

const refreshMs = 5000;
const number = new Intl.NumberFormat();

interface Facts {
  channels: Channel[];
  working: Watched[];
  suppressed: number;
  deadLetters: number;
  hasEvent: boolean;
  hasDelivered: boolean;
}

async function read(abort: AbortSignal): Promise<Facts> {
  const [all, now, lastDay, groups, newest, delivered] = await Promise.all([
    channels.list(undefined, abort),
    stats.find(abort),
    deliveries.summary(abort),
    deadLetters.groups({}, abort),
    deliveries.list({ limit: 1 }, abort),
    deliveries.list({ state: "delivered", limit: 1 }, abort),
  ]);
  return {
    channels: all,
    working: watched(now.channels),
    suppressed: lastDay.total.suppressed,
    deadLetters: groups.reduce((sum, x) => sum + x.count, 0),
    hasEvent: newest.data.length > 0,
    // A service that has more than one looks at in a request is past its first steps, also while nothing goes out.
    hasDelivered: delivered.data.length > 0 || delivered.has_more,
  };
}

function healthOfChannel(channel: Channel, working: Watched | undefined): Health {
  if (channel.disabled_reason !== null) return { tone: "bad", icon: "warning", word: "dead endpoint" };
  if (!channel.enabled) return { tone: "quiet", icon: "pause", word: "disabled" };
  return working?.health ?? { tone: "quiet", icon: "clock", word: "nothing sent yet" };
}

function Numbers({ facts }: { facts: Facts }) {
  const sum = (of: (x: Watched) => number): string =>
    number.format(facts.working.reduce((total, x) => total + of(x), 0));
  return (
    <dl class="numbers">
      <div>
        <dt>Delivered</dt>
        <dd>{sum((x) => x.sent)}</dd>
      </div>
      <div>
        <dt>Failed</dt>
        <dd>{sum((x) => x.failed)}</dd>
      </div>
      <div>
        <dt>Retried</dt>
        <dd>{sum((x) => x.retried)}</dd>
      </div>
      <div>
        <dt>Suppressed</dt>
        <dd>{number.format(facts.suppressed)}</dd>
      </div>
      <div>
        <dt>Waiting or retrying</dt>
        <dd>{sum((x) => x.pending)}</dd>
      </div>
      <div>
        <dt>Being sent now</dt>
        <dd>{sum((x) => x.in_flight)}</dd>
      </div>
      <div>
        <dt>
          <Link path="/dead-letters">Dead letters</Link>
        </dt>
        <dd>{number.format(facts.deadLetters)}</dd>
      </div>
    </dl>
  );
}

function ChannelRow({ channel, working }: { channel: Channel; working: Watched | undefined }) {
  const { tone, icon, word } = healthOfChannel(channel, working);
  return (
    <tr>
      <Cell name="Channel">
        <Link path={`/channels/${channel.id}`}>{channel.name}</Link>
        <div class="faint">{kindOf(channel.type).label}</div>
      </Cell>
      <Cell name="Health">
        <Badge tone={tone} icon={icon} title={channel.disabled_reason ?? ""}>
          {word}
        </Badge>
      </Cell>
      <Cell name="Delivered" class="number">
        {number.format(working?.sent ?? 0)}
      </Cell>
      <Cell name="Failed" class="number">
        {number.format(working?.failed ?? 0)}
      </Cell>
      <Cell name="Retried" class="number">
        {number.format(working?.retried ?? 0)}
      </Cell>
      <Cell name="Waiting" class="number">
        <Link path={`/deliveries?channel=${channel.id}`}>{number.format(working?.pending ?? 0)}</Link>
      </Cell>
    </tr>
  );
}

export default function Overview() {
  const facts = useLoad(read, [], refreshMs);
  return (
    <PageFrame
      title="Overview"
      intro="Delivered, failed and retried since the service started, suppressed in the last 24 hours, the others now."
    >
      <Show of={facts}>
        {(now) => (
          <>
            <Checklist hasChannel={now.channels.length > 0} hasEvent={now.hasEvent} hasDelivered={now.hasDelivered} />
            <Numbers facts={now} />
            <PauseCard />
            {now.hasEvent && <ActivityChart />}
            {now.channels.length > 0 && (
              <>
                <h2>Channels</h2>
                <Table
                  caption="Health of the channels"
                  columns={["Channel", "Health", "Delivered", "Failed", "Retried", "Waiting"]}
                  numbers={["Delivered", "Failed", "Retried", "Waiting"]}
                >
                  {now.channels.map((x) => (
                    <ChannelRow key={x.id} channel={x} working={now.working.find((y) => y.channel === x.id)} />
                  ))}
                </Table>
              </>
            )}
          </>
        )}
      </Show>
    </PageFrame>
  );
}
