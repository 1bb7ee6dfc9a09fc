// An object that a file describes: what is changed here, the file would change back.

import { Badge } from "./badge";

export function ManagedBadge({ by }: { by: string | null }) {
  if (by === null) return null;
  return (
    <Badge tone="quiet" title={`The file ${by} describes it`}>
      from file
    </Badge>
  );
}

interface Props {
  what: string;
  by: string | null;
}

export function ManagedBox({ what, by }: Props) {
  if (by === null) return null;
  return (
    <div class="box box-warning">
      <p>
        <strong>
          The file {by} describes {what}.
        </strong>{" "}
        It is changed there and applied with <code>tocsin config apply</code>; here you can only view it.
      </p>
    </div>
  );
}
