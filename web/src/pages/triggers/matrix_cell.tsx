// One cell of the matrix: whether a channel takes an event type, and for mails where to.

import { useId, useState } from "preact/hooks";
import type { EventTypeInfo, MatrixChannel } from "../../api/types";
import { Icon } from "../../ui/icon";
import type { Cell } from "./matrix";

interface Props {
  channel: MatrixChannel;
  type: EventTypeInfo;
  cell: Cell;
  isChanged: boolean;
  isForeign: boolean;
  error: string | undefined;
  onCell: (cell: Cell) => void;
}

export function MatrixCell({ channel, type, cell, isChanged, isForeign, error, onCell }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const name = `${type.type} to ${channel.name} (${channel.type})`;
  const isEmail = channel.type === "email";
  return (
    <td data-name={channel.name} class={`${isChanged ? "changed" : ""} ${isForeign ? "foreign" : ""}`}>
      <div class="matrix-cell">
        <input
          type="checkbox"
          aria-label={`${name}${type.default ? ", on by default" : ""}`}
          checked={cell.on}
          onChange={(event) => onCell({ ...cell, on: event.currentTarget.checked })}
        />
        {type.default && (
          <span class="default-mark" title="On by default" aria-hidden="true">
            •
          </span>
        )}
        {isForeign && (
          <span class="badge badge-warn">
            <Icon name="warning" />
            <span class="visually-hidden">{name}, </span>changed by somebody else
          </span>
        )}
        {isEmail && cell.on && (
          <button
            type="button"
            class="link-button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {cell.to ? `→ ${cell.to}` : "to…"}
            <span class="visually-hidden"> – where {name} goes</span>
          </button>
        )}
      </div>
      {isEmail && (open || error) && (
        <input
          type="text"
          class="cell-to"
          value={cell.to}
          placeholder="the channel's own"
          aria-label={`Addresses for ${name}, separated by commas`}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={error ? id : undefined}
          spellcheck={false}
          onInput={(event) => onCell({ ...cell, to: event.currentTarget.value })}
        />
      )}
      {error && (
        <p class="field-error" id={id}>
          {error}
        </p>
      )}
    </td>
  );
}
