// Kubernetes objects of a scenario: from files beside it, or written inside it. Errors are collected over
// all of them; what has no effect is counted and told once.

import type { PodTemplateSpec } from '../api/core.js';
import { type ApiObject, type Decoded, decodeManifests, positionOf } from '../api/decode.js';
import type { Features } from '../api/features.js';
import type { ResourceClaimSpec } from '../api/resource.js';
import { splitPath } from '../api/tree.js';
import { DrasimError, type Issue, type Position } from '../errors.js';
import { formatPath, type ScenarioDocument, type Step } from './document.js';
import type { FileReader } from './load.js';
import { readNamedFile } from './namedfile.js';

/** Kinds that are read and change nothing. */
const WITHOUT_EFFECT: ReadonlySet<ApiObject['kind']> = new Set(['VolumeAttachment']);

/** Where a field stands, as messages show it. */
export interface Place {
  path: string;
  position?: Position;
}

/** Reads manifests of one scenario and keeps what there is to tell about them. */
export class ManifestReader {
  private readonly errors: Issue[] = [];
  private readonly warnings: Issue[] = [];
  private readonly withoutEffect = new Map<string, number>();
  private readonly foreignKinds = new Map<string, number>();
  private readonly places = new WeakMap<object, (path: string) => Place>();
  readonly document: ScenarioDocument;
  readonly reader: FileReader;
  private readonly features: Features;

  constructor(source: { document: ScenarioDocument; reader: FileReader; features: Features }) {
    this.document = source.document;
    this.reader = source.reader;
    this.features = source.features;
  }

  /** Objects of a list of file names and inline objects. */
  read(list: readonly (string | Record<string, unknown>)[], path: readonly Step[]): ApiObject[] {
    return list.flatMap((entry, index) => {
      const place = [...path, index];
      if (typeof entry !== 'string') return this.readInline(entry, place);
      const { features } = this;
      const { file, text } = readNamedFile(this, entry, place);
      const decoded = decodeManifests(text, { file, features });
      for (const object of decoded.objects) {
        this.locate(object, (inside) => {
          const position = positionOf(object, inside);
          return { path: inside, ...(position && { position }) };
        });
      }
      return this.note(decoded);
    });
  }

  /** Where a field stands of an object that was read here, or of its spec, or of a template's spec. */
  place(part: object, path: string): Place {
    return this.places.get(part)?.(path) ?? { path };
  }

  /** A pod template that is written inside the scenario, decoded as the pod it makes. */
  readPodTemplate(
    template: Record<string, unknown>,
    name: string,
    path: readonly Step[],
  ): PodTemplateSpec {
    const metadata = typeof template['metadata'] === 'object' ? template['metadata'] : {};
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      ...template,
      metadata: { ...metadata, name },
      spec: withImages(template['spec']),
    };
    const [object] = this.readInline(pod, path);
    if (object?.kind === 'Pod') return { metadata: object.metadata, spec: object.spec };
    return { spec: { containers: [] } };
  }

  /** A claim spec that is written inside the scenario. */
  readClaimSpec(
    spec: Record<string, unknown>,
    name: string,
    path: readonly Step[],
  ): ResourceClaimSpec {
    const apiVersion = 'resource.k8s.io/v1';
    const claim = { apiVersion, kind: 'ResourceClaim', metadata: { name }, spec };
    const [object] = this.readInline(claim, path, ['spec']);
    return object?.kind === 'ResourceClaim' ? object.spec : {};
  }

  /** Adds an error of the scenario's objects to those that {@link finish} throws. */
  refuse(issue: Issue): void {
    this.errors.push(issue);
  }

  /** Throws all errors so far. */
  finish(): void {
    if (this.errors.length > 0) throw new DrasimError(this.errors);
  }

  /** Lines for a person: warnings, fields without effect, kinds that are foreign. */
  notes(): string[] {
    const counted = (entries: ReadonlyMap<string, number>, text: string) =>
      [...entries].sort().map(([name, count]) => `${name} (${count}x): ${text}`);
    return [
      ...this.warnings.map((issue) => {
        const place = issue.position
          ? `${issue.position.file}:${issue.position.line}:${issue.position.column}: `
          : '';
        return `${place}${issue.message}`;
      }),
      ...counted(this.withoutEffect, 'understood, no effect on scheduling'),
      ...counted(this.foreignKinds, 'not a kind that scheduling sees, left out'),
    ];
  }

  private readInline(
    object: Record<string, unknown>,
    path: readonly Step[],
    inside: readonly Step[] = [],
  ): ApiObject[] {
    const text = JSON.stringify(object, (_key, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    const decoded = decodeManifests(text, { file: this.document.file, features: this.features });
    const place = (own: string) => {
      const steps = [...path, ...splitPath(own).slice(inside.length)];
      return { path: formatPath(steps), position: this.document.positionOf(steps) };
    };
    const relocate = (issue: Issue): Issue => ({ ...issue, ...place(issue.path) });
    for (const object of decoded.objects) this.locate(object, place);
    return this.note({
      ...decoded,
      errors: decoded.errors.map(relocate),
      warnings: decoded.warnings.map(relocate),
    });
  }

  private locate(object: ApiObject, place: (path: string) => Place): void {
    this.places.set(object, place);
    if (!('spec' in object) || object.spec === undefined) return;
    this.places.set(object.spec, (path) => place(`spec.${path}`));
    if (object.kind !== 'ResourceClaimTemplate') return;
    this.places.set(object.spec.spec, (path) => place(`spec.spec.${path}`));
  }

  private note(decoded: Decoded): ApiObject[] {
    this.errors.push(...decoded.errors);
    this.warnings.push(...decoded.warnings);
    for (const [name, count] of decoded.withoutEffect) {
      this.withoutEffect.set(name, (this.withoutEffect.get(name) ?? 0) + count);
    }
    for (const [name, count] of decoded.foreignKinds) {
      this.foreignKinds.set(name, (this.foreignKinds.get(name) ?? 0) + count);
    }
    for (const { kind } of decoded.objects) {
      if (WITHOUT_EFFECT.has(kind)) {
        this.withoutEffect.set(kind, (this.withoutEffect.get(kind) ?? 0) + 1);
      }
    }
    return [...decoded.objects];
  }
}

/** Generated pods need not say which image they run; a manifest must, as in a cluster. */
function withImages(spec: unknown): unknown {
  const { containers } = (spec ?? {}) as { containers?: unknown };
  if (!Array.isArray(containers)) return spec;
  const filled = containers.map((container) =>
    typeof container === 'object' && container !== null
      ? { image: 'any', ...container }
      : container,
  );
  return { ...(spec as object), containers: filled };
}
