// How the service itself is doing, as it is now.

import { stats } from "../../api/tocsin";
import type { ActorStats } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { duration, Time } from "../../ui/time";
import { watched, type Watched } from "../overview/health";
import { StorageSection } from "./storage_section";

const refreshMs = 2000;
const number = new Intl.NumberFormat();

function actorRow(x: ActorStats) {
  return (
    <tr key={x.name}>
      <Cell name="Actor">
        <code>{x.name}</code>
      </Cell>
      <Cell name="Instances" class="number">
        {number.format(x.instances)}
      </Cell>
      <Cell name="Waiting" class="number">
        {number.format(x.mailbox_depth)}
      </Cell>
      <Cell name="Handled" class="number">
        {number.format(x.messages_handled)}
      </Cell>
      <Cell name="Restarts" class="number">
        {number.format(x.restarts)}
      </Cell>
      <Cell name="At work" class="number">
        {duration(x.busy_us / 1000)}
      </Cell>
      <Cell name="Per message" class="number">
        {x.messages_handled === 0 ? "–" : `${number.format(Math.round(x.busy_us / x.messages_handled))} µs`}
      </Cell>
    </tr>
  );
}

function channelRow(x: Watched) {
  const { tone, icon, word } = x.health;
  return (
    <tr key={x.channel}>
      <Cell name="Channel">
        <Link path={`/channels/${x.channel}`}>{x.name}</Link>
      </Cell>
      <Cell name="Health">
        <Badge tone={tone} icon={icon}>
          {word}
        </Badge>
      </Cell>
      <Cell name="Breaker">{x.breaker.replace("_", " ")}</Cell>
      <Cell name="Sent" class="number">
        {number.format(x.sent)}
      </Cell>
      <Cell name="Failed" class="number">
        {number.format(x.failed)}
      </Cell>
      <Cell name="Retried" class="number">
        {number.format(x.retried)}
      </Cell>
      <Cell name="In flight" class="number">
        {number.format(x.in_flight)}
      </Cell>
      <Cell name="Pending" class="number">
        {number.format(x.pending)}
      </Cell>
      <Cell name="p50 / p99" class="number">
        {duration(x.latency_p50_ms)} / {duration(x.latency_p99_ms)}
      </Cell>
    </tr>
  );
}

async function read(abort: AbortSignal) {
  const now = await stats.find(abort);
  return { ...now, channels: watched(now.channels) };
}

export default function SystemPage() {
  const found = useLoad(read, [], refreshMs);
  return (
    <PageFrame title="System" intro="Refreshed every two seconds. Numbers count from the start of the service.">
      <Show of={found}>
        {(now) => (
          <>
            <dl class="numbers">
              <div>
                <dt>Version</dt>
                <dd>{now.version}</dd>
              </div>
              <div>
                <dt>Running for</dt>
                <dd>{duration(now.uptime_seconds * 1000)}</dd>
              </div>
            </dl>
            <StorageSection storage={now.storage} retention={now.retention} />
            <h2>Channels</h2>
            <div class="scroll" tabIndex={0} role="region" aria-label="Channels">
              <Table
                caption="Channels at work"
                columns={["Channel", "Health", "Breaker", "Sent", "Failed", "Retried", "In flight", "Pending", "p50 / p99"]}
                numbers={["Sent", "Failed", "Retried", "In flight", "Pending", "p50 / p99"]}
              >
                {now.channels.map(channelRow)}
              </Table>
            </div>
            {now.channels.length === 0 && <p class="faint">No channel has been active since the start.</p>}
            <h2>Actors</h2>
            <div class="scroll" tabIndex={0} role="region" aria-label="Actors">
              <Table
                caption="Actors"
                columns={["Actor", "Instances", "Waiting", "Handled", "Restarts", "At work", "Per message"]}
                numbers={["Instances", "Waiting", "Handled", "Restarts", "At work", "Per message"]}
              >
                {now.actors.map(actorRow)}
              </Table>
            </div>
            {now.certificates.length > 0 && (
              <>
                <h2>Certificates of the CAF door</h2>
                <Table caption="Certificates" columns={["Role", "Name", "Ends", "Connections"]}>
                  {now.certificates.map((x) => (
                    <tr key={x.fingerprint}>
                      <Cell name="Role">{x.role}</Cell>
                      <Cell name="Name" class="break">
                        {x.name}
                      </Cell>
                      <Cell name="Ends">
                        <Time at={x.expires_at} />
                      </Cell>
                      <Cell name="Connections">{x.connections}</Cell>
                    </tr>
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
