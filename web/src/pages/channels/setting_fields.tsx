// The fields of a channel's own settings, by its type.

import type { Problem } from "../../api/problem";
import type { Channel } from "../../api/types";
import { AreaField, SelectField, TextField } from "../../ui/field";
import type { SettingField } from "./channel_kinds";
import { fieldsOf, isSecret, storedNames, type Draft } from "./draft";
import { SecretField } from "./secret_field";

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** The channel that is changed; none for a new one. */
  stored: Channel | undefined;
  problem: Problem | undefined;
}

/** What is stored under `key`, as people may see it: of several secrets the names, of one its end. */
function shownOf(channel: Channel | undefined, key: string): string | undefined {
  if (!channel) return undefined;
  const names = storedNames(channel, key);
  if (names.length > 0) return names.join(", ");
  const stored = channel.secrets[key];
  return stored?.configured ? (stored.hint ? `••••${stored.hint}` : "") : undefined;
}

export function SettingFields({ draft, onDraft, stored, problem }: Props) {
  const put = (key: string, value: string): void => onDraft({ ...draft, settings: { ...draft.settings, [key]: value } });
  const putRemoved = (key: string, removed: boolean): void => {
    const others = draft.removed.filter((x) => x !== key);
    const settings = { ...draft.settings, [key]: "" };
    onDraft({ ...draft, settings, removed: removed ? [...others, key] : others });
  };
  const show = (field: SettingField) => {
    const shared = {
      label: field.label,
      help: field.help,
      error: problem?.at(`/settings/${field.key}`),
      value: draft.settings[field.key] ?? "",
      onValue: (value: string) => put(field.key, value),
      required: field.required === true,
      placeholder: field.placeholder ?? "",
    };
    if (isSecret(field))
      return (
        <SecretField
          // What was stored starts over, as a secret that is configured.
          key={`${field.key} ${stored?.revision ?? 0}`}
          {...shared}
          field={field}
          stored={shownOf(stored, field.key)}
          removed={draft.removed.includes(field.key)}
          onRemoved={(removed) => putRemoved(field.key, removed)}
        />
      );
    if (field.choices) return <SelectField key={field.key} {...shared} choices={field.choices} />;
    if (field.kind === "lines") return <AreaField key={field.key} {...shared} />;
    return <TextField key={field.key} {...shared} type={field.kind === "number" ? "number" : "text"} />;
  };
  return <>{fieldsOf(draft).map(show)}</>;
}
