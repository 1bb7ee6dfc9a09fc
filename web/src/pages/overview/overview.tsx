// How things are, on one page.

import type { ComponentChildren } from "preact";
import lazy from "preact-iso/lazy";
import { channels, deadLetters, deliveries, stats } from "../../api/tocsin";
import type { Channel } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { PageFrame } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { Cell, Table } from "../../ui/table";
import { kindOf } from "../channels/channel_kinds";
import { Checklist } from "./checklist";
import { watched, type Health, type Watched } from "./health";
import { PauseCard } from "./pause_card";

function NoChart() {
  return (
    <div class="box box-warning" role="alert">
      <p>The chart could not be loaded: reload the panel to see it.</p>
    </div>
  );
}

// The library that draws is larger than the rest of the panel.
const ActivityChart = lazy(() => import("./activity_chart").catch(() => ({ default: NoChart })));

const refreshMs = 5000;
const number = new Intl.NumberFormat();

/** How all channels do that have sent something; undefined while that is not known. */
type Working = readonly Watched[] | undefined;

function healthOfChannel(channel: Channel, working: Working): Health {
  if (channel.disabled_reason !== null) return { tone: "bad", icon: "warning", word: "dead endpoint" };
  if (!channel.enabled) return { tone: "quiet", icon: "pause", word: "disabled" };
  if (!working) return { tone: "quiet", icon: "clock", word: "not known" };
  const own = working.find((x) => x.channel === channel.id);
  return own?.health ?? { tone: "quiet", icon: "clock", word: "nothing sent yet" };
}

const inDigits = (n: number | undefined): string => (n === undefined ? "–" : number.format(n));

interface NumbersProps {
  working: Working;
  suppressed: number | undefined;
  deadLetters: number | undefined;
}

function Numbers({ working, suppressed, deadLetters }: NumbersProps) {
  const sum = (of: (x: Watched) => number): number | undefined => working?.reduce((total, x) => total + of(x), 0);
  const all: readonly [ComponentChildren, number | undefined][] = [
    ["Delivered", sum((x) => x.sent)],
    ["Failed", sum((x) => x.failed)],
    ["Retried", sum((x) => x.retried)],
    ["Suppressed", suppressed],
    ["Waiting or retrying", sum((x) => x.pending)],
    ["Being sent now", sum((x) => x.in_flight)],
    [<Link path="/dead-letters">Dead letters</Link>, deadLetters],
  ];
  return (
    <dl class="numbers">
      {all.map(([name, value], i) => (
        <div key={i}>
          <dt>{name}</dt>
          <dd>{inDigits(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChannelRow({ channel, working }: { channel: Channel; working: Working }) {
  const { tone, icon, word } = healthOfChannel(channel, working);
  const own = working?.find((x) => x.channel === channel.id);
  const counted = (of: (x: Watched) => number): string => inDigits(working && (own ? of(own) : 0));
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
        {counted((x) => x.sent)}
      </Cell>
      <Cell name="Failed" class="number">
        {counted((x) => x.failed)}
      </Cell>
      <Cell name="Retried" class="number">
        {counted((x) => x.retried)}
      </Cell>
      <Cell name="Waiting" class="number">
        <Link path={`/deliveries?channel=${channel.id}`}>{counted((x) => x.pending)}</Link>
      </Cell>
    </tr>
  );
}

function Channels({ channels, working }: { channels: readonly Channel[]; working: Working }) {
  return (
    <>
      <h2>Channels</h2>
      <Table
        caption="Health of the channels"
        columns={["Channel", "Health", "Delivered", "Failed", "Retried", "Waiting"]}
        numbers={["Delivered", "Failed", "Retried", "Waiting"]}
      >
        {channels.map((x) => (
          <ChannelRow key={x.id} channel={x} working={working} />
        ))}
      </Table>
    </>
  );
}

/** Each of these may fail without the others, and none of them keeps anybody from pausing deliveries. */
function useFacts() {
  return {
    channels: useLoad((abort) => channels.list(undefined, abort), [], refreshMs),
    working: useLoad(async (abort) => watched((await stats.find(abort)).channels), [], refreshMs),
    lastDay: useLoad(deliveries.summary, [], refreshMs),
    groups: useLoad((abort) => deadLetters.groups({}, abort), [], refreshMs),
    newest: useLoad((abort) => deliveries.list({ limit: 1 }, abort), [], refreshMs),
    delivered: useLoad((abort) => deliveries.list({ state: "delivered", limit: 1 }, abort), [], refreshMs),
  };
}

export default function Overview() {
  const facts = useFacts();
  const all = Object.values(facts);
  const failed = all.filter((x) => x.problem);
  const now = facts.channels.value;
  const newest = facts.newest.value;
  const delivered = facts.delivered.value;
  const hasEvent = newest !== undefined && newest.data.length > 0;
  return (
    <PageFrame
      title="Overview"
      intro="Delivered, failed and retried: since the service started. Suppressed: in the last 24 hours. The others: now."
    >
      <ProblemBox problem={failed[0]?.problem} onRetry={() => failed.forEach((x) => x.reload())} />
      {all.some((x) => x.value === undefined && !x.problem) && <p aria-busy="true">Loading…</p>}
      {now && newest && delivered && (
        <Checklist
          hasChannel={now.length > 0}
          hasEvent={hasEvent}
          // A service that has more than one looks at in a request is past its first steps, also while nothing goes out.
          hasDelivered={delivered.data.length > 0 || delivered.has_more}
        />
      )}
      <Numbers
        working={facts.working.value}
        suppressed={facts.lastDay.value?.total.suppressed}
        deadLetters={facts.groups.value?.reduce((sum, x) => sum + x.count, 0)}
      />
      <PauseCard />
      {hasEvent && <ActivityChart />}
      {now && now.length > 0 && <Channels channels={now} working={facts.working.value} />}
    </PageFrame>
  );
}
