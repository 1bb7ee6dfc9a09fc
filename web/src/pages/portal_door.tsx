// What a customer sees who has no session: the way in is a link from the panel.

import type { Problem } from "../api/problem";
import { find } from "../session";
import { ProblemBox } from "../ui/problem_box";

export function PortalDoor({ problem }: { problem: Problem | undefined }) {
  const isUsed = problem?.status === 404;
  return (
    <main class="alone">
      <article>
        <h1>Notifications</h1>
        {isUsed ? (
          <div class="box box-error" role="alert">
            <p>
              <strong>This link does not work any more.</strong> A link can be used once, within five minutes.
            </p>
          </div>
        ) : (
          <ProblemBox problem={problem} onRetry={() => void find()} />
        )}
        <p>Open this page from your hosting panel: it gives you a new link each time.</p>
      </article>
    </main>
  );
}
