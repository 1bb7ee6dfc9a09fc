// One field of a form: label, input, help, and what is wrong with it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Common {
  label: string;
  /** Whether it goes without saying that the field may stay empty, as with filters. */
  unmarked?: boolean;
  help?: ComponentChildren;
  error?: string | undefined;
}

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

interface FrameProps extends Common {
  optional?: boolean;
  children: (wiring: Wiring) => ComponentChildren;
}

/** What all fields share; `children` makes the input with the attributes that tie it to the rest. */
export function Field({ label, help, error, optional, children }: FrameProps) {
  const id = useId();
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="faint"> (optional)</span>}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? "true" : undefined })}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {help && (
        <p class="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

interface TextProps extends Common {
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "password" | "number" | "email" | "time" | "search" | "datetime-local";
  required?: boolean;
  placeholder?: string;
  autocomplete?: "off" | "username" | "current-password" | "new-password";
  autofocus?: boolean;
}

export function TextField(props: TextProps) {
  const { label, help, error, value, onValue, type = "text", required = false, unmarked = false } = props;
  return (
    <Field label={label} help={help} error={error} optional={!required && !unmarked}>
      {(wiring) => (
        <input
          {...wiring}
          type={type}
          value={value}
          required={required}
          placeholder={props.placeholder}
          autocomplete={props.autocomplete ?? "off"}
          autofocus={props.autofocus}
          spellcheck={false}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface AreaProps extends Common {
  value: string;
  onValue: (value: string) => void;
  required?: boolean;
  placeholder?: string;
  rows?: number;
}

export function AreaField(props: AreaProps) {
  const { label, help, error, value, onValue, required = false, unmarked = false, placeholder, rows = 3 } = props;
  return (
    <Field label={label} help={help} error={error} optional={!required && !unmarked}>
      {(wiring) => (
        <textarea
          {...wiring}
          rows={rows}
          value={value}
          required={required}
          placeholder={placeholder}
          spellcheck={false}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice {
  value: string;
  label: string;
}

interface SelectProps extends Common {
  value: string;
  onValue: (value: string) => void;
  choices: readonly Choice[];
}

export function SelectField({ label, help, error, value, onValue, choices }: SelectProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(wiring) => (
        <select {...wiring} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {choices.map((x) => (
            <option key={x.value} value={x.value}>
              {x.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: ComponentChildren;
  checked: boolean;
  onChecked: (checked: boolean) => void;
  help?: string;
}

export function CheckField({ label, checked, onChecked, help }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        {help && (
          <p class="field-help" id={`${id}-help`}>
            {help}
          </p>
        )}
      </div>
    </div>
  );
}

/** The entries of a text with one on each line, or with commas between them. */
export function listOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((x) => x.trim())
    .filter((x) => x !== "");
}
