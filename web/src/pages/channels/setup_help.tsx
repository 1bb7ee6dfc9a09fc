// How one gets from the provider what a channel is set up with.

import type { ChannelKind } from "./channel_kinds";

export function SetupHelp({ kind, open }: { kind: ChannelKind; open: boolean }) {
  return (
    <details class="help" open={open}>
      <summary>How to set up {kind.label}</summary>
      <ol>
        {kind.steps.map((x) => (
          <li key={x}>{x}</li>
        ))}
      </ol>
    </details>
  );
}
