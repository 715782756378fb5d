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

/** The way out for a name that does not exist: what may have been meant, or else all there is. */
export function suggest(text: string, names: readonly string[], what: string): string {
  const near = nearNames(text, names);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  return names.length === 0 ? `there are no ${what}` : `${what}: ${names.join(', ')}`;
}

const NEAR_NAMES_MAX = 3;
/** A text is taken for a part of a name only when it is no mere letter or two. */
const NEAR_PART_MIN = 3;

/**
 * Up to three names that someone may have meant who wrote one that does not exist: those of which the text
 * is a part, then those that a third of their letters changed would give; the nearest first.
 */
export function nearNames(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase();
  return names
    .map((given, order) => {
      const name = given.toLowerCase();
      const isPart = wanted.length >= NEAR_PART_MIN && name.includes(wanted);
      return { given, order, isPart, distance: editDistance(wanted, name) };
    })
    .filter(
      ({ given, isPart, distance }) =>
        isPart || distance <= Math.max(1, Math.floor(given.length / 3)),
    )
    .sort(
      (left, right) =>
        Number(right.isPart) - Number(left.isPart) ||
        left.distance - right.distance ||
        left.order - right.order,
    )
    .slice(0, NEAR_NAMES_MAX)
    .map(({ given }) => given);
}

/** The least number of inserted, removed and changed characters between two texts. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
