// What a channel lets through, and how it tries again.

import type { Problem } from "../../api/problem";
import type { DeliveryPolicy } from "../../api/types";
import { isPortal } from "../../session";
import { SelectField, TextField } from "../../ui/field";
import { SelectionFields } from "../../ui/selection_fields";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  problem: Problem | undefined;
}

const pauses: readonly { key: "first_retry_seconds" | "max_retry_seconds" | "give_up_seconds"; label: string; help: string }[] = [
  { key: "first_retry_seconds", label: "First retry after (s)", help: "Each further pause is three times as long." },
  { key: "max_retry_seconds", label: "Longest pause (s)", help: "Pauses grow up to this." },
  { key: "give_up_seconds", label: "Give up after (s)", help: "At this age it becomes a dead letter." },
];

export function FilterFields({ draft, onDraft, problem }: Props) {
  const put = (filters: Draft["filters"]): void => onDraft({ ...draft, filters });
  const { customers, services } = draft.filters;
  return (
    <details open={problem?.at("/filters") !== undefined}>
      <summary>Filters: which customers and services</summary>
      {!isPortal && (
        <SelectionFields
          what="customers"
          example="acme"
          value={customers}
          onValue={(x) => put({ services, customers: x })}
          errorOf={(part) => problem?.at(`/filters/customers/${part}`)}
        />
      )}
      <SelectionFields
        what="services"
        example="my-app"
        value={services}
        onValue={(x) => put({ customers, services: x })}
        errorOf={(part) => problem?.at(`/filters/services/${part}`)}
      />
    </details>
  );
}

export function RetryFields({ draft, onDraft, problem }: Props) {
  const put = (part: Partial<DeliveryPolicy>): void => onDraft({ ...draft, delivery: { ...draft.delivery, ...part } });
  return (
    <details open={problem?.at("/delivery") !== undefined}>
      <summary>Retries</summary>
      <div class="triple">
        {pauses.map(({ key, label, help }) => (
          <TextField
            key={key}
            label={label}
            help={help}
            type="number"
            placeholder="as the service"
            error={problem?.at(`/delivery/${key}`)}
            value={draft.delivery[key]?.toString() ?? ""}
            onValue={(text) => put({ [key]: text === "" ? null : Number(text) })}
          />
        ))}
      </div>
      <SelectField
        label="When an attempt ends without an answer"
        help="Then nobody knows whether the message arrived."
        value={draft.delivery.on_ambiguous}
        onValue={(x) => put({ on_ambiguous: x === "dead_letter" ? "dead_letter" : "retry" })}
        choices={[
          { value: "retry", label: "Try again – it may arrive twice" },
          { value: "dead_letter", label: "Make it a dead letter – it may not arrive" },
        ]}
      />
    </details>
  );
}
