// What a recipient wants to hear of, through all of its channels, and when.

import { preferences } from "../../api/tocsin";
import type { Preference } from "../../api/types";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { useMergeForm } from "../../ui/merge_form";
import { OwnerChoice, useOwner } from "../../ui/owner_choice";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { SelectionFields } from "../../ui/selection_fields";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { draftOf, inputOf, labels, partsOf, selectionOf, type Draft } from "./preference_draft";
import { QuietHoursFields } from "./quiet_hours";

interface EditorProps {
  owner: string;
  stored: Preference;
  onFound: (value: Preference) => void;
}

const kinds = [
  { key: "customers", example: "acme", forAdmins: true },
  { key: "services", example: "my-app", forAdmins: false },
  { key: "event_types", example: "deploy.success", forAdmins: false },
] as const;

function Editor({ owner, stored, onFound }: EditorProps) {
  const form = useMergeForm<Preference, Draft>({
    stored,
    draftOf,
    labels,
    what: "these preferences",
    store: (x, { revision }) => preferences.store(owner, inputOf(x, revision)),
    find: () => preferences.find(owner),
    onFound,
  });
  useAskBeforeLeaving(form.isDirty);
  const { draft, put, problem } = form;
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await form.save()) toast("Saved the preferences.");
  };
  const shownKinds = kinds.filter((x) => !x.forAdmins || owner.startsWith("admin/"));
  return (
    <form class="card" noValidate onSubmit={(event) => void save(event)}>
      {form.box}
      <ProblemBox problem={problem} shownElsewhere={kinds.map((x) => `/${x.key}`)} />
      <ManagedBox what="these preferences" by={stored.managed_by} />
      {shownKinds.map(({ key, example }) => (
        <SelectionFields
          key={key}
          what={key.replace("_", " ")}
          example={example}
          value={selectionOf(draft, key)}
          onValue={(x) => put(partsOf(key, x))}
          errorOf={(part) => problem?.at(`/${key}/${part}`)}
        />
      ))}
      <QuietHoursFields
        value={draft.quiet_hours}
        onValue={(quiet_hours) => put({ quiet_hours })}
        problem={problem}
      />
      <button type="submit" aria-busy={form.busy} disabled={stored.managed_by !== null}>
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
      intro="What all channels together let pass, and when. With nothing set, everything passes at any hour."
      actions={<OwnerChoice />}
    >
      <Show of={found}>
        {(value) => <Editor key={owner} owner={owner} stored={value} onFound={found.put} />}
      </Show>
    </PageFrame>
  );
}
