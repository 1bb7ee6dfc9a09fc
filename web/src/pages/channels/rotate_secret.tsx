// A new signing secret for a webhook, and how its receiver checks signatures.

import { useState } from "preact/hooks";
import type { Channel } from "../../api/types";
import { Confirm, Notice } from "../../ui/dialog";
import { Copyable } from "../../ui/copy";
import { SelectField } from "../../ui/field";
import { orReload } from "../../ui/merge";
import { Time } from "../../ui/time";
import { makeSecret, rotate, type Rotated } from "./rotation";
import { snippets } from "./verification_snippets";

interface Props {
  channel: Channel;
  /** Has the channel read again. */
  onReload: () => void;
}

const graces = [
  { value: "86400", label: "a day" },
  { value: "3600", label: "an hour" },
  { value: "604800", label: "a week" },
  { value: "0", label: "not at all: the old one stops working now" },
];

function Verification() {
  const [language, setLanguage] = useState(snippets[0]!.language);
  const snippet = snippets.find((x) => x.language === language) ?? snippets[0]!;
  return (
    <details>
      <summary>How a receiver checks the signature</summary>
      <SelectField
        label="Language"
        value={language}
        onValue={setLanguage}
        choices={snippets.map((x) => ({ value: x.language, label: x.language }))}
      />
      <Copyable text={snippet.text} what={`the ${snippet.language} code`} />
    </details>
  );
}

function NewSecret({ rotated, onClose }: { rotated: Rotated; onClose: () => void }) {
  return (
    <Notice title="The new secret" onClose={onClose}>
      <p>
        Give it to the receiver now: <strong>it is shown only once.</strong>
      </p>
      <Copyable text={rotated.secret} what="the new secret" />
      <p>
        {rotated.previousExpiresAt ? (
          <>
            Until then messages carry signatures with both secrets: the old one expires{" "}
            <Time at={rotated.previousExpiresAt} />.
          </>
        ) : (
          "From now on messages are signed only with this one."
        )}
      </p>
    </Notice>
  );
}

export function RotateSecret({ channel, onReload }: Props) {
  const [asking, setAsking] = useState(false);
  const [grace, setGrace] = useState("86400");
  const [rotated, setRotated] = useState<Rotated>();
  // The same one until it is stored, however often one has to ask: each that is stored ends the one before the last.
  const [secret, setSecret] = useState(makeSecret);
  const isSigned = channel.secrets["secret"]?.configured === true;
  return (
    <section class="card" aria-labelledby="signing">
      <h2 id="signing">Signing</h2>
      <p>{isSigned ? "Messages are signed." : "Messages are not signed yet: whoever knows the address can send to it."}</p>
      <button type="button" class="secondary" onClick={() => setAsking(true)}>
        {isSigned ? "Rotate secret…" : "Make a secret…"}
      </button>
      <Verification />
      {asking && (
        <Confirm
          title={isSigned ? "Rotate the signing secret?" : "Create a signing secret?"}
          verb={isSigned ? "Rotate" : "Make it"}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            setRotated(await orReload(() => rotate(channel, secret, Number(grace)), onReload));
            setSecret(makeSecret());
          }}
        >
          <p>A new secret is created and shown once.</p>
          {isSigned && <SelectField label="How long the old one still counts" value={grace} onValue={setGrace} choices={graces} />}
        </Confirm>
      )}
      {rotated && (
        <NewSecret
          rotated={rotated}
          onClose={() => {
            setRotated(undefined);
            onReload();
          }}
        />
      )}
    </section>
  );
}
