// A problem in words, where people look for the result of what they did.

import type { Problem } from "../api/problem";

interface Props {
  problem: Problem | undefined;
  /** Fields that show what is wrong with them themselves. */
  shownElsewhere?: readonly string[];
  onRetry?: () => void;
}

/** What is known of a problem besides its title, as a sentence. */
function sentence(detail: string): string {
  return /[.!?]$/.test(detail) ? detail : `${detail}.`;
}

export function ProblemBox({ problem, shownElsewhere = [], onRetry }: Props) {
  if (!problem) return null;
  const rest = problem.errors.filter((x) => !shownElsewhere.some((y) => x.pointer === y || x.pointer.startsWith(`${y}/`)));
  return (
    <div class="box box-error" role="alert">
      <p>
        <strong>{problem.title}</strong> {problem.errors.length === 0 && problem.detail !== "" && sentence(problem.detail)}
        {problem.errors.length > rest.length && "The marked fields say why."}
        {problem.retryAfter !== null && ` Try again in ${problem.retryAfter} s at the earliest.`}
      </p>
      {rest.length > 0 && (
        <ul>
          {rest.map((x) => (
            <li key={x.pointer}>{x.detail}</li>
          ))}
        </ul>
      )}
      {onRetry && (
        <button type="button" class="small secondary" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
