// What the storage holds, how it grows and how much room is left.

import type { Retention, StorageGrowth, StorageStats } from "../../api/types";
import { Badge } from "../../ui/badge";
import { bytes } from "../../ui/bytes";
import { Link } from "../../ui/link";
import { Cell, Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { roomOf } from "./storage_room";

const number = new Intl.NumberFormat();

/** Databases that people know by another name; the others are bookkeeping. */
const kinds: Record<string, string> = {
  events: "Events",
  deliveries: "Deliveries",
  attempts: "Attempts",
  due: "Deliveries still owed",
  dead_letters: "Dead letters",
  channels: "Channels",
  recipients: "Admins and customers",
  tokens: "API tokens",
  audit: "Entries of the audit log",
};

function Growth({ of }: { of: StorageGrowth | null }) {
  if (!of) return <>not known yet: the service has run for less than a minute</>;
  return (
    <>
      {bytes(of.bytes_per_day)} a day <span class="faint">(measured since <Time at={of.since} />)</span>
    </>
  );
}

export function StorageSection({ storage, retention }: { storage: StorageStats; retention: Retention }) {
  const room = roomOf(storage, retention);
  return (
    <section aria-labelledby="storage">
      <h2 id="storage">Storage</h2>
      <p>
        <Badge tone={room.tone} icon={room.icon}>
          {room.word}
        </Badge>{" "}
        {room.advice}
      </p>
      <dl class="facts">
        <div>
          <dt>In use</dt>
          <dd>{bytes(storage.live_bytes)}</dd>
        </div>
        <div>
          <dt>File</dt>
          <dd>
            {bytes(storage.file_bytes)}, of which {bytes(storage.reusable_bytes)} will be reused
          </dd>
        </div>
        <div>
          <dt>Room left</dt>
          <dd>
            {bytes(storage.room_bytes)} <span class="faint">(limit of the file {bytes(storage.map_limit_bytes)}, free on the disk {bytes(storage.disk_free_bytes)})</span>
          </dd>
        </div>
        <div>
          <dt>Growth, last hour</dt>
          <dd>
            <Growth of={storage.growth.last_hour} />
          </dd>
        </div>
        <div>
          <dt>Growth, last day</dt>
          <dd>
            <Growth of={storage.growth.last_day} />
          </dd>
        </div>
      </dl>
      <Table caption="Records in the storage" class="few" columns={["Records", "Stored"]} numbers={["Stored"]}>
        {Object.entries(kinds).map(([kind, label]) => (
          <tr key={kind}>
            <Cell name="Records">{label}</Cell>
            <Cell name="Stored" class="number">
              {number.format(storage.records[kind] ?? 0)}
            </Cell>
          </tr>
        ))}
      </Table>
      <p class="field-help">
        What is kept how long: <Link path="/settings">Retention</Link>.
      </p>
    </section>
  );
}
