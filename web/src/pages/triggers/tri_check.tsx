// A check box for many: on, off, or some of each.

import { useEffect, useRef } from "preact/hooks";

interface Props {
  label: string;
  values: readonly boolean[];
  onChange: (on: boolean) => void;
}

export function TriCheck({ label, values, onChange }: Props) {
  const ref = useRef<HTMLInputElement>(null);
  const all = values.length > 0 && values.every(Boolean);
  const some = !all && values.some(Boolean);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = some;
  }, [some]);
  return (
    <input
      ref={ref}
      type="checkbox"
      class="tri"
      aria-label={label}
      title={label}
      checked={all}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
