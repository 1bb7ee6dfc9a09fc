// The admins, and the passwords they sign in with.

import { useState } from "preact/hooks";
import { admins } from "../../api/tocsin";
import type { Admin } from "../../api/types";
import { nameOf, who } from "../../session";
import { Confirm } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { ManagedBadge } from "../../ui/managed";
import { PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

function AddAdmin({ onClose, onDone }: DialogProps) {
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const add = async (): Promise<void> => {
    await admins.create({ name: name.trim(), ...(displayName.trim() ? { display_name: displayName.trim() } : {}) });
    toast(`Added ${name}. Set a password to let them sign in.`);
    onDone();
  };
  return (
    <Confirm title="Add an admin" verb="Add admin" onConfirm={add} onClose={onClose} shownElsewhere={["/name", "/display_name"]}>
      {(problem) => (
        <>
          <TextField
            label="Name"
            value={name}
            onValue={setName}
            error={problem?.at("/name")}
            help="What they sign in with: lower-case letters, digits, and . _ -"
            required
            autofocus
          />
          <TextField
            label="Display name"
            value={displayName}
            onValue={setDisplayName}
            error={problem?.at("/display_name")}
          />
        </>
      )}
    </Confirm>
  );
}

function SetPassword({ admin, onClose }: { admin: Admin; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const isOwn = admin.name === nameOf(who.value);
  const store = async (): Promise<void> => {
    await admins.setPassword(admin.name, password);
    toast(`Stored the password of ${admin.name}.`);
  };
  return (
    <Confirm
      title={`Set the password of ${admin.display_name}`}
      verb="Set password"
      ready={password !== "" && password === again}
      onConfirm={store}
      onClose={onClose}
      shownElsewhere={["/password"]}
    >
      {(problem) => (
        <>
          <p>All sessions of {isOwn ? "yours end, this one too" : `${admin.name} end`}.</p>
          <TextField
            label="New password"
            type="password"
            value={password}
            onValue={setPassword}
            error={problem?.at("/password")}
            help="At least 12 characters."
            autocomplete="new-password"
            required
            autofocus
          />
          <TextField
            label="The same again"
            type="password"
            value={again}
            onValue={setAgain}
            error={again !== "" && again !== password ? "The two differ." : undefined}
            autocomplete="new-password"
            required
          />
        </>
      )}
    </Confirm>
  );
}

function RemoveAdmin({ admin, onClose, onDone }: DialogProps & { admin: Admin }) {
  const doIt = async (): Promise<void> => {
    await admins.remove(admin.name);
    toast(`Removed ${admin.name}.`);
    onDone();
  };
  return (
    <Confirm title={`Remove ${admin.display_name}?`} verb="Remove" destructive onConfirm={doIt} onClose={onClose}>
      <p>Their preferences and sessions are removed too. Their channels have to be removed first.</p>
    </Confirm>
  );
}

type Open = { is: "add" } | { is: "password" | "remove"; admin: Admin };

export default function AdminPage() {
  const [open, setOpen] = useState<Open>();
  const list = useLoad(admins.list, []);
  const close = (): void => setOpen(undefined);
  const row = (x: Admin) => (
    <tr key={x.name}>
      <Cell name="Name">
        {x.name} {x.name === nameOf(who.value) && <span class="faint">(you)</span>}{" "}
        <ManagedBadge by={x.managed_by} />
      </Cell>
      <Cell name="Display name">{x.display_name}</Cell>
      <Cell name="Since">
        <Time at={x.created_at} />
      </Cell>
      <Cell name="Actions">
        <span class="row">
          <button
            type="button"
            class="small secondary"
            onClick={() => setOpen({ is: "password", admin: x })}
          >
            Password… <span class="visually-hidden">of {x.name}</span>
          </button>
          <button
            type="button"
            class="small secondary"
            onClick={() => setOpen({ is: "remove", admin: x })}
          >
            Remove… <span class="visually-hidden">{x.name}</span>
          </button>
        </span>
      </Cell>
    </tr>
  );
  return (
    <PageFrame
      title="Admins"
      intro="Who may sign in here, and gets the events of all customers."
      actions={
        <button type="button" onClick={() => setOpen({ is: "add" })}>
          Add admin
        </button>
      }
    >
      <Show of={list}>
        {(found) => (
          <Table caption="Admins" columns={["Name", "Display name", "Since", "Actions"]}>
            {found.map(row)}
          </Table>
        )}
      </Show>
      {open?.is === "add" && <AddAdmin onClose={close} onDone={list.reload} />}
      {open?.is === "password" && <SetPassword admin={open.admin} onClose={close} />}
      {open?.is === "remove" && <RemoveAdmin admin={open.admin} onClose={close} onDone={list.reload} />}
    </PageFrame>
  );
}
