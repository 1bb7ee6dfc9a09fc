// Custom wording for what a channel sends (docs/templates.md).

import type { Problem } from "../../api/problem";
import type { ChannelType } from "../../api/types";
import { useEventTypes } from "../../ui/event_types";
import { AreaField, SelectField } from "../../ui/field";
import { hasTemplates, type Draft, type Template } from "./draft";

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  problem: Problem | undefined;
}

interface Part {
  key: string;
  label: string;
  placeholder: string;
}

const subject: Part = { key: "subject", label: "Subject, or first line", placeholder: "{{headline}}" };
const body: Part = { key: "body", label: "Body", placeholder: "{{message}}" };
const html: Part = { key: "html", label: "Body as HTML", placeholder: "<p>{{message}}</p>" };

const partsOf: Record<ChannelType, readonly Part[]> = {
  email: [subject, body, html],
  slack: [subject, body],
  discord: [subject, body],
  telegram: [subject, body],
  webhook: [{ ...body, placeholder: '{"text":"{{message}}"}' }],
};

/** What a template can contain, as docs/templates.md has it. */
const names: readonly { names: string; meaning: string }[] = [
  { names: "{{event}} {{severity}} {{color}}", meaning: "deploy.failure, error, #d1453b" },
  { names: "{{title}} {{headline}}", meaning: "Deployment failed; Deployment failed: my-app" },
  { names: "{{service}} {{customer}} {{message}}", meaning: "as in the event" },
  { names: "{{timestamp}} {{time}}", meaning: "as in the event, and for people" },
  { names: "{{details.KEY}}", meaning: "a value of the event's details" },
  { names: "{{#details.KEY}}…{{/details.KEY}}", meaning: "only if it exists, and for each entry of a list" },
  { names: "{{^details.KEY}}…{{/details.KEY}}", meaning: "only if it does not exist" },
  { names: "{{#facts}}{{name}}: {{value}}{{/facts}}", meaning: "service, customer, details and time as a list" },
  { names: "{{event_id}} {{delivery_id}} {{public_name}}", meaning: "the ids, and what the service calls itself" },
];

function Names() {
  return (
    <details>
      <summary>What a template can contain</summary>
      <dl class="facts">
        {names.map((x) => (
          <div key={x.names}>
            <dt>
              <code>{x.names}</code>
            </dt>
            <dd>{x.meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="field-help">Values are escaped for their medium. Faults are shown with line and column when the channel is saved or previewed.</p>
    </details>
  );
}

export function TemplateFields({ draft, onDraft, problem }: Props) {
  const types = useEventTypes();
  if (!hasTemplates(draft)) return null;
  const used = new Set(draft.templates.map((x) => x.type));
  const free = ["*", ...types.map((x) => x.type)].filter((x) => !used.has(x));
  const put = (templates: readonly Template[]): void => onDraft({ ...draft, templates });
  const putPart = (type: string, part: string, text: string): void =>
    put(draft.templates.map((x) => (x.type === type ? { type, parts: { ...x.parts, [part]: text } } : x)));
  return (
    <details open={problem?.at("/settings/templates") !== undefined}>
      <summary>Templates: custom wording</summary>
      <p class="field-help">
        Mustache, such as <code>{"{{headline}}"}</code>. Parts without a template keep their default text. Preview, under Send Test, shows
        the result before it is saved.
      </p>
      <Names />
      {draft.templates.map((template) => (
        <fieldset key={template.type} class="card">
          <legend>{template.type === "*" ? "All other event types" : template.type}</legend>
          {partsOf[draft.type].map((part) => (
            <AreaField
              key={part.key}
              label={part.label}
              rows={part.key === "subject" ? 1 : 4}
              unmarked
              placeholder={part.placeholder}
              value={template.parts[part.key] ?? ""}
              error={problem?.at(`/settings/templates/${template.type}/${part.key}`)}
              onValue={(text) => putPart(template.type, part.key, text)}
            />
          ))}
          <button
            type="button"
            class="small secondary"
            onClick={() => put(draft.templates.filter((x) => x !== template))}
          >
            Take away<span class="visually-hidden"> the template for {template.type}</span>
          </button>
        </fieldset>
      ))}
      {free.length > 0 && (
        <SelectField
          label="Add a template for"
          value=""
          onValue={(type) => put([...draft.templates, { type, parts: {} }])}
          choices={[
            { value: "", label: "choose…" },
            ...free.map((x) => ({ value: x, label: x === "*" ? "all other event types" : x })),
          ]}
        />
      )}
    </details>
  );
}
