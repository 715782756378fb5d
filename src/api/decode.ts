// The entrance for users: the text of a manifest file to objects of the newest version, with every
// problem at its place, and an account of what drasim does not look at.

import { DrasimError, type Issue, type Position } from '../errors.js';
import { findUncountable } from './amountlimits.js';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from './apps.js';
import type { CronJob, Job } from './batch.js';
import type {
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  Service,
} from './core.js';
import { isIssue, listItems, type Origin, type RawDocument, readDocuments } from './documents.js';
import type { Features } from './features.js';
import { type KindEntry, kindEntry } from './kinds.js';
import { dropFields, isDra, manifestPath, readHeader, readManifest } from './manifest.js';
import type { ObjectMeta } from './meta.js';
import { type Draft, type Finding, pathText } from './object.js';
import type { PodDisruptionBudget } from './policy.js';
import { printObject } from './print.js';
import { refusalOf, usageWarning } from './refusals.js';
import type {
  DeviceClass,
  DeviceTaintRule,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from './resource.js';
import type { PodGroup, PriorityClass, Workload } from './scheduling.js';
import { decodeText, Source } from './source.js';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from './storage.js';
import { Mapping, type Step, splitPath } from './tree.js';
import type { FieldProblem } from './validation/problems.js';
import { validateObject, validateStatus } from './validation/validate.js';

/** Any object that drasim decodes, told apart by `kind`. */
export type ApiObject =
  | CronJob
  | CSIDriver
  | CSINode
  | CSIStorageCapacity
  | DaemonSet
  | Deployment
  | DeviceClass
  | DeviceTaintRule
  | Job
  | Namespace
  | Node
  | PersistentVolume
  | PersistentVolumeClaim
  | Pod
  | PodDisruptionBudget
  | PodGroup
  | PriorityClass
  | ReplicaSet
  | ReplicationController
  | ResourceClaim
  | ResourceClaimTemplate
  | ResourceSlice
  | Service
  | StatefulSet
  | StorageClass
  | VolumeAttachment
  | Workload;

/** Says how manifests are decoded. */
export interface DecodeOptions {
  /** The file's name, for positions. */
  readonly file: string;
  readonly features: Features;
  /** Unknown and repeated fields are errors instead of warnings. */
  readonly strict?: boolean;
  /**
   * Namespaces that allow admin access, besides those labelled so in the same file. Left out, admin
   * access is not checked: the namespace may stand in another file.
   */
  readonly adminAccessNamespaces?: Iterable<string>;
  /** The RFC 3339 text for times that defaulting takes from the clock. */
  readonly now?: string;
}

/** What a manifest file holds. */
export interface Decoded {
  /** Objects without errors: newest version, defaulted, without the fields of gates that are off. */
  readonly objects: ApiObject[];
  readonly errors: Issue[];
  /** Unknown and repeated fields; fields dropped because of a gate. */
  readonly warnings: Issue[];
  /** Fields that drasim understands but scheduling does not: `Pod spec.containers[].env` to count. */
  readonly withoutEffect: Map<string, number>;
  /** Kinds that drasim does not decode: `apps.example.com/v1 Foo` to count. */
  readonly foreignKinds: Map<string, number>;
  /** Documents that are not empty; items of a list count one each. */
  readonly documents: number;
}

/** The start of the simulated time: what a defaulted time reads when none is given. */
const NOW_DEFAULT = '1970-01-01T00:00:00Z';
const ADMIN_ACCESS_LABEL = 'resource.kubernetes.io/admin-access';

/**
 * Decodes the text of a manifest file: YAML or JSON, several documents, lists.
 *
 * Never throws for wrong input: every problem is an issue with file, line, column and field path.
 * Codes: `ERR_MANIFEST_ENCODING`, `_SYNTAX`, `_HEADER` (no kind or version), `_KIND` (not served),
 * `_CLASSIC` (DRA before structured parameters), `_GATE` (a gate is off), `_TYPE`, `_FIELD` (unknown
 * or repeated), `_INVALID` (refused by validation), `ERR_QUANTITY_RANGE` (more than 64 bits count).
 * @source the API server of Kubernetes 1.37 for fields, defaults, validation and their wording
 */
export function decodeManifests(text: string | Uint8Array, options: DecodeOptions): Decoded {
  const decoder = new ManifestDecoder(options);
  try {
    decoder.decodeSource(new Source(options.file, decodeText(text, options.file)));
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    decoder.decoded.errors.push(...error.issues);
  }
  return decoder.decoded;
}

interface Provenance {
  readonly origin: Origin;
  readonly entry: KindEntry;
}

// Where decoded objects came from; an entry lives as long as its object.
const PROVENANCE = new WeakMap<object, Provenance>();

/** Where an object stands in its file; undefined for one that was not decoded from text. */
export function sourceOf(object: object): Position | undefined {
  return PROVENANCE.get(object)?.origin.position();
}

/**
 * Where a field of a decoded object stands, or its nearest parent that was written.
 *
 * Reads the document again, so it is for messages, not for loops.
 * @param path - as in messages, for example `spec.devices.requests[0].exactly.count`
 */
export function positionOf(object: object, path: string): Position | undefined {
  const provenance = PROVENANCE.get(object);
  return provenance?.origin.position(manifestPath(provenance.entry, splitPath(path)));
}

class ManifestDecoder {
  readonly decoded: {
    objects: ApiObject[];
    errors: Issue[];
    warnings: Issue[];
    withoutEffect: Map<string, number>;
    foreignKinds: Map<string, number>;
    documents: number;
  };
  private readonly options: DecodeOptions;
  private readonly adminNamespaces: Set<string> | undefined;
  private generated = 0;

  constructor(options: DecodeOptions) {
    this.options = options;
    const { adminAccessNamespaces } = options;
    this.adminNamespaces = adminAccessNamespaces && new Set(adminAccessNamespaces);
    this.decoded = {
      objects: [],
      errors: [],
      warnings: [],
      withoutEffect: new Map(),
      foreignKinds: new Map(),
      documents: 0,
    };
  }

  decodeSource(source: Source): void {
    for (const reading of readDocuments(source)) {
      if (isIssue(reading)) this.decoded.errors.push(reading);
      else if (Array.isArray(reading.tree)) {
        for (const document of itemsOf(reading)) this.decodeDocument(document);
      } else this.decodeDocument(reading);
    }
  }

  private decodeDocument(document: RawDocument): void {
    if (document.tree === null) return;
    this.warnDuplicates(document);
    const items = listItems(document);
    if (items) for (const item of items) this.decodeDocument(item);
    else {
      this.decoded.documents++;
      this.decodeObject(document);
    }
  }

  private warnDuplicates({ duplicates, origin }: RawDocument): void {
    for (const { key, offset } of duplicates) {
      this.addStrict({
        code: 'ERR_MANIFEST_FIELD',
        path: '',
        message: `key "${key}" already set in map`,
        position: origin.positionAt(offset),
      });
    }
  }

  private decodeObject({ tree, origin, format }: RawDocument): void {
    const header = readHeader(tree);
    if ('category' in header) {
      const code = header.category === 'type' ? 'ERR_MANIFEST_TYPE' : 'ERR_MANIFEST_HEADER';
      this.decoded.errors.push(issueAt(origin, code, header.message));
      return;
    }
    const refusal = refusalOf(header, tree as Mapping, this.options.features);
    if (refusal) {
      const { code, message, hint, path } = refusal;
      const issue = issueAt(origin, code, message, path);
      this.decoded.errors.push(hint === undefined ? issue : { ...issue, hint });
      return;
    }
    const entry = kindEntry(header.apiVersion, header.kind);
    if (!entry) {
      increment(this.decoded.foreignKinds, `${header.apiVersion} ${header.kind}`);
      return;
    }
    const warning = usageWarning(header, this.options.features);
    if (warning) this.decoded.warnings.push(issueAt(origin, warning.code, warning.message));
    this.decodeKnown(tree as Mapping, origin, entry, format === 'json');
  }

  private decodeKnown(tree: Mapping, origin: Origin, entry: KindEntry, duplicates: boolean): void {
    const { features, now = NOW_DEFAULT } = this.options;
    const reading = readManifest(tree, entry, now, { keepIdle: false, duplicates });
    const { object } = reading;
    for (const { path, message } of reading.strict) {
      this.addStrict(issueAt(origin, 'ERR_MANIFEST_FIELD', message, path));
    }
    for (const pattern of reading.withoutEffect) {
      increment(this.decoded.withoutEffect, `${entry.kind} ${pattern}`);
    }
    if (reading.types.length > 0) {
      for (const finding of reading.types) this.addType(origin, finding);
      return;
    }
    for (const { path, gate } of dropFields(entry, object, features)) {
      const message = `dropped, because the feature gate ${gate} is off in ${features.version}`;
      const place = manifestPath(entry, path);
      this.decoded.warnings.push(issueAt(origin, 'ERR_MANIFEST_GATE', message, place, path));
    }
    const adminAccess = this.allowsAdminAccess(object, entry);
    const validation = { features, shape: entry.shape, namespaced: entry.namespaced, adminAccess };
    const problems = [
      ...validateObject(entry.kind, object, validation),
      ...validateStatus(entry.kind, object, validation),
    ];
    const faults = problems.filter((problem) => this.options.strict || !isTrimmed(problem));
    for (const problem of problems) {
      const list = faults.includes(problem) ? this.decoded.errors : this.decoded.warnings;
      list.push(problemIssue(origin, entry, problem));
    }
    const uncountable = findUncountable(object, entry.outField);
    for (const { path, text } of uncountable) {
      const message = `${text} is more than 64 bits can count: Kubernetes would take it for another amount`;
      const place = manifestPath(entry, path);
      this.decoded.errors.push(issueAt(origin, 'ERR_QUANTITY_RANGE', message, place, path));
    }
    if (faults.length + uncountable.length === 0) this.addObject(object, origin, entry);
  }

  private addObject(draft: Draft, origin: Origin, entry: KindEntry): void {
    const metadata = (draft['metadata'] ?? {}) as {
      -readonly [K in keyof ObjectMeta]: ObjectMeta[K];
    };
    if (entry.namespaced && !metadata.namespace) metadata.namespace = 'default';
    if (!entry.namespaced) delete metadata.namespace;
    if (!metadata.name) {
      // The API server appends random letters; a count gives the same names every time.
      metadata.name = `${metadata.generateName}${String(++this.generated).padStart(5, '0')}`;
    }
    const object = printObject(draft, entry.outField) as unknown as ApiObject;
    PROVENANCE.set(object, { origin, entry });
    this.decoded.objects.push(object);
    if (object.kind === 'Namespace') this.noteNamespace(object);
  }

  private noteNamespace({ metadata }: Namespace): void {
    if (metadata.labels?.[ADMIN_ACCESS_LABEL] === 'true') {
      this.adminNamespaces?.add(metadata.name!);
    }
  }

  private allowsAdminAccess(object: Draft, entry: KindEntry): boolean | undefined {
    if (!this.adminNamespaces || !isDra(entry.outApiVersion)) return undefined;
    const metadata = (object['metadata'] ?? {}) as ObjectMeta;
    return this.adminNamespaces.has(metadata.namespace || 'default');
  }

  private addStrict(issue: Issue): void {
    (this.options.strict ? this.decoded.errors : this.decoded.warnings).push(issue);
  }

  private addType(origin: Origin, { path, message }: Finding): void {
    this.decoded.errors.push(issueAt(origin, 'ERR_MANIFEST_TYPE', message, path));
  }
}

/**
 * Ids and times that only the API server writes: people leave them out of what they publish, and nothing in
 * scheduling depends on them.
 */
function isTrimmed({ type, field }: FieldProblem): boolean {
  if (type !== 'Required value') return false;
  return /^metadata\.ownerReferences\[\d+\]\.uid$|^status\..*\.(uid|lastTransitionTime)$/.test(
    field,
  );
}

function problemIssue(origin: Origin, entry: KindEntry, problem: FieldProblem): Issue {
  const path = manifestPath(entry, splitPath(problem.field));
  const { inText } = problem;
  const position = inText
    ? origin.positionInText(path, inText.line, inText.column)
    : origin.position(path);
  const detail = problem.detail === '' ? '' : `: ${problem.detail}`;
  const message = `${problem.type}${detail}`;
  return { code: 'ERR_MANIFEST_INVALID', path: problem.field, message, position };
}

// A JSON file may be an array of objects.
function itemsOf(document: RawDocument): RawDocument[] {
  const items = document.tree as RawDocument['tree'][];
  return items.map((tree, index) => {
    const place = tree instanceof Mapping ? document.origin.item([index], tree) : document.origin;
    return { ...document, tree, origin: place, duplicates: [] };
  });
}

function issueAt(
  origin: Origin,
  code: string,
  message: string,
  place: readonly Step[] = [],
  path: readonly Step[] = place,
): Issue {
  return { code, path: pathText(path), message, position: origin.position(place) };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
