// The customers that Tocsin knows.

import { useState } from "preact/hooks";
import { customers } from "../../api/tocsin";
import { Badge } from "../../ui/badge";
import { Confirm } from "../../ui/dialog";
import { AreaField, CheckField, listOf, TextField } from "../../ui/field";
import { Link, useGo } from "../../ui/link";
import { useLoad } from "../../ui/load";
import { ManagedBadge } from "../../ui/managed";
import { Empty, PageFrame, Show } from "../../ui/page";
import { Cell, Table } from "../../ui/table";
import { toast } from "../../ui/toast";

function AddCustomer({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [services, setServices] = useState("");
  const [portal, setPortal] = useState(false);
  const go = useGo();
  const add = async (): Promise<void> => {
    const stored = await customers.create({
      name: name.trim(),
      ...(displayName.trim() ? { display_name: displayName.trim() } : {}),
      services: listOf(services),
      portal_enabled: portal,
    });
    toast(`Added ${stored.display_name}.`);
    go(`/customers/${stored.name}`);
  };
  return (
    <Confirm
      title="Add a customer"
      verb="Add customer"
      onConfirm={add}
      onClose={onClose}
      shownElsewhere={["/name", "/display_name", "/services"]}
    >
      {(problem) => (
        <>
          <TextField
            label="Name"
            value={name}
            onValue={setName}
            error={problem?.at("/name")}
            help="As your panel names it in events: lower-case letters, digits, and . _ -"
            placeholder="acme"
            required
            autofocus
          />
          <TextField
            label="Display name"
            value={displayName}
            onValue={setDisplayName}
            error={problem?.at("/display_name")}
            placeholder="Acme Corp"
          />
          <AreaField
            label="Services"
            value={services}
            onValue={setServices}
            error={problem?.at("/services")}
            help="One per line. A customer is told only of its own services."
            placeholder="my-app"
          />
          <CheckField
            label="Portal"
            checked={portal}
            onChecked={setPortal}
            help="May have its own channels and see its events."
          />
        </>
      )}
    </Confirm>
  );
}

export default function CustomerList() {
  const [adding, setAdding] = useState(false);
  const list = useLoad(customers.list, []);
  const addButton = (
    <button type="button" onClick={() => setAdding(true)}>
      Add customer
    </button>
  );
  return (
    <PageFrame title="Customers" intro="Who your services belong to." actions={addButton}>
      <Show of={list}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No customers yet">
              <p>Admins get all events anyway. Add a customer to let it set up its own notifications.</p>
            </Empty>
          ) : (
            <Table caption="Customers" columns={["Customer", "Name", "Services", "Portal"]}>
              {found.map((x) => (
                <tr key={x.name}>
                  <Cell name="Customer">
                    <Link path={`/customers/${x.name}`}>{x.display_name}</Link> <ManagedBadge by={x.managed_by} />
                  </Cell>
                  <Cell name="Name">
                    <code>{x.name}</code>
                  </Cell>
                  <Cell name="Services">{x.services.length}</Cell>
                  <Cell name="Portal">
                    {x.portal_enabled ? (
                      <Badge tone="good" icon="check">
                        on
                      </Badge>
                    ) : (
                      <Badge tone="quiet" icon="skip">
                        off
                      </Badge>
                    )}
                  </Cell>
                </tr>
              ))}
            </Table>
          )
        }
      </Show>
      {adding && <AddCustomer onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}
