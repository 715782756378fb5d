// Rules for the metadata of all kinds: apimachinery `api/validation/objectmeta.go`, Kubernetes 1.37.

import type { ObjectMeta, StringMap } from '../meta.js';
import { subdomainProblems } from '../names.js';
import type { Draft } from '../object.js';
import { checkLabelName, checkLabelValue, checkQualifiedName, checkSubdomain } from './names.js';
import type { Problems } from './problems.js';

const ANNOTATIONS_SIZE_MAX = 256 * 1024;
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Checks `metadata` of an object. */
export function checkMetadata(problems: Problems, object: Draft): void {
  const metadata = (object['metadata'] ?? {}) as ObjectMeta;
  checkNames(problems, metadata);
  if (metadata.namespace && problems.options.namespaced) {
    checkLabelName(problems, 'metadata.namespace', metadata.namespace);
  }
  checkLabels(problems, 'metadata.labels', metadata.labels);
  checkAnnotations(problems, 'metadata.annotations', metadata.annotations);
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (owner[field]) continue;
      problems.required(`metadata.ownerReferences[${index}].${field}`, 'must not be empty');
    }
  }
  for (const [index, finalizer] of (metadata.finalizers ?? []).entries()) {
    checkFinalizer(problems, `metadata.finalizers[${index}]`, finalizer);
  }
}

function checkNames(problems: Problems, { name, generateName }: ObjectMeta): void {
  if (generateName) {
    // What is appended makes any last character but the separators' neighbours fine.
    const reasons = subdomainProblems(generateName.replace(/-$/, 'a'));
    problems.invalidAll('metadata.generateName', generateName, reasons);
  }
  if (name) checkSubdomain(problems, 'metadata.name', name);
  else if (!generateName) problems.required('metadata.name', 'name or generateName is required');
  else checkSubdomain(problems, 'metadata.name', `${generateName.slice(0, 248)}xxxxx`);
}

/** Checks a map of labels; problems name the map. */
export function checkLabels(
  problems: Problems,
  field: string,
  labels: StringMap | undefined,
): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    checkQualifiedName(problems, field, key);
    checkLabelValue(problems, field, value);
  }
}

/** Checks a map of annotations; problems name the map. */
export function checkAnnotations(
  problems: Problems,
  field: string,
  annotations: StringMap | undefined,
): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    checkQualifiedName(problems, field, key.toLowerCase());
    size += key.length + value.length;
  }
  if (size > ANNOTATIONS_SIZE_MAX) problems.tooLong(field, ANNOTATIONS_SIZE_MAX);
}

function checkFinalizer(problems: Problems, field: string, finalizer: string): void {
  const before = problems.list.length;
  checkQualifiedName(problems, field, finalizer);
  if (problems.list.length > before || finalizer.includes('/')) return;
  if (STANDARD_FINALIZERS.includes(finalizer)) return;
  const reason = 'name is neither a standard finalizer name nor is it fully qualified';
  problems.invalid(field, finalizer, reason);
}

/** Checks the metadata of a template, where only labels and annotations may stand. */
export function checkTemplateMetadata(
  problems: Problems,
  field: string,
  metadata: ObjectMeta | undefined,
): void {
  if (metadata === undefined) return;
  checkLabels(problems, `${field}.labels`, metadata.labels);
  checkAnnotations(problems, `${field}.annotations`, metadata.annotations);
  for (const [name, value] of Object.entries(metadata)) {
    if (name === 'labels' || name === 'annotations') continue;
    const isEmpty = value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) problems.forbidden(`${field}.${name}`, 'cannot be set');
  }
}
