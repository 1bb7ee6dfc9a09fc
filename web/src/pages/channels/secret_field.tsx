// A secret can be given and replaced but is never shown again.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { AreaField, TextField } from "../../ui/field";
import type { SettingField } from "./channel_kinds";

interface Props {
  field: SettingField;
  /** What may be shown of what is stored; undefined where nothing is. */
  stored: string | undefined;
  value: string;
  removed: boolean;
  error: string | undefined;
  onValue: (value: string) => void;
  /** Whether what is stored goes; what was typed in its place goes either way. */
  onRemoved: (removed: boolean) => void;
}

export function SecretField({ field, stored, value, removed, error, onValue, onRemoved }: Props) {
  const [replacing, setReplacing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (replacing) box.current?.querySelector<HTMLElement>("input, textarea")?.focus();
  }, [replacing]);
  const isStored = stored !== undefined;
  const isKept = isStored && !replacing && !error && value === "";
  const keep = (): void => {
    setReplacing(false);
    onRemoved(false);
  };
  const removal = isStored && !field.required && (
    <button type="button" class="small secondary" onClick={() => onRemoved(true)} aria-label={`Remove ${field.label}`}>
      Remove
    </button>
  );
  if (removed)
    return (
      <div class="field">
        <p class="label">{field.label}</p>
        <p class="secret">
          Will be removed when you save
          <button type="button" class="small secondary" onClick={keep}>
            Keep it<span class="visually-hidden">: {field.label}</span>
          </button>
        </p>
      </div>
    );
  if (isKept)
    return (
      <div class="field">
        <p class="label">{field.label}</p>
        <p class="secret">
          <span class="break">configured {stored && <code>{stored}</code>}</span>
          <button
            type="button"
            class="small secondary"
            onClick={() => setReplacing(true)}
            aria-label={`Replace ${field.label}`}
          >
            Replace
          </button>
          {removal}
        </p>
      </div>
    );
  const Input = field.kind === "secret-pairs" ? AreaField : TextField;
  return (
    <div ref={box}>
      <Input
        label={field.label}
        help={field.help}
        error={error}
        value={value}
        onValue={(x) => {
          // What is being typed into stays there, however it came.
          setReplacing(true);
          onValue(x);
        }}
        required={field.required === true}
        placeholder={field.placeholder ?? ""}
        {...(field.kind === "secret" ? { type: "password", autocomplete: "new-password" } : {})}
      />
      {isStored && (
        <div class="row">
          <button type="button" class="small secondary" onClick={keep}>
            Keep the stored one<span class="visually-hidden"> as {field.label}</span>
          </button>
          {removal}
        </div>
      )}
    </div>
  );
}
