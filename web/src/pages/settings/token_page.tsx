// Tokens: how programs call the API.

import { useId, useState } from "preact/hooks";
import { tokens } from "../../api/tocsin";
import type { NewToken, Scope, Token } from "../../api/types";
import { Copyable } from "../../ui/copy";
import { Confirm, Notice } from "../../ui/dialog";
import { CheckField, TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { Empty, PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { instantOf, Time } from "../../ui/time";
import { toast } from "../../ui/toast";

const scopes: readonly { scope: Scope; help: string }[] = [
  { scope: "events:write", help: "Sends events: all that a hosting panel needs." },
  { scope: "read", help: "Reads everything except the stats, with sensitive texts masked." },
  { scope: "read:sensitive", help: "Together with read: shows the content of events and the destinations of deliveries." },
  { scope: "write", help: "Changes everything." },
  { scope: "stats", help: "Reads the stats, for monitoring." },
];

function MakeToken({ onMade, onClose }: { onMade: (token: NewToken) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["events:write"]);
  const [expires, setExpires] = useState("");
  const id = useId();
  const make = async (): Promise<void> =>
    onMade(
      await tokens.create({
        name: name.trim(),
        scopes: [...chosen],
        ...(expires ? { expires_at: instantOf(expires) } : {}),
      }),
    );
  return (
    <Confirm
      title="Make a token"
      verb="Make token"
      onConfirm={make}
      onClose={onClose}
      shownElsewhere={["/name", "/scopes", "/expires_at"]}
    >
      {(problem) => (
        <>
          <TextField label="Name" value={name} onValue={setName} error={problem?.at("/name")} required autofocus />
          <fieldset aria-describedby={problem?.at("/scopes") ? id : undefined}>
            <legend>What it may do</legend>
            {scopes.map(({ scope, help }) => (
              <CheckField
                key={scope}
                label={<code>{scope}</code>}
                help={help}
                checked={chosen.includes(scope)}
                onChecked={(on) => setChosen(on ? [...chosen, scope] : chosen.filter((x) => x !== scope))}
              />
            ))}
            {problem?.at("/scopes") && (
              <p class="field-error" id={id}>
                {problem.at("/scopes")}
              </p>
            )}
          </fieldset>
          <TextField
            label="Ends at"
            type="datetime-local"
            value={expires}
            onValue={setExpires}
            error={problem?.at("/expires_at")}
            help="Empty: it never expires."
          />
        </>
      )}
    </Confirm>
  );
}

function ShowToken({ token, onClose }: { token: NewToken; onClose: () => void }) {
  return (
    <Notice title={`The token ${token.name}`} onClose={onClose}>
      <p>
        Copy it now: <strong>it is shown only once</strong> and cannot be recovered.
      </p>
      <Copyable text={token.token} what="the token" />
    </Notice>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  return (
    <tr>
      <Cell name="Name">{token.name}</Cell>
      <Cell name="May">
        <span class="row">
          {token.scopes.map((x) => (
            <code key={x}>{x}</code>
          ))}
        </span>
      </Cell>
      <Cell name="Made">
        <Time at={token.created_at} />
      </Cell>
      <Cell name="Last used">{token.last_used_at ? <Time at={token.last_used_at} /> : "never"}</Cell>
      <Cell name="Ends">{token.expires_at ? <Time at={token.expires_at} /> : "never"}</Cell>
      <Cell name="Actions">
        <button type="button" class="small secondary" onClick={onRevoke}>
          Revoke… <span class="visually-hidden">{token.name}</span>
        </button>
      </Cell>
    </tr>
  );
}

export default function TokenPage() {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken>();
  const [revoking, setRevoking] = useState<Token>();
  const list = useLoad(tokens.list, []);
  const revoke = async (): Promise<void> => {
    if (!revoking) return;
    await tokens.revoke(revoking.id);
    toast(`Revoked ${revoking.name}.`);
    list.reload();
  };
  return (
    <PageFrame
      title="API tokens"
      intro="How programs call the API. Your panel needs one that sends events."
      actions={
        <button type="button" onClick={() => setMaking(true)}>
          Make token
        </button>
      }
    >
      <Show of={list}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No tokens">
              <p>Create one with the scope events:write for the panel that sends events.</p>
            </Empty>
          ) : (
            <Table caption="Tokens" columns={["Name", "May", "Made", "Last used", "Ends", "Actions"]}>
              {found.map((x) => (
                <Row key={x.id} token={x} onRevoke={() => setRevoking(x)} />
              ))}
            </Table>
          )
        }
      </Show>
      {making && (
        <MakeToken
          onClose={() => setMaking(false)}
          onMade={(x) => {
            setMade(x);
            list.reload();
          }}
        />
      )}
      {made && !making && <ShowToken token={made} onClose={() => setMade(undefined)} />}
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          verb="Revoke"
          destructive
          onConfirm={revoke}
          onClose={() => setRevoking(undefined)}
        >
          <p>Whatever uses it is refused from now on. This cannot be undone.</p>
        </Confirm>
      )}
    </PageFrame>
  );
}
