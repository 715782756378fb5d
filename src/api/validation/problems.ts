// What is wrong with an object: field, type and detail in the API server's words. Problems are
// collected, never thrown, and their order does not matter: the answer is sorted.
// Follows apimachinery `util/validation/field` of Kubernetes 1.37.

import type { ClaimShape } from '../convert.js';
import type { Features } from '../features.js';
import { Quantity } from '../quantity.js';

/** The API server's types of field errors. */
export type ProblemType =
  | 'Required value'
  | 'Invalid value'
  | 'Duplicate value'
  | 'Unsupported value'
  | 'Too many'
  | 'Too long'
  | 'Forbidden'
  | 'Not found'
  | 'Internal error';

/** One reason to refuse an object. */
export interface FieldProblem {
  readonly field: string;
  readonly type: ProblemType;
  readonly detail: string;
  /** The place inside the field's text, for expressions. */
  readonly inText?: { readonly line: number; readonly column: number };
}

/** What validation depends on besides the object. */
export interface ValidationOptions {
  readonly features: Features;
  /** The shape that the manifest was written in. */
  readonly shape: ClaimShape;
  /** A namespace on a cluster-wide object is ignored. */
  readonly namespaced: boolean;
  /** Whether the object's namespace allows admin access; undefined where that is not known. */
  readonly adminAccess?: boolean | undefined;
}

/** A collector of problems. */
export class Problems {
  readonly list: FieldProblem[] = [];
  readonly options: ValidationOptions;

  constructor(options: ValidationOptions) {
    this.options = options;
  }

  add(problem: FieldProblem): void {
    this.list.push(problem);
  }

  required(field: string, detail = ''): void {
    this.list.push({ field, type: 'Required value', detail });
  }

  invalid(field: string, value: unknown, reason: string): void {
    this.list.push({ field, type: 'Invalid value', detail: `${show(value)}: ${reason}` });
  }

  duplicate(field: string, value: unknown): void {
    this.list.push({ field, type: 'Duplicate value', detail: show(value) });
  }

  unsupported(field: string, value: string, supported: readonly string[]): void {
    const names = supported.map((name) => JSON.stringify(name)).join(', ');
    const detail = `${show(value)}: supported values: ${names}`;
    this.list.push({ field, type: 'Unsupported value', detail });
  }

  tooMany(field: string, count: number, countMax: number): void {
    const detail = `${count}: must have at most ${countMax} items`;
    this.list.push({ field, type: 'Too many', detail });
  }

  tooLong(field: string, lengthMax: number): void {
    const detail = `may not be more than ${lengthMax} bytes`;
    this.list.push({ field, type: 'Too long', detail });
  }

  forbidden(field: string, detail: string): void {
    this.list.push({ field, type: 'Forbidden', detail });
  }

  notFound(field: string, value: unknown): void {
    this.list.push({ field, type: 'Not found', detail: show(value) });
  }

  /** One `Invalid value` for each text. */
  invalidAll(field: string, value: unknown, reasons: readonly string[]): void {
    for (const reason of reasons) this.invalid(field, value, reason);
  }

  /**
   * The path that a declarative rule names for a path of v1.
   *
   * Those rules look at the manifest's own version: flat requests, devices in `basic`.
   */
  declared(path: string): string {
    if (this.options.shape === 'v1') return path;
    return path
      .replace(/\.exactly(?=\.|$)/, '')
      .replace(/^(spec\.devices\[\d+\])(?=\.(?!name$))/, '$1.basic');
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item));
}

/** Checks a text against a list; an empty one is `Required value`. */
export function checkEnum(
  problems: Problems,
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (!value) problems.required(field);
  else if (!supported.includes(value)) problems.unsupported(field, value, supported);
}

/** Checks that a list is short enough; the items of a longer one are not looked at. */
export function checkCount(
  problems: Problems,
  field: string,
  count: number,
  countMax: number,
): boolean {
  if (count <= countMax) return true;
  problems.tooMany(field, count, countMax);
  return false;
}

/** Reports items whose key came before, at the later item. */
export function checkUnique<T>(
  problems: Problems,
  items: readonly T[],
  keyOf: (item: T) => string,
  fieldOf: (index: number) => string,
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) problems.duplicate(fieldOf(index), item);
    seen.add(key);
  }
}

/** Checks that a number is not negative. */
export function checkNotNegative(
  problems: Problems,
  field: string,
  value: number | bigint | undefined,
): void {
  if (value !== undefined && value < 0) {
    problems.invalid(field, value, 'must be greater than or equal to 0');
  }
}

/** The quantity of a text that decoding has accepted. */
export function quantityOf(text: string | undefined | null): Quantity {
  return text ? Quantity.parse(text) : Quantity.ZERO;
}
