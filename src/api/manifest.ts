// From one document to one object of a kind drasim knows: header, fields, conversion to v1, defaults,
// gates, validation. Both entrances use it: the one for users (decode.ts) and the one that answers
// as the API server does (admission.ts).

import { convertBeta1 } from './convert.js';
import { setDefaults } from './defaults.js';
import type { Features } from './features.js';
import { type DroppedField, dropGatedFields } from './gates.js';
import type { KindEntry } from './kinds.js';
import { type Draft, type ObjectOptions, type ObjectReading, readObject } from './object.js';
import { Mapping, type Step, type Tree, typeName } from './tree.js';

/** What a document says it is. */
export interface Header {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Why a document cannot be taken for an object. */
export type HeaderCategory = 'missing kind' | 'missing version' | 'type';

/** A refusal of a document as a whole. */
export interface HeaderProblem {
  readonly category: HeaderCategory;
  readonly message: string;
}

/** Reads `kind` and `apiVersion`, in the order in which the API server misses them. */
export function readHeader(tree: Tree): Header | HeaderProblem {
  if (tree === null) return { category: 'missing kind', message: "Object 'Kind' is missing" };
  if (!(tree instanceof Mapping)) {
    return { category: 'type', message: `expected an object, got ${typeName(tree)}` };
  }
  const kind = tree.get('kind') ?? '';
  const apiVersion = tree.get('apiVersion') ?? '';
  for (const [name, value] of Object.entries({ kind, apiVersion })) {
    if (typeof value !== 'string') {
      const message = `cannot unmarshal ${typeName(value)} into field ${name} of type string`;
      return { category: 'type', message };
    }
  }
  if (kind === '') return { category: 'missing kind', message: "Object 'Kind' is missing" };
  if (apiVersion === '') {
    return { category: 'missing version', message: "Object 'apiVersion' is missing" };
  }
  return { kind: kind as string, apiVersion: apiVersion as string };
}

/** Reads a document of a kind, converts it to the newest version and fills in its defaults. */
export function readManifest(
  tree: Mapping,
  entry: KindEntry,
  now: string,
  options: ObjectOptions,
): ObjectReading {
  const reading = readObject(tree, entry.field, options);
  const { object } = reading;
  if (entry.shape === 'v1beta1') convertBeta1(entry.kind, object);
  object['apiVersion'] = entry.outApiVersion;
  setDefaults(entry.kind, object, { shape: entry.shape, now });
  return reading;
}

/** Drops the fields of an object whose gates are off. */
export function dropFields(entry: KindEntry, object: Draft, features: Features): DroppedField[] {
  return dropGatedFields(entry.kind, object, features);
}

/** Whether a version belongs to DRA's API group. */
export function isDra(apiVersion: string): boolean {
  return apiVersion.startsWith('resource.k8s.io/');
}

/** The place in the manifest of a path of the v1 object. */
export function manifestPath(entry: KindEntry, path: readonly Step[]): Step[] {
  if (entry.shape === 'v1') return [...path];
  const steps = path.filter((step) => step !== 'exactly');
  const isDeviceField = steps[0] === 'spec' && steps[1] === 'devices' && steps.length > 3;
  if (
    entry.kind === 'ResourceSlice' &&
    isDeviceField &&
    !['name', 'basic'].includes(`${steps[3]}`)
  ) {
    steps.splice(3, 0, 'basic');
  }
  return steps;
}
