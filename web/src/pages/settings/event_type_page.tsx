// The catalogue of event types, including custom ones.

import { useState } from "preact/hooks";
import { Problem } from "../../api/problem";
import { eventTypes } from "../../api/tocsin";
import type { EventTypeInfo, EventTypeInput, Severity } from "../../api/types";
import { SeverityBadge } from "../../ui/badge";
import { Confirm, Dialog } from "../../ui/dialog";
import { forgetEventTypes } from "../../ui/event_types";
import { CheckField, SelectField, TextField } from "../../ui/field";
import { useLoad } from "../../ui/load";
import { ManagedBadge } from "../../ui/managed";
import { useMergeForm } from "../../ui/merge_form";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { Cell, Table } from "../../ui/table";
import { toast } from "../../ui/toast";

const severities: readonly Severity[] = ["info", "success", "warning", "error", "critical"];

/** What can be changed of a type. */
type Draft = Pick<EventTypeInput, "title" | "severity" | "default">;

interface FieldsProps {
  draft: Draft;
  onDraft: (part: Partial<Draft>) => void;
  problem: Problem | undefined;
}

function Fields({ draft, onDraft, problem }: FieldsProps) {
  return (
    <>
      <TextField
        label="Title"
        value={draft.title}
        onValue={(title) => onDraft({ title })}
        error={problem?.at("/title")}
        help="The text that messages begin with."
        placeholder="Invoice overdue"
        required
      />
      <SelectField
        label="Severity"
        value={draft.severity}
        onValue={(x) => onDraft({ severity: severities.find((y) => y === x) ?? "info" })}
        choices={severities.map((x) => ({ value: x, label: x }))}
        error={problem?.at("/severity")}
        help="Sets colour and priority; critical ones pass quiet hours."
      />
      <CheckField
        label="On by default"
        checked={draft.default}
        onChecked={(on) => onDraft({ default: on })}
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
            help="As your panel sends it: lower-case letters, digits, and . _ -"
            placeholder="invoice.overdue"
            required
            autofocus
          />
          <Fields draft={draft} onDraft={(part) => setDraft({ ...draft, ...part })} problem={problem} />
        </>
      )}
    </Confirm>
  );
}

async function findType(name: string): Promise<EventTypeInfo> {
  const found = (await eventTypes.list()).find((x) => x.type === name);
  if (!found) throw new Problem(404, "not_found", "It is gone.", `Somebody else has removed ${name}.`);
  return found;
}

function ChangeType({ type, onClose, onDone }: DialogProps & { type: EventTypeInfo }) {
  const [stored, setStored] = useState(type);
  const form = useMergeForm<EventTypeInfo, Draft>({
    stored,
    draftOf: ({ title, severity, default: isOn }) => ({ title, severity, default: isOn }),
    labels: { title: "Title", severity: "Severity", default: "On by default" },
    what: "this event type",
    store: (x, base) => eventTypes.change(base.type, { ...x, title: x.title.trim() }, base.revision ?? 0),
    find: () => findType(type.type),
    onFound: (x) => {
      setStored(x);
      onDone();
    },
  });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await form.save())) return;
    toast(`Saved ${type.type}.`);
    onClose();
  };
  return (
    <Dialog title={`Change ${type.type}`} onClose={onClose}>
      <form onSubmit={(event) => void save(event)} noValidate>
        {form.box}
        <Fields draft={form.draft} onDraft={form.put} problem={form.problem} />
        <ProblemBox problem={form.problem} shownElsewhere={["/title", "/severity"]} />
        <div class="row row-end">
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" aria-busy={form.busy}>
            Save changes
          </button>
        </div>
      </form>
    </Dialog>
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
      <p>New events of the type are refused. Those that were accepted are still delivered.</p>
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
          <span class="faint">built in</span>
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
      intro="What your panel can report. Add custom types for anything else."
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
