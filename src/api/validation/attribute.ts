// Rules for one attribute of a device: exactly one value, texts of limited length, versions of
// semver.org 2.0.0. Follows `pkg/apis/resource/validation` of Kubernetes 1.37.

import { byteLength } from '../names.js';
import type { DeviceAttribute } from '../resource.js';
import type { Problems } from './problems.js';

const TEXT_LENGTH_MAX = 64;
const LISTS = ['ints', 'bools', 'strings', 'versions'] as const;
const FIELDS = ['int', 'bool', 'string', 'version', ...LISTS] as const;

const NUMBER = '(0|[1-9][0-9]*)';
const PART = '(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PART}(\\.${PART})*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`,
);

/** Whether an attribute holds a list. */
export function usesLists(attribute: DeviceAttribute): boolean {
  return LISTS.some((field) => attribute[field] !== undefined);
}

/** What an attribute counts for: a scalar or an empty list one, a list its length. */
export function countValues(attribute: DeviceAttribute): number {
  let count = 0;
  for (const field of FIELDS) {
    const value = attribute[field];
    if (value === undefined) continue;
    count += Array.isArray(value) ? Math.max(1, value.length) : 1;
  }
  return count;
}

export function checkAttribute(problems: Problems, path: string, attribute: DeviceAttribute): void {
  // An empty list does not count as given, though it is refused for itself as well.
  const given = FIELDS.filter((field) => {
    const value = attribute[field];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
  if (given.length !== 1) {
    const names = FIELDS.map((field) => `\`${field}\``).join(', ');
    const text = given.length === 0 ? 'must specify one of' : 'must specify exactly one of';
    const value = given.length === 0 ? '' : `{${given.join(', ')}}`;
    problems.invalid(problems.declared(path), value, `${text}: ${names}`);
  }
  if (attribute.string !== undefined) checkText(problems, `${path}.string`, attribute.string);
  if (attribute.version !== undefined) {
    checkVersion(problems, `${path}.version`, attribute.version);
  }
  for (const field of LISTS) {
    const list = attribute[field];
    if (list === undefined) continue;
    if (list.length === 0) {
      problems.invalid(`${path}.${field}`, [], 'must not be empty if specified');
    }
    for (const [index, value] of list.entries()) {
      const place = `${path}.${field}[${index}]`;
      if (field === 'strings') checkText(problems, place, value as string);
      if (field === 'versions') checkVersion(problems, place, value as string);
    }
  }
}

function checkText(problems: Problems, field: string, text: string): void {
  if (byteLength(text) > TEXT_LENGTH_MAX) problems.tooLong(field, TEXT_LENGTH_MAX);
}

function checkVersion(problems: Problems, field: string, version: string): void {
  checkText(problems, field, version);
  if (SEMVER.test(version)) return;
  problems.invalid(field, version, 'must be a string compatible with semver.org spec 2.0.0');
}
