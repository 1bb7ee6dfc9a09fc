// What went wrong with a call, from the problem document (RFC 9457) of the answer.

export interface FieldError {
  /** JSON pointer into the body that was sent. */
  pointer: string;
  code: string;
  detail: string;
}

interface ProblemDocument {
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
}

export class Problem extends Error {
  constructor(
    /** 0 where there was no answer. */
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    /** In this many seconds it makes sense to try again. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  /** What is wrong with the field at `pointer`, or with anything within it. */
  at(pointer: string): string | undefined {
    const found = this.errors.filter((x) => x.pointer === pointer || x.pointer.startsWith(`${pointer}/`));
    return found.length === 0 ? undefined : found.map((x) => x.detail).join("; ");
  }

  /** Somebody else changed the object in the meantime. */
  get isConflict(): boolean {
    return this.code === "revision_mismatch";
  }

  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

export function unreachable(): Problem {
  const detail = "The service did not answer; it may be restarting. What you have typed is still here: try again once it is back.";
  return new Problem(0, "unreachable", "Tocsin could not be reached.", detail);
}

function isProblemDocument(x: unknown): x is ProblemDocument {
  return typeof x === "object" && x !== null && "code" in x && "detail" in x;
}

/** What a proxy in front of the service says while nothing answers behind it. */
const fromGateway = [502, 503, 504];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The problem that an answer which is no success tells of; `text` is its body. */
export function problemOf(answer: Response, text: string): Problem {
  const retryAfter = Number(answer.headers.get("Retry-After")) || null;
  const body = parsed(text);
  if (isProblemDocument(body))
    return new Problem(answer.status, body.code, body.title, body.detail, body.errors, retryAfter);
  if (fromGateway.includes(answer.status)) return unreachable();
  return new Problem(answer.status, "unreadable", "The answer cannot be read.", `The service answered ${answer.status}.`);
}

/** What was thrown, as a problem; faults of this program are thrown on. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  throw thrown;
}
