// One customer: what it is called, its services, its way into the portal.

import { useRoute } from "preact-iso/router";
import { useState } from "preact/hooks";
import { customers } from "../../api/tocsin";
import type { Customer } from "../../api/types";
import { Confirm } from "../../ui/dialog";
import { AreaField, CheckField, listOf, TextField } from "../../ui/field";
import { Link, useGo } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { useMergeForm } from "../../ui/merge_form";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { PortalAccess } from "./portal_access";
import { ReachForm } from "./reach_form";

interface Draft {
  display_name: string;
  /** One on each line. */
  services: string;
  portal_enabled: boolean;
}

function draftOf(x: Customer): Draft {
  return { display_name: x.display_name, services: x.services.join("\n"), portal_enabled: x.portal_enabled };
}

function CustomerForm({ customer, onFound }: { customer: Customer; onFound: (customer: Customer) => void }) {
  const form = useMergeForm<Customer, Draft>({
    stored: customer,
    draftOf,
    labels: { display_name: "Display name", services: "Services", portal_enabled: "Portal" },
    what: "this customer",
    store: (x, base) => {
      const body = { ...x, display_name: x.display_name.trim(), services: listOf(x.services) };
      return customers.change(base.name, body, base.revision);
    },
    find: () => customers.find(customer.name),
    onFound,
  });
  useAskBeforeLeaving(form.isDirty);
  const { draft, put, problem } = form;
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await form.save()) toast(`Saved ${draft.display_name.trim()}.`);
  };
  return (
    <form class="card" noValidate onSubmit={(event) => void save(event)}>
      {form.box}
      <ProblemBox problem={problem} shownElsewhere={["/display_name", "/services"]} />
      <ManagedBox what="this customer" by={customer.managed_by} />
      <TextField
        label="Display name"
        value={draft.display_name}
        onValue={(display_name) => put({ display_name })}
        error={problem?.at("/display_name")}
        required
      />
      <AreaField
        label="Services"
        value={draft.services}
        onValue={(services) => put({ services })}
        rows={5}
        error={problem?.at("/services")}
        help="One per line. A customer is told only of its own services."
      />
      <CheckField
        label="Portal"
        checked={draft.portal_enabled}
        onChecked={(portal_enabled) => put({ portal_enabled })}
        help="May have its own channels and see its events. Turning it off ends its sessions at once."
      />
      <button type="submit" aria-busy={form.busy} disabled={customer.managed_by !== null}>
        Save changes
      </button>
    </form>
  );
}

function RemoveCustomer({ customer }: { customer: Customer }) {
  const [asking, setAsking] = useState(false);
  const go = useGo();
  const doIt = async (): Promise<void> => {
    await customers.remove(customer.name);
    toast(`Removed ${customer.display_name}.`);
    go("/customers");
  };
  return (
    <>
      <button type="button" class="danger-outline" onClick={() => setAsking(true)}>
        Remove customer…
      </button>
      {asking && (
        <Confirm
          title={`Remove ${customer.display_name}?`}
          verb="Remove"
          destructive
          onConfirm={doIt}
          onClose={() => setAsking(false)}
        >
          <p>Its preferences and sessions are removed too. Its channels have to be removed first.</p>
        </Confirm>
      )}
    </>
  );
}

export default function CustomerDetail() {
  const { params } = useRoute();
  const name = params["customer"] ?? "";
  const customer = useLoad((abort) => customers.find(name, abort), [name]);
  const owner = encodeURIComponent(`customer/${name}`);
  return (
    <PageFrame title={customer.value?.display_name ?? "Customer"} actions={<Link path="/customers">All customers</Link>}>
      <Show of={customer}>
        {(found) => (
          <>
            <div class="editor">
              <CustomerForm key={found.name} customer={found} onFound={customer.put} />
              <div>
                <PortalAccess customer={found} />
                <section class="card" aria-labelledby="theirs">
                  <h2 id="theirs">What it has set up</h2>
                  <ul>
                    <li>
                      <Link path={`/channels?owner=${owner}`}>Channels</Link>
                    </li>
                    <li>
                      <Link path={`/triggers?owner=${owner}`}>Triggers</Link>
                    </li>
                    <li>
                      <Link path={`/preferences?owner=${owner}`}>Preferences and quiet hours</Link>
                    </li>
                    <li>
                      <Link path={`/deliveries?customer=${encodeURIComponent(found.name)}`}>Deliveries about it</Link>
                    </li>
                  </ul>
                </section>
                <ReachForm customer={found.name} who={found.display_name} />
              </div>
            </div>
            {found.managed_by === null && <RemoveCustomer customer={found} />}
          </>
        )}
      </Show>
    </PageFrame>
  );
}
