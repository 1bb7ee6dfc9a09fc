// Who changed what, and when.

import { useLocation } from "preact-iso/router";
import { useEffect, useRef, useState } from "preact/hooks";
import { audit } from "../../api/tocsin";
import type { AuditEntry } from "../../api/types";
import { useAction } from "../../ui/action";
import { TextField } from "../../ui/field";
import { to } from "../../ui/link";
import { useReadAgain } from "../../ui/load";
import { Empty, PageFrame } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { Cell, Table } from "../../ui/table";
import { ExactTime } from "../../ui/time";
import { changesOf } from "./changes";

const pageSize = 50;

function Changes({ entry }: { entry: AuditEntry }) {
  const changes = changesOf(entry.before, entry.after);
  if (changes.length === 0) return null;
  return (
    <details>
      <summary>{changes.length === 1 ? "one field" : `${changes.length} fields`}</summary>
      <dl class="facts">
        {changes.map((x) => (
          <div key={x.name}>
            <dt>{x.name}</dt>
            <dd class="break">
              {x.before !== undefined && <del>{x.before}</del>} {x.after !== undefined && <ins>{x.after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  return (
    <tr>
      <Cell name="When">
        <ExactTime at={entry.at} />
      </Cell>
      <Cell name="Who">
        {entry.author.name ?? entry.author.kind}
        {entry.author.name && <div class="faint">{entry.author.kind}</div>}
      </Cell>
      <Cell name="What">
        <code>{entry.action}</code>
      </Cell>
      <Cell name="Object" class="break">
        <a href={`${to("/audit")}?object=${encodeURIComponent(entry.object)}`}>{entry.object}</a>
      </Cell>
      <Cell name="Changes">
        <Changes entry={entry} />
      </Cell>
    </tr>
  );
}

interface Filters {
  author: string;
  object: string;
}

/** What fits the filters. For other filters it is created again, so that a late answer changes nothing there. */
function Entries({ author, object }: Filters) {
  const [entries, setEntries] = useState<AuditEntry[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const action = useAction();
  /** Where the page begins that was asked for last. */
  const last = useRef<string>();
  const load = (from?: string) =>
    action.run(async () => {
      last.current = from;
      const page = await audit.list({ author, object, limit: pageSize, cursor: from });
      setEntries((x) => (from ? [...(x ?? []), ...page.data] : page.data));
      setCursor(page.next_cursor);
    });
  useEffect(() => void load(), []);
  useReadAgain(action.problem, () => void load(last.current));
  return (
    <>
      <ProblemBox problem={action.problem} />
      {entries === undefined && !action.problem && <p aria-busy="true">Loading…</p>}
      {entries?.length === 0 && !cursor && (
        <Empty title="Nothing was changed">
          <p>Entries appear here with every change of the configuration.</p>
        </Empty>
      )}
      {entries && entries.length > 0 && (
        <Table caption="Audit log" columns={["When", "Who", "What", "Object", "Changes"]}>
          {entries.map((x) => (
            <Row key={x.id} entry={x} />
          ))}
        </Table>
      )}
      {cursor && (
        <button type="button" class="secondary" aria-busy={action.busy} onClick={() => void load(cursor)}>
          Older entries
        </button>
      )}
    </>
  );
}

export default function AuditPage() {
  const { query, route } = useLocation();
  const author = query["author"] ?? "";
  const object = query["object"] ?? "";
  const [typed, setTyped] = useState<Filters>({ author, object });
  useEffect(() => setTyped({ author, object }), [author, object]);
  const search = (event: Event): void => {
    event.preventDefault();
    route(`${to("/audit")}?${new URLSearchParams({ ...typed })}`);
  };
  return (
    <PageFrame title="Audit log" intro="Every change, and who made it, newest first.">
      <form class="filters" onSubmit={search}>
        <div class="triple">
          <TextField
            label="Who"
            unmarked
            value={typed.author}
            placeholder="admin/ops or token"
            onValue={(x) => setTyped({ ...typed, author: x })}
          />
          <TextField
            label="Object"
            unmarked
            value={typed.object}
            placeholder="channel or customer/acme"
            onValue={(x) => setTyped({ ...typed, object: x })}
          />
        </div>
        <button type="submit" class="small">
          Search
        </button>
      </form>
      <Entries key={JSON.stringify([author, object])} author={author} object={object} />
    </PageFrame>
  );
}
