// Letting a customer into its portal: a link for one use.

import { useState } from "preact/hooks";
import { customers } from "../../api/tocsin";
import type { Customer, PortalLink } from "../../api/types";
import { useAction } from "../../ui/action";
import { Copyable } from "../../ui/copy";
import { ProblemBox } from "../../ui/problem_box";
import { Time } from "../../ui/time";

/** The link in full also where the service does not know what it is reached under. */
function addressOf(link: PortalLink): string {
  return new URL(link.url, location.origin).href;
}

export function PortalAccess({ customer }: { customer: Customer }) {
  const [link, setLink] = useState<PortalLink>();
  const action = useAction();
  const mint = async (): Promise<void> => setLink(await action.run(() => customers.mintLink(customer.name)));
  return (
    <section class="card" aria-labelledby="portal">
      <h2 id="portal">Portal</h2>
      {customer.portal_enabled ? (
        <p>
          A link lets somebody see and change what {customer.display_name} has, and nothing else. It works once, within
          five minutes. In this browser it takes the place of your own session: open it in a private window.
        </p>
      ) : (
        <p>The portal is off for this customer: switch it on and save to give out links.</p>
      )}
      <button type="button" class="secondary" onClick={mint} aria-busy={action.busy} disabled={!customer.portal_enabled}>
        Make a link
      </button>
      <div aria-live="polite">
        <ProblemBox problem={action.problem} />
        {link && (
          <>
            <Copyable text={addressOf(link)} what="the link" />
            <p class="field-help">
              It ends <Time at={link.expires_at} />.
            </p>
          </>
        )}
      </div>
    </section>
  );
}
