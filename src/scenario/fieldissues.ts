// What a scenario's schema objects to, in words for people: what was expected, what stands there, where.

import type { z } from 'zod';
import { type Issue, suggest } from '../errors.js';
import { formatPath, type ScenarioDocument, type Step } from './document.js';
import { fieldsAt, schemasAt } from './fields.js';

type ZodIssue = z.core.$ZodIssue;

/**
 * The issues of a tree that does not fit the schema: `ERR_SCENARIO_FIELD`, each with its field path and
 * its place.
 */
export function fieldIssues(
  issues: readonly ZodIssue[],
  tree: unknown,
  document: ScenarioDocument,
): Issue[] {
  return issues.flatMap((issue) => describeIssue(issue, [], tree, document));
}

function describeIssue(
  issue: ZodIssue,
  outer: readonly Step[],
  tree: unknown,
  document: ScenarioDocument,
): Issue[] {
  const path = [...outer, ...(issue.path as Step[])];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'ERR_SCENARIO_FIELD',
      path: formatPath([...path, key]),
      message: `unknown field "${key}"`,
      hint: suggest(key, fieldsAt(path), 'fields here'),
      position: document.positionOfKey([...path, key]),
    }));
  }
  if (issue.code === 'invalid_union') {
    const inner = closestBranch(issue.errors);
    if (inner.length > 0) {
      return inner.flatMap((nested) => describeIssue(nested, path, tree, document));
    }
  }
  const value = valueAt(tree, path);
  const { message, hint } = describe(issue, value, path);
  return [
    {
      code: 'ERR_SCENARIO_FIELD',
      path: formatPath(path),
      message: `${message}, got ${show(value)}`,
      ...(hint !== undefined && { hint }),
      position: document.positionOf(path),
    },
  ];
}

const NOUNS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text',
};

function describe(
  issue: ZodIssue,
  value: unknown,
  path: readonly Step[],
): { message: string; hint?: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { message: `expected ${NOUNS[issue.expected] ?? issue.expected}` };
    case 'invalid_value': {
      const names = issue.values.map(String);
      const hint = typeof value === 'string' ? { hint: suggest(value, names, 'choices') } : {};
      return { message: `expected ${names.join(' or ')}`, ...(names.length > 1 && hint) };
    }
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return { message: 'expected something, not an empty one' };
      }
      return { message: `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}` };
    case 'too_big':
      return { message: `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}` };
    case 'invalid_union':
      return describeForms(issue.errors, value, path);
    default:
      return { message: issue.message };
  }
}

/** What a value of several forms may be; only the forms of its own type where there are some. */
function describeForms(
  branches: readonly (readonly ZodIssue[])[],
  value: unknown,
  path: readonly Step[],
): { message: string; hint?: string } {
  const issues = branches.flatMap((branch) => branch.slice(0, 1));
  const ofType = issues.filter(({ code }) => typeof value === 'string' && code !== 'invalid_type');
  const texts = (ofType.length > 0 ? ofType : issues).map((issue) =>
    describe(issue, value, path).message.replace(/^expected /, ''),
  );
  const hint = schemasAt(path).find(({ anyOf, description }) => anyOf && description)?.description;
  const message = `expected ${[...new Set(texts)].join(' or ')}`;
  return hint === undefined ? { message } : { message, hint };
}

const SHOWN_MAX = 60;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : `${value}`;
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function valueAt(tree: unknown, path: readonly Step[]): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<Step, unknown>)[step];
  }
  return value;
}

/** Of the branches of a union, the one that got furthest: its complaint is the useful one. */
function closestBranch(branches: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] {
  let best: readonly ZodIssue[] = [];
  let bestDepth = 0;
  for (const branch of branches) {
    const depth = Math.max(
      0,
      ...branch.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
    );
    const clash = branch.some((issue) => issue.code === 'invalid_value' && issue.path.length === 1);
    if (clash || depth <= bestDepth) continue;
    best = branch;
    bestDepth = depth;
  }
  return best;
}
