// Admins choose whose things they look at; customers have their own alone.

import { useLocation } from "preact-iso/router";
import { admins, customers } from "../api/tocsin";
import type { RecipientId } from "../api/types";
import { isPortal, who } from "../session";
import { useLoad } from "./load";
import { mayLeave } from "./unsaved";

/** Whose things a page is about, from its address. */
export function useOwner(): RecipientId {
  const { query } = useLocation();
  return isPortal ? who.value : query["owner"] || who.value;
}

async function recipients(abort: AbortSignal): Promise<{ id: RecipientId; label: string }[]> {
  const [those, others] = await Promise.all([admins.list(abort), customers.list(abort)]);
  return [
    ...those.map((x) => ({ id: `admin/${x.name}`, label: `${x.display_name} (admin)` })),
    ...others.map((x) => ({ id: `customer/${x.name}`, label: `${x.display_name} (customer)` })),
  ];
}

export function OwnerChoice() {
  const { path, route } = useLocation();
  const owner = useOwner();
  const found = useLoad(recipients, []);
  if (isPortal) return null;
  const known = found.value ?? [];
  return (
    <select
      class="small"
      aria-label="Whose"
      value={owner}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        if (mayLeave()) route(`${path}?owner=${encodeURIComponent(chosen)}`);
        else event.currentTarget.value = owner;
      }}
    >
      {!known.some((x) => x.id === owner) && <option value={owner}>{owner}</option>}
      {known.map((x) => (
        <option key={x.id} value={x.id}>
          {x.label}
        </option>
      ))}
    </select>
  );
}
