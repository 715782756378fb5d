// Answers a create request as the API server of Kubernetes 1.37 does: the first document, strictly
// read, defaulted, validated, and what is stored of it. The `decode` vectors ask for this.

import { readDocuments } from './documents.js';
import type { Features } from './features.js';
import { type KindEntry, kindEntry } from './kinds.js';
import { dropFields, type HeaderCategory, isDra, readHeader, readManifest } from './manifest.js';
import type { Draft } from './object.js';
import { printObject } from './print.js';
import { Source } from './source.js';
import type { Mapping } from './tree.js';
import type { FieldProblem } from './validation/problems.js';
import { validateObject, validateStatus } from './validation/validate.js';

/** Why a request cannot be read at all. */
export type AdmissionCategory = HeaderCategory | 'syntax' | 'unknown kind';

/** The answer to a create request. */
export type Admission =
  | { readonly refused: AdmissionCategory; readonly text: string }
  | {
      readonly refused?: undefined;
      readonly strictErrors: readonly string[];
      readonly object: Draft;
      readonly errors: readonly FieldProblem[];
      /** Why a following status update is refused. */
      readonly statusErrors: readonly FieldProblem[];
      /** What is stored, where that differs from the object. */
      readonly stored?: Draft;
    };

/** Says what a request depends on. */
export interface AdmissionOptions {
  readonly features: Features;
  readonly adminAccess: boolean;
  /** The text for defaulted times. */
  readonly now: string;
}

/** Answers a create request with the text of a manifest. */
export function admitManifest(text: string, options: AdmissionOptions): Admission {
  const [document] = readDocuments(new Source('', text), true);
  if (document && 'code' in document) return { refused: 'syntax', text: document.message };
  const tree = document?.tree ?? null;
  const header = readHeader(tree);
  if ('category' in header) return { refused: header.category, text: header.message };
  const entry = kindEntry(header.apiVersion, header.kind);
  if (!entry?.served) {
    const message = `no kind "${header.kind}" is registered for version "${header.apiVersion}"`;
    return { refused: 'unknown kind', text: message };
  }
  const reading = readManifest(tree as Mapping, entry, options.now, {
    keepIdle: true,
    duplicates: document!.format === 'json',
  });
  const wrong = reading.types[0];
  if (wrong) return { refused: 'type', text: wrong.message };
  const duplicates = document!.duplicates.map(({ key }) => `  key "${key}" already set in map`);
  const strictErrors = reading.strict.map(({ message }) => message);
  if (duplicates.length > 0) {
    strictErrors.unshift(`yaml: unmarshal errors:\n${duplicates.join('\n')}`);
  }
  return { strictErrors, ...judge(entry, reading.object, options) };
}

function judge(
  entry: KindEntry,
  object: Draft,
  options: AdmissionOptions,
): Pick<
  Extract<Admission, { refused?: undefined }>,
  'object' | 'errors' | 'statusErrors' | 'stored'
> {
  const printed = printObject(object, entry.outField);
  const { features, adminAccess } = options;
  const dropped = dropFields(entry, object, features);
  const isStored = isDra(entry.outApiVersion) && dropped.length > 0;
  const validation = { features, shape: entry.shape, namespaced: entry.namespaced, adminAccess };
  const errors = validateObject(entry.kind, object, validation);
  const statusErrors = errors.length > 0 ? [] : validateStatus(entry.kind, object, validation);
  if (!isStored || errors.length > 0) return { object: printed, errors, statusErrors };
  return { object: printed, errors, statusErrors, stored: storedForm(object, entry) };
}

// Without what names the object and what the server writes itself.
function storedForm(object: Draft, entry: KindEntry): Draft {
  const stored = printObject(object, entry.outField);
  const { name: _name, namespace: _namespace, ...metadata } = stored['metadata'] as Draft;
  if (Object.keys(metadata).length > 0) stored['metadata'] = metadata;
  else delete stored['metadata'];
  return stored;
}
