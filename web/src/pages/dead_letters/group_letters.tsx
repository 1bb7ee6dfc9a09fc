// The dead letters of one group, to choose single ones.

import { useState } from "preact/hooks";
import { deadLetters } from "../../api/tocsin";
import type { DeadLetter, DeadLetterChoice, DeadLetterGroup, Ulid } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Link } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { Time } from "../../ui/time";

interface Props {
  group: DeadLetterGroup;
  since: string | undefined;
  onReplay: (choice: DeadLetterChoice, what: string) => void;
  onDiscard: (choice: DeadLetterChoice, what: string) => void;
}

const pageSize = 100;

export function GroupLetters({ group, since, onReplay, onDiscard }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<Ulid>>(new Set());
  const query = { channel: group.channel, code: group.code ?? "", since, limit: pageSize };
  const page = useLoad((abort) => deadLetters.list(query, abort), [group.channel, group.code, group.count, since]);
  const choose = (id: Ulid, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const row = (x: DeadLetter) => (
    <tr key={x.id}>
      <Cell name="Choose">
        <input
          type="checkbox"
          aria-label={`Choose ${x.event_type}: ${x.message}`}
          checked={chosen.has(x.id)}
          onChange={(event) => choose(x.id, event.currentTarget.checked)}
        />
      </Cell>
      <Cell name="Event">
        <Link path={`/deliveries/${x.id}`}>{x.event_type}</Link>
        <div class="faint clamp">{x.message}</div>
      </Cell>
      <Cell name="Customer">{x.customer ?? "–"}</Cell>
      <Cell name="Died">
        <Time at={x.finished_at ?? x.created_at} />{" "}
        {x.may_duplicate && (
          <Badge tone="warn" icon="warning" title="The receiver may already have it">
            may be there
          </Badge>
        )}
      </Cell>
    </tr>
  );
  return (
    <Show of={page}>
      {(found) => {
        // Nothing is done with what is not on the page.
        const ids = found.data.map((x) => x.id).filter((x) => chosen.has(x));
        const what = ids.length === 1 ? "this one" : `these ${ids.length}`;
        const isNone = ids.length === 0;
        return (
          <>
            <div class="row">
              <button type="button" class="small" disabled={isNone} onClick={() => onReplay({ ids }, what)}>
                Replay chosen
              </button>
              <button type="button" class="small secondary" disabled={isNone} onClick={() => onDiscard({ ids }, what)}>
                Discard chosen
              </button>
              {found.has_more && <span class="faint">The newest {pageSize} are shown.</span>}
            </div>
            <Table caption="Dead letters of this group" columns={["Choose", "Event", "Customer", "Died"]}>
              {found.data.map(row)}
            </Table>
          </>
        );
      }}
    </Show>
  );
}
