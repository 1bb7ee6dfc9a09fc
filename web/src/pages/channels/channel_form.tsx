// What a new channel and a stored one are edited in.

import type { Problem } from "../../api/problem";
import type { Channel } from "../../api/types";
import { CheckField, TextField } from "../../ui/field";
import { ProblemBox } from "../../ui/problem_box";
import { kindOf } from "./channel_kinds";
import type { Draft } from "./draft";
import { FilterFields, RetryFields } from "./policy_fields";
import { SettingFields } from "./setting_fields";
import { TemplateFields } from "./template_fields";
import { SetupHelp } from "./setup_help";

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** The channel that is changed; none for a new one. */
  stored?: Channel;
  problem: Problem | undefined;
}

export function ChannelForm({ draft, onDraft, stored, problem }: Props) {
  const kind = kindOf(draft.type);
  return (
    <>
      <ProblemBox problem={problem} shownElsewhere={["/name", "/settings", "/filters", "/delivery"]} />
      <SetupHelp kind={kind} open={stored === undefined} />
      <TextField
        label="Name"
        value={draft.name}
        required
        placeholder={`ops-${draft.type}`}
        help="For people, to tell your channels apart."
        error={problem?.at("/name")}
        onValue={(name) => onDraft({ ...draft, name })}
      />
      <SettingFields draft={draft} onDraft={onDraft} stored={stored} problem={problem} />
      <CheckField
        label="Enabled"
        checked={draft.enabled}
        help="A disabled channel keeps what it owes and sends it once it is enabled again."
        onChecked={(enabled) => onDraft({ ...draft, enabled })}
      />
      <FilterFields draft={draft} onDraft={onDraft} problem={problem} />
      <TemplateFields draft={draft} onDraft={onDraft} problem={problem} />
      <RetryFields draft={draft} onDraft={onDraft} problem={problem} />
    </>
  );
}
