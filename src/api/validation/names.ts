// Names in objects: which rule a field follows, and how many problems a bad name makes.
// Follows `pkg/apis/resource/validation` and `pkg/apis/core/validation` of Kubernetes 1.37.

import {
  byteLength,
  isCIdentifier,
  labelNameProblems,
  labelValueProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from '../names.js';
import type { Problems } from './problems.js';

const DRIVER_LENGTH_MAX = 63;
const POOL_LENGTH_MAX = 253;
const ID_LENGTH_MAX = 32;

export function checkSubdomain(problems: Problems, field: string, name: string): void {
  problems.invalidAll(field, name, subdomainProblems(name));
}

export function checkLabelName(problems: Problems, field: string, name: string): void {
  problems.invalidAll(field, name, labelNameProblems(name));
}

export function checkQualifiedName(problems: Problems, field: string, name: string): void {
  problems.invalidAll(field, name, qualifiedNameProblems(name));
}

export function checkLabelValue(problems: Problems, field: string, value: string): void {
  problems.invalidAll(field, value, labelValueProblems(value));
}

/** A driver: a subdomain of up to 63 bytes in any case. */
export function checkDriver(problems: Problems, field: string, driver: string | undefined): void {
  if (!driver) problems.required(field);
  else checkDomain(problems, field, driver);
}

function checkDomain(problems: Problems, field: string, domain: string): void {
  if (byteLength(domain) > DRIVER_LENGTH_MAX) problems.tooLong(field, DRIVER_LENGTH_MAX);
  problems.invalidAll(field, domain, subdomainProblems(domain.toLowerCase()));
}

/** A pool: subdomains between slashes. */
export function checkPool(problems: Problems, field: string, pool: string | undefined): void {
  if (!pool) {
    problems.required(field);
    return;
  }
  if (byteLength(pool) > POOL_LENGTH_MAX) problems.tooLong(field, POOL_LENGTH_MAX);
  for (const part of pool.split('/')) {
    const [reason] = subdomainProblems(part);
    if (reason !== undefined) problems.invalid(field, part, reason);
  }
}

/** An attribute or capacity name: an identifier, perhaps after a domain. */
export function checkAttributeName(problems: Problems, field: string, name: string): void {
  const parts = name.split('/');
  if (parts.length > 2) return;
  const id = parts.at(-1)!;
  if (parts.length === 2) {
    if (parts[0] === '') problems.invalid(field, '', 'the domain must not be empty');
    else checkDomain(problems, field, parts[0]!);
  }
  if (id === '') problems.invalid(field, '', 'the name must not be empty');
  else checkIdentifier(problems, field, id);
}

/** An attribute name with its domain, as constraints need it. */
export function checkFullyQualifiedName(problems: Problems, field: string, name: string): void {
  const slash = name.indexOf('/');
  if (slash < 0) {
    const reason = 'a fully qualified name must be a domain and a name separated by a slash';
    problems.invalid(field, name, reason);
    if (name === '') checkIdentifier(problems, field, name);
    return;
  }
  checkAttributeName(problems, field, name);
}

function checkIdentifier(problems: Problems, field: string, id: string): void {
  if (byteLength(id) > ID_LENGTH_MAX) problems.tooLong(field, ID_LENGTH_MAX);
  if (isCIdentifier(id)) return;
  const reason =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of " +
    "alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for " +
    "validation is '[A-Za-z_][A-Za-z0-9_]*')";
  problems.invalid(field, id, reason);
}
