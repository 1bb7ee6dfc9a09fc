// One customer: what it is called, its services, its way into the portal.

import { useRoute } from "preact-iso/router";
import { useState } from "preact/hooks";
import { customers } from "../../api/tocsin";
import type { Customer } from "../../api/types";
import { useAction } from "../../ui/action";
import { ConflictBox } from "../../ui/conflict_box";
import { Confirm } from "../../ui/dialog";
import { AreaField, CheckField, listOf, TextField } from "../../ui/field";
import { Link, useGo } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBox } from "../../ui/managed";
import { PageFrame, Show } from "../../ui/page";
import { ProblemBox } from "../../ui/problem_box";
import { toast } from "../../ui/toast";
import { useAskBeforeLeaving } from "../../ui/unsaved";
import { PortalAccess } from "./portal_access";
import { ReachForm } from "./reach_form";

interface FormProps {
  customer: Customer;
  onStored: (customer: Customer) => void;
  onReload: () => void;
}

function CustomerForm({ customer, onStored, onReload }: FormProps) {
  const storedServices = customer.services.join("\n");
  const [displayName, setDisplayName] = useState(customer.display_name);
  const [services, setServices] = useState(storedServices);
  const [portal, setPortal] = useState(customer.portal_enabled);
  const action = useAction();
  useAskBeforeLeaving(
    displayName !== customer.display_name || services !== storedServices || portal !== customer.portal_enabled,
  );
  const save = async (revision: number): Promise<void> => {
    const body = { display_name: displayName.trim(), services: listOf(services), portal_enabled: portal };
    const stored = await action.run(() => customers.change(customer.name, body, revision));
    if (!stored) return;
    toast(`Saved ${stored.display_name}.`);
    onStored(stored);
  };
  const overwrite = async (): Promise<void> => {
    const theirs = await action.run(() => customers.find(customer.name));
    if (theirs) await save(theirs.revision);
  };
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save(customer.revision);
      }}
    >
      {action.problem?.isConflict ? (
        <ConflictBox what="this customer" onLoadTheirs={onReload} onOverwrite={overwrite} />
      ) : (
        <ProblemBox problem={action.problem} shownElsewhere={["/display_name", "/services"]} />
      )}
      <ManagedBox what="this customer" by={customer.managed_by} />
      <TextField
        label="Display name"
        value={displayName}
        onValue={setDisplayName}
        error={action.problem?.at("/display_name")}
        required
      />
      <AreaField
        label="Services"
        value={services}
        onValue={setServices}
        rows={5}
        error={action.problem?.at("/services")}
        help="One on each line. A customer hears of its own services only."
      />
      <CheckField
        label="Portal"
        checked={portal}
        onChecked={setPortal}
        help="May have channels of its own and see its events. Switching it off ends its sessions at once."
      />
      <button type="submit" aria-busy={action.busy} disabled={customer.managed_by !== null}>
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
          <p>Its preferences and sessions go too. Its channels have to be removed before.</p>
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
              <CustomerForm
                key={found.revision}
                customer={found}
                onStored={customer.put}
                onReload={customer.reload}
              />
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
