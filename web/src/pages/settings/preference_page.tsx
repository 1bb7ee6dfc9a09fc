// What a recipient wants to hear of, through all of its channels, and when.

import { useState } from "preact/hooks";
import { preferences } from "../../api/tocsin";
import type { Preference, PreferenceInput } from "../../api/types";
import { useAction } from "../../ui/action";
import { ConflictBox } from "../../ui/conflict_box";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { OwnerChoice, useOwner } from "../../ui/owner_choice";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { SelectionFields, tidy } from "../../ui/selection_fields";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { QuietHoursFields } from "./quiet_hours";

interface EditorProps {
  owner: string;
  stored: Preference;
  onStored: (value: Preference) => void;
  onReload: () => void;
}

const kinds = [
  { key: "customers", example: "acme", forAdmins: true },
  { key: "services", example: "my-app", forAdmins: false },
  { key: "event_types", example: "deploy.success", forAdmins: false },
] as const;

function Editor({ owner, stored, onStored, onReload }: EditorProps) {
  const [draft, setDraft] = useState(stored);
  const action = useAction();
  useAskBeforeLeaving(JSON.stringify(draft) !== JSON.stringify(stored));
  const save = async (revision: number): Promise<void> => {
    const body: PreferenceInput = {
      quiet_hours: draft.quiet_hours,
      customers: tidy(draft.customers),
      services: tidy(draft.services),
      event_types: tidy(draft.event_types),
      revision,
    };
    const now = await action.run(() => preferences.store(owner, body));
    if (!now) return;
    toast("Saved the preferences.");
    onStored(now);
  };
  const overwrite = async (): Promise<void> => {
    const theirs = await action.run(() => preferences.find(owner));
    if (theirs) await save(theirs.revision);
  };
  const shownKinds = kinds.filter((x) => !x.forAdmins || owner.startsWith("admin/"));
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save(stored.revision);
      }}
    >
      {action.problem?.isConflict ? (
        <ConflictBox what="these preferences" onLoadTheirs={onReload} onOverwrite={overwrite} />
      ) : (
        <ProblemBox problem={action.problem} shownElsewhere={kinds.map((x) => `/${x.key}`)} />
      )}
      <ManagedBox what="these preferences" by={stored.managed_by} />
      {shownKinds.map(({ key, example }) => (
        <SelectionFields
          key={key}
          what={key.replace("_", " ")}
          example={example}
          value={draft[key]}
          onValue={(x) => setDraft({ ...draft, [key]: x })}
          errorOf={(part) => action.problem?.at(`/${key}/${part}`)}
        />
      ))}
      <QuietHoursFields
        value={draft.quiet_hours}
        onValue={(quiet_hours) => setDraft({ ...draft, quiet_hours })}
        problem={action.problem}
      />
      <button type="submit" aria-busy={action.busy} disabled={stored.managed_by !== null}>
        Save changes
      </button>
    </form>
  );
}

export default function PreferencePage() {
  const owner = useOwner();
  const found = useLoad((abort) => preferences.find(owner, abort), [owner]);
  return (
    <PageFrame
      title="Preferences"
      intro="What comes through all channels together, and when. With nothing set, everything does at any hour."
      actions={<OwnerChoice />}
    >
      <Show of={found}>
        {(value) => (
          <Editor
            key={`${owner} ${value.revision}`}
            owner={owner}
            stored={value}
            onStored={found.put}
            onReload={found.reload}
          />
        )}
      </Show>
    </PageFrame>
  );
}
