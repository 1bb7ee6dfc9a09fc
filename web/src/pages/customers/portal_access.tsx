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
  const making = useAction();
  const opening = useAction();
  const make = async (): Promise<void> => setLink(await making.run(() => customers.mintLink(customer.name)));
  const open = async (): Promise<void> => {
    // Opened at once, as browsers block what opens later; it learns nothing of this page.
    const tab = window.open("", "_blank");
    if (tab) tab.opener = null;
    const made = await opening.run(() => customers.mintLink(customer.name));
    if (made && tab) tab.location.href = addressOf(made);
    else tab?.close();
    // Where the browser lets nothing be opened, the link is there to be followed.
    if (made && !tab) setLink(made);
  };
  return (
    <section class="card" aria-labelledby="portal">
      <h2 id="portal">Portal</h2>
      {customer.portal_enabled ? (
        <p>
          See and change what {customer.display_name} has, as the customer sees it: in a separate tab, beside your session. Or
          create a link for somebody else, which works once, within five minutes.
        </p>
      ) : (
        <p>The portal is off for this customer: turn it on and save to open it or to create links.</p>
      )}
      <div class="row">
        <button
          type="button"
          class="secondary"
          onClick={open}
          aria-busy={opening.busy}
          disabled={!customer.portal_enabled}
        >
          Open the portal
        </button>
        <button type="button" class="secondary" onClick={make} aria-busy={making.busy} disabled={!customer.portal_enabled}>
          Make a link
        </button>
      </div>
      <div aria-live="polite">
        <ProblemBox problem={opening.problem ?? making.problem} />
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
