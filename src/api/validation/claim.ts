// Rules for what a ResourceClaim or ResourceClaimTemplate asks for.
// Follows `pkg/apis/resource/validation` of Kubernetes 1.37, hand-written and declarative rules;
// the latter name the path in the manifest's own version.

import { labelNameProblems } from '../names.js';
import type { Draft } from '../object.js';
import type {
  CapacityRequirements,
  DerivedAttribute,
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceToleration,
  OpaqueDeviceConfiguration,
  ResourceClaimSpec,
} from '../resource.js';
import { checkExpression, checkExpressionLength } from './expression.js';
import { checkTemplateMetadata } from './metadata.js';
import {
  checkDriver,
  checkFullyQualifiedName,
  checkLabelName,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from './names.js';
import { checkCount, checkUnique, type Problems } from './problems.js';

const ITEMS_MAX = 32;
const ALTERNATIVES_MAX = 8;
const PARAMETERS_LENGTH_MAX = 10 * 1024;
const ADMIN_ACCESS_TEXT =
  'admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the ' +
  'containing namespace';
const REFERENCE_TEXT =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** The taint effects that a toleration of devices may name, and a taint have. */
export const DEVICE_EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

export function checkClaim(problems: Problems, object: Draft): void {
  checkClaimSpec(problems, 'spec', (object['spec'] ?? {}) as ResourceClaimSpec);
}

export function checkClaimTemplate(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as { metadata?: Draft; spec?: ResourceClaimSpec };
  checkTemplateMetadata(problems, 'spec.metadata', spec.metadata);
  checkClaimSpec(problems, 'spec.spec', spec.spec ?? {});
}

/** The names by which constraints, configurations and results refer to requests. */
export function requestNamesOf(devices: DeviceClaim | undefined): Set<string> {
  const names = new Set<string>();
  for (const request of devices?.requests ?? []) {
    names.add(request.name ?? '');
    for (const { name } of request.firstAvailable ?? []) names.add(`${request.name}/${name}`);
  }
  return names;
}

function checkClaimSpec(problems: Problems, path: string, spec: ResourceClaimSpec): void {
  const { devices } = spec;
  if (devices === undefined) return;
  const requests = devices.requests ?? [];
  const names = requestNamesOf(devices);
  const requestsPath = `${path}.devices.requests`;
  if (checkCount(problems, requestsPath, requests.length, ITEMS_MAX)) {
    for (const [index, request] of requests.entries()) {
      checkRequest(problems, `${requestsPath}[${index}]`, request, devices);
    }
    const fieldOf = (index: number) => `${requestsPath}[${index}]`;
    checkUnique(problems, requests, ({ name }) => name ?? '', fieldOf);
  }
  checkAdminAccess(problems, requests);
  const constraints = devices.constraints ?? [];
  const constraintsPath = `${path}.devices.constraints`;
  if (checkCount(problems, constraintsPath, constraints.length, ITEMS_MAX)) {
    for (const [index, constraint] of constraints.entries()) {
      checkConstraint(problems, `${constraintsPath}[${index}]`, constraint, names);
    }
  }
  const configs = devices.config ?? [];
  const configPath = `${path}.devices.config`;
  if (checkCount(problems, configPath, configs.length, ITEMS_MAX)) {
    for (const [index, config] of configs.entries()) {
      checkReferences(problems, `${configPath}[${index}].requests`, config.requests, names);
      checkOpaque(problems, `${configPath}[${index}].opaque`, config.opaque);
    }
  }
}

function checkRequest(
  problems: Problems,
  path: string,
  request: DeviceRequest,
  devices: DeviceClaim,
): void {
  checkLabelName(problems, `${path}.name`, request.name ?? '');
  const { exactly, firstAvailable = [] } = request;
  const text = 'exactly one of `exactly` or `firstAvailable` is required';
  if (exactly && firstAvailable.length > 0) {
    problems.invalid(path, null, `${text}, but multiple fields are set`);
  } else if (exactly) {
    checkClassName(problems, `${path}.exactly.deviceClassName`, exactly.deviceClassName);
    checkRequestFields(problems, `${path}.exactly`, exactly);
    const constraints = coveringConstraints(devices, request.name);
    checkDerived(problems, `${path}.exactly`, exactly.derivedAttributes, constraints);
  } else if (firstAvailable.length > 0) {
    checkAlternatives(problems, `${path}.firstAvailable`, request, devices);
  } else problems.required(path, text);
}

function checkAlternatives(
  problems: Problems,
  path: string,
  request: DeviceRequest,
  devices: DeviceClaim,
): void {
  const alternatives = request.firstAvailable ?? [];
  if (!checkCount(problems, path, alternatives.length, ALTERNATIVES_MAX)) return;
  for (const [index, alternative] of alternatives.entries()) {
    const place = `${path}[${index}]`;
    checkLabelName(problems, `${place}.name`, alternative.name ?? '');
    checkClassName(problems, `${place}.deviceClassName`, alternative.deviceClassName);
    checkRequestFields(problems, place, alternative);
    const constraints = coveringConstraints(devices, request.name, alternative.name);
    checkDerived(problems, place, alternative.derivedAttributes, constraints);
  }
  checkUnique(
    problems,
    alternatives,
    ({ name }) => name ?? '',
    (index) => `${path}[${index}]`,
  );
}

function checkClassName(problems: Problems, field: string, name: string | undefined): void {
  if (!name) problems.required(field);
  else checkSubdomain(problems, field, name);
}

interface RequestFields {
  readonly selectors?: readonly DeviceSelector[];
  readonly allocationMode?: string;
  readonly count?: number;
  readonly tolerations?: readonly DeviceToleration[];
  readonly capacity?: CapacityRequirements;
}

function checkRequestFields(problems: Problems, path: string, request: RequestFields): void {
  checkSelectors(problems, `${path}.selectors`, request.selectors ?? []);
  const { allocationMode = '', count = 0 } = request;
  if (allocationMode === 'All') {
    if (count !== 0) {
      const reason = "must not be specified when allocationMode is 'All'";
      problems.invalid(`${path}.count`, count, reason);
    }
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) problems.invalid(`${path}.count`, count, 'must be greater than zero');
  } else {
    // A missing mode is only left without a class in v1beta1, where no declarative rule sees it.
    const field = `${path}.allocationMode`;
    const place = allocationMode === '' ? field : problems.declared(field);
    problems.unsupported(place, allocationMode, ['All', 'ExactCount']);
  }
  checkTolerations(problems, `${path}.tolerations`, request.tolerations ?? []);
}

/** Checks the selectors of a request or a class. */
export function checkSelectors(
  problems: Problems,
  path: string,
  selectors: readonly DeviceSelector[],
): void {
  if (!checkCount(problems, problems.declared(path), selectors.length, ITEMS_MAX)) return;
  for (const [index, { cel }] of selectors.entries()) {
    const field = `${path}[${index}].cel`;
    if (!cel) problems.required(field);
    else checkExpression(problems, `${field}.expression`, cel.expression ?? '');
  }
}

/** Checks tolerations of devices. */
export function checkTolerations(
  problems: Problems,
  path: string,
  tolerations: readonly DeviceToleration[],
): void {
  for (const [index, toleration] of tolerations.entries()) {
    const place = `${path}[${index}]`;
    const declared = problems.declared(place);
    const { key, operator = '', value = '', effect } = toleration;
    if (key) checkQualifiedName(problems, `${declared}.key`, key);
    if (operator === 'Exists') {
      if (value !== '') {
        problems.invalid(`${place}.value`, value, 'must be empty for operator `Exists`');
      }
    } else if (operator === 'Equal') checkLabelValue(problems, `${place}.value`, value);
    else problems.unsupported(`${declared}.operator`, operator, ['Equal', 'Exists']);
    if (effect && !DEVICE_EFFECTS.includes(effect)) {
      problems.unsupported(`${declared}.effect`, effect, DEVICE_EFFECTS);
    }
  }
}

function coveringConstraints(
  devices: DeviceClaim,
  name: string,
  alternative?: string,
): DeviceConstraint[] {
  const references = alternative === undefined ? [name] : [name, `${name}/${alternative}`];
  return (devices.constraints ?? []).filter(
    ({ requests = [] }) =>
      requests.length === 0 || requests.some((request) => references.includes(request)),
  );
}

function checkDerived(
  problems: Problems,
  path: string,
  attributes: readonly DerivedAttribute[] | undefined,
  constraints: readonly DeviceConstraint[],
): void {
  if (!attributes) return;
  const list = problems.declared(`${path}.derivedAttributes`);
  if (!checkCount(problems, list, attributes.length, ITEMS_MAX)) return;
  for (const [index, { name, expression }] of attributes.entries()) {
    const place = `${path}.derivedAttributes[${index}]`;
    if (!name) problems.required(problems.declared(`${place}.name`));
    else if (!constraints.some((constraint) => usesAttribute(constraint, name))) {
      problems.invalid(`${place}.name`, name, 'must be used by a constraint of the request');
    }
    if (!expression) problems.required(problems.declared(`${place}.expression`));
    else checkExpressionLength(problems, `${place}.expression`, expression);
  }
  const fieldOf = (index: number) => `${list}[${index}]`;
  checkUnique(problems, attributes, ({ name }) => name ?? '', fieldOf);
}

function usesAttribute(constraint: DeviceConstraint, name: string): boolean {
  return constraint.matchAttribute === name || constraint.distinctAttribute === name;
}

function checkConstraint(
  problems: Problems,
  path: string,
  constraint: DeviceConstraint,
  names: ReadonlySet<string>,
): void {
  checkReferences(problems, `${path}.requests`, constraint.requests, names);
  const { matchAttribute, distinctAttribute } = constraint;
  const distinct = problems.options.features.enabled('DRAConsumableCapacity');
  if (matchAttribute !== undefined) {
    checkFullyQualifiedName(problems, `${path}.matchAttribute`, matchAttribute);
  } else if (!distinct) problems.required(`${path}.matchAttribute`);
  else if (distinctAttribute !== undefined) {
    checkFullyQualifiedName(problems, `${path}.distinctAttribute`, distinctAttribute);
  } else {
    problems.required(path, 'exactly one of "matchAttribute" or "distinctAttribute" is required');
  }
}

/** Checks names of requests that a constraint, configuration or result refers to. */
export function checkReferences(
  problems: Problems,
  path: string,
  references: readonly string[] | undefined,
  names: ReadonlySet<string>,
): void {
  const list = references ?? [];
  if (!checkCount(problems, path, list.length, ITEMS_MAX)) return;
  for (const [index, reference] of list.entries()) {
    checkReference(problems, `${path}[${index}]`, reference, names);
  }
  checkUnique(
    problems,
    list,
    (reference) => reference,
    (index) => `${path}[${index}]`,
  );
}

/** Checks one name of a request or of an alternative of it. */
export function checkReference(
  problems: Problems,
  field: string,
  reference: string,
  names: ReadonlySet<string>,
): void {
  const parts = reference.split('/');
  if (parts.length > 2) {
    problems.invalid(field, reference, REFERENCE_TEXT);
    return;
  }
  for (const part of parts) problems.invalidAll(field, part, labelNameProblems(part));
  if (!names.has(reference)) problems.invalid(field, reference, REFERENCE_TEXT);
}

/** Checks driver configuration. */
export function checkOpaque(
  problems: Problems,
  path: string,
  opaque: OpaqueDeviceConfiguration | undefined,
): void {
  if (!opaque) {
    problems.required(path);
    return;
  }
  checkDriver(problems, `${path}.driver`, opaque.driver);
  checkRawObject(problems, `${path}.parameters`, opaque.parameters, true);
}

/** Checks a field that holds any JSON object. */
export function checkRawObject(
  problems: Problems,
  field: string,
  value: unknown,
  required: boolean,
): void {
  if (value === undefined || value === null) {
    if (required) problems.required(field);
    return;
  }
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item));
  if (new TextEncoder().encode(text).length > PARAMETERS_LENGTH_MAX) {
    problems.tooLong(field, PARAMETERS_LENGTH_MAX);
  } else if (typeof value !== 'object' || Array.isArray(value)) {
    problems.invalid(field, '<value omitted>', 'must be a valid JSON object');
  }
}

function checkAdminAccess(problems: Problems, requests: readonly DeviceRequest[]): void {
  if (problems.options.adminAccess !== false) return;
  const index = requests.findIndex(({ exactly }) => exactly?.adminAccess === true);
  if (index < 0) return;
  // The rule names the claim's path and no `exactly`, in templates and all versions.
  problems.forbidden(`spec.devices.requests[${index}].adminAccess`, ADMIN_ACCESS_TEXT);
}

/** Says that an allocated device needs a namespace that allows admin access. */
export function forbidAdminAccess(problems: Problems, field: string): void {
  problems.forbidden(field, ADMIN_ACCESS_TEXT);
}
