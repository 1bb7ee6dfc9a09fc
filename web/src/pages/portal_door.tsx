// What a customer sees who has no session: the way in is a link from the panel.

import type { Problem } from "../api/problem";
import { find, isUsedLink, usedLink } from "../session";
import { ProblemBox } from "../ui/problem_box";

/** Why a link did not open the portal. */
export function LinkProblem({ problem, onRetry }: { problem: Problem | undefined; onRetry?: () => void }) {
  if (!isUsedLink(problem)) return <ProblemBox problem={problem} {...(onRetry ? { onRetry } : {})} />;
  return (
    <div class="box box-error" role="alert">
      <p>
        <strong>{usedLink}</strong> A link can be used once, within five minutes.
      </p>
    </div>
  );
}

export function PortalDoor({ problem }: { problem: Problem | undefined }) {
  return (
    <main class="alone">
      <article>
        <h1>Notifications</h1>
        <LinkProblem problem={problem} onRetry={() => void find()} />
        <p>Open this page from your hosting panel: it gives you a new link each time.</p>
      </article>
    </main>
  );
}
