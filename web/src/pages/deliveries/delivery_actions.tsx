// What can be done about a delivery: to send it again, and for operators to give it up.

import { useState } from "preact/hooks";
import { deliveries } from "../../api/tocsin";
import type { Delivery } from "../../api/types";
import { isPortal } from "../../session";
import { Confirm } from "../../ui/dialog";
import { CheckField, TextField } from "../../ui/field";
import { toast } from "../../ui/toast";

interface Props {
  delivery: Delivery;
  onChanged: () => void;
}

const ended: readonly Delivery["state"][] = ["delivered", "dead_letter", "cancelled", "suppressed"];

function Resend({ delivery, onChanged }: Props) {
  const [asking, setAsking] = useState(false);
  const [allowed, setAllowed] = useState(false);
  const mayBeThere = delivery.state === "delivered";
  const doIt = async (): Promise<void> => {
    const answer = await deliveries.resend(delivery.id, allowed);
    toast(answer.changed ? "It is being sent again." : "It was under way already.");
    onChanged();
  };
  return (
    <>
      <button type="button" class="secondary" onClick={() => setAsking(true)}>
        Send again…
      </button>
      {asking && (
        <Confirm
          title="Send it again?"
          verb="Send again"
          ready={!mayBeThere || allowed}
          onConfirm={doIt}
          onClose={() => setAsking(false)}
        >
          <p>It is sent at once, under its own id, so that receivers can tell.</p>
          {(mayBeThere || delivery.state === "dead_letter") && (
            <CheckField
              label="The receiver may get it twice"
              help={mayBeThere ? "The provider already has it." : "Needed only if the provider may already have it."}
              checked={allowed}
              onChecked={setAllowed}
            />
          )}
        </Confirm>
      )}
    </>
  );
}

function Cancel({ delivery, onChanged }: Props) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const doIt = async (): Promise<void> => {
    await deliveries.cancel(delivery.id, reason.trim());
    toast("Cancelled: it is not sent any more.");
    onChanged();
  };
  return (
    <>
      <button type="button" class="secondary" onClick={() => setAsking(true)}>
        Cancel…
      </button>
      {asking && (
        <Confirm
          title="Cancel this delivery?"
          verb="Cancel the delivery"
          destructive
          onConfirm={doIt}
          onClose={() => setAsking(false)}
          shownElsewhere={["/reason"]}
        >
          {(problem) => (
            <>
              <p>It will not be sent.</p>
              <TextField label="Reason" value={reason} onValue={setReason} error={problem?.at("/reason")} />
            </>
          )}
        </Confirm>
      )}
    </>
  );
}

export function DeliveryActions({ delivery, onChanged }: Props) {
  const hasEnded = ended.includes(delivery.state);
  // What an operator has cancelled stays so for the customer.
  const mayResend = hasEnded && delivery.channel !== null && !(isPortal && delivery.state === "cancelled");
  return (
    <>
      {mayResend && <Resend delivery={delivery} onChanged={onChanged} />}
      {!hasEnded && !isPortal && <Cancel delivery={delivery} onChanged={onChanged} />}
    </>
  );
}
