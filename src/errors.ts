// The one error class of drasim and its assertion. User input that is wrong becomes a DrasimError with
// a code; a broken invariant of ours fails an assert and ends with exit code 3.

/** Where in a text something stands; lines and columns count from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** One problem of the input: what is wrong, where, and the way out. */
export interface Issue {
  /** `ERR_` + subject + problem, for example `ERR_SCENARIO_FIELD`. */
  code: string;
  /** Field path, for example `workloads[2].claim.requests[0]`; empty for a whole document. */
  path: string;
  /** What was expected and what came. */
  message: string;
  /** The way out, where there is one that the message does not already say. */
  hint?: string;
  position?: Position;
}

/**
 * The user's input is wrong, in one place or in several; never a bug of drasim.
 *
 * `code`, `path`, `message` and `hint` are those of the first issue; all of them stand in `issues`.
 */
export class DrasimError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: Issue | readonly Issue[]) {
    const list = 'code' in issues ? [issues] : issues;
    super(list.map(formatIssue).join('\n'));
    this.name = 'DrasimError';
    this.issues = list;
  }

  get code(): string {
    return this.issues[0]?.code ?? 'ERR_UNKNOWN';
  }

  get path(): string {
    return this.issues[0]?.path ?? '';
  }

  get hint(): string | undefined {
    return this.issues[0]?.hint;
  }
}

/** One line a person can act on: `file:line:column: path: message (hint)`. */
export function formatIssue(issue: Issue): string {
  const place = issue.position
    ? `${issue.position.file}:${issue.position.line}:${issue.position.column}: `
    : '';
  const path = issue.path === '' ? '' : `${issue.path}: `;
  const hint = issue.hint ? ` (${issue.hint})` : '';
  return `${place}${path}${issue.message}${hint}`;
}

/** Fails when an invariant of drasim itself is broken: a bug, not wrong input. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`drasim bug: ${sentence}`);
}
