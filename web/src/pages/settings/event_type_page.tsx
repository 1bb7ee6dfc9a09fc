// The catalogue of event types, and those of one's own in it.

import { useState } from "preact/hooks";
import type { Problem } from "../../api/problem";
import { eventTypes } from "../../api/tocsin";
import type { EventTypeInfo, EventTypeInput, Severity } from "../../api/types";
import { SeverityBadge } from "../../ui/badge";
import { Confirm } from "../../ui/dialog";
import { forgetEventTypes } from "../../ui/event_types";
import { CheckField, SelectField, TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { ManagedBadge } from "../../ui/managed";
import { PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { toast } from "../../ui/toast";

const severities: readonly Severity[] = ["info", "success", "warning", "error", "critical"];

interface FieldsProps {
  draft: EventTypeInput;
  onDraft: (draft: EventTypeInput) => void;
  problem: Problem | undefined;
}

function Fields({ draft, onDraft, problem }: FieldsProps) {
  return (
    <>
      <TextField
        label="Title"
        value={draft.title}
        onValue={(title) => onDraft({ ...draft, title })}
        error={problem?.at("/title")}
        help="What messages begin with."
        placeholder="Invoice overdue"
        required
      />
      <SelectField
        label="Severity"
        value={draft.severity}
        onValue={(x) => onDraft({ ...draft, severity: severities.find((y) => y === x) ?? "info" })}
        choices={severities.map((x) => ({ value: x, label: x }))}
        error={problem?.at("/severity")}
        help="Gives colour and priority; critical ones come through quiet hours."
      />
      <CheckField
        label="On by default"
        checked={draft.default}
        onChecked={(on) => onDraft({ ...draft, default: on })}
        help="Channels take it unless their triggers say otherwise."
      />
    </>
  );
}

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

function AddType({ onClose, onDone }: DialogProps) {
  const [draft, setDraft] = useState<EventTypeInput>({ type: "", title: "", severity: "info", default: true });
  const add = async (): Promise<void> => {
    const stored = await eventTypes.create({ ...draft, type: draft.type.trim(), title: draft.title.trim() });
    toast(`Added ${stored.type}: your panel may send it from now on.`);
    onDone();
  };
  return (
    <Confirm
      title="Add an event type"
      verb="Add event type"
      onConfirm={add}
      onClose={onClose}
      shownElsewhere={["/type", "/title", "/severity"]}
    >
      {(problem) => (
        <>
          <TextField
            label="Type"
            value={draft.type}
            onValue={(type) => setDraft({ ...draft, type })}
            error={problem?.at("/type")}
            help="As your panel sends it: small letters, digits, and . _ -"
            placeholder="invoice.overdue"
            required
            autofocus
          />
          <Fields draft={draft} onDraft={setDraft} problem={problem} />
        </>
      )}
    </Confirm>
  );
}

function ChangeType({ type, onClose, onDone }: DialogProps & { type: EventTypeInfo }) {
  const [draft, setDraft] = useState<EventTypeInput>(type);
  const change = async (): Promise<void> => {
    const { title, severity } = draft;
    await eventTypes.change(type.type, { title: title.trim(), severity, default: draft.default }, type.revision ?? 0);
    toast(`Saved ${type.type}.`);
    onDone();
  };
  return (
    <Confirm
      title={`Change ${type.type}`}
      verb="Save changes"
      onConfirm={change}
      onClose={onClose}
      shownElsewhere={["/title", "/severity"]}
    >
      {(problem) => <Fields draft={draft} onDraft={setDraft} problem={problem} />}
    </Confirm>
  );
}

function RemoveType({ type, onClose, onDone }: DialogProps & { type: EventTypeInfo }) {
  const remove = async (): Promise<void> => {
    await eventTypes.remove(type.type);
    toast(`Removed ${type.type}.`);
    onDone();
  };
  return (
    <Confirm title={`Remove ${type.type}?`} verb="Remove" destructive onConfirm={remove} onClose={onClose}>
      <p>New events of the type are refused. Those that were taken are still delivered.</p>
    </Confirm>
  );
}

type Open = { is: "add" } | { is: "change" | "remove"; type: EventTypeInfo };

function Row({ type, onOpen }: { type: EventTypeInfo; onOpen: (open: Open) => void }) {
  return (
    <tr>
      <Cell name="Type">
        <code>{type.type}</code> <ManagedBadge by={type.managed_by} />
      </Cell>
      <Cell name="Title">{type.title}</Cell>
      <Cell name="Severity">
        <SeverityBadge severity={type.severity} />
      </Cell>
      <Cell name="By default">{type.default ? "on" : "off"}</Cell>
      <Cell name="Actions">
        {type.managed_by !== null ? (
          <span class="faint">changed in its file</span>
        ) : type.custom ? (
          <span class="row">
            <button type="button" class="small secondary" onClick={() => onOpen({ is: "change", type })}>
              Change… <span class="visually-hidden">{type.type}</span>
            </button>
            <button type="button" class="small secondary" onClick={() => onOpen({ is: "remove", type })}>
              Remove… <span class="visually-hidden">{type.type}</span>
            </button>
          </span>
        ) : (
          <span class="faint">always there</span>
        )}
      </Cell>
    </tr>
  );
}

export default function EventTypePage() {
  const [open, setOpen] = useState<Open>();
  const list = useLoad(eventTypes.list, []);
  const close = (): void => setOpen(undefined);
  const done = (): void => {
    forgetEventTypes();
    list.reload();
  };
  return (
    <PageFrame
      title="Event types"
      intro="What your panel can report. Add types of your own for what else it knows."
      actions={
        <button type="button" onClick={() => setOpen({ is: "add" })}>
          Add event type
        </button>
      }
    >
      <Show of={list}>
        {(found) => (
          <Table caption="Event types" columns={["Type", "Title", "Severity", "By default", "Actions"]}>
            {found.map((x) => (
              <Row key={x.type} type={x} onOpen={setOpen} />
            ))}
          </Table>
        )}
      </Show>
      {open?.is === "add" && <AddType onClose={close} onDone={done} />}
      {open?.is === "change" && <ChangeType type={open.type} onClose={close} onDone={done} />}
      {open?.is === "remove" && <RemoveType type={open.type} onClose={close} onDone={done} />}
    </PageFrame>
  );
}
