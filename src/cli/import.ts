// `drasim import`: what `kubectl get ... -o yaml` printed becomes a scenario that starts from that state:
// running pods on their nodes with their allocations, the others as pods that wait.

import { stringify } from 'yaml';
import type { Pod } from '../api/core.js';
import { type ApiObject, decodeManifests } from '../api/decode.js';
import { resolveFeatures } from '../api/features.js';
import type { Issue } from '../errors.js';
import { DrasimError, formatIssue } from '../errors.js';
import { jsonText } from '../report/json.js';
import { InputFiles, nothingIn, writeFile } from './files.js';
import type { CommonOptions } from './program.js';
import { interruptible } from './signals.js';
import { note } from './terminal.js';

export interface ImportOptions extends CommonOptions {
  out?: string;
  name: string;
  kubernetes?: string;
}

/** Kinds that a run reads; others are counted and left out. */
const KEPT = new Set([
  'Node',
  'Pod',
  'ResourceSlice',
  'ResourceClaim',
  'ResourceClaimTemplate',
  'DeviceClass',
  'DeviceTaintRule',
  'PriorityClass',
  'Namespace',
  'Service',
  'ReplicaSet',
  'PodDisruptionBudget',
  'PodGroup',
  'Workload',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'StorageClass',
  'CSINode',
  'CSIDriver',
  'CSIStorageCapacity',
]);

/** Kinds of which annotations say something that scheduling goes by. */
const ANNOTATED = new Set(['ResourceClaim', 'PersistentVolumeClaim', 'StorageClass', 'CSINode']);
/** Kinds that others know by their uid. */
const IDENTIFIED = new Set(['Pod', 'PersistentVolumeClaim']);

/** Imports cluster state. */
export async function importCommand(
  paths: readonly string[],
  options: ImportOptions,
): Promise<number> {
  const files = new InputFiles(options.inputMax);
  const features = resolveFeatures(options.kubernetes ? { version: options.kubernetes } : {});
  const objects: ApiObject[] = [];
  const errors: Issue[] = [];
  const leftOut = new Map<string, number>();
  for (const file of paths) {
    const decoded = decodeManifests(files.readText(file), { file, features });
    errors.push(...decoded.errors);
    for (const issue of decoded.warnings) note(formatIssue(issue));
    for (const [kind, count] of decoded.foreignKinds) count1(leftOut, kind, count);
    for (const object of decoded.objects) {
      const why = whyLeftOut(object);
      if (why === '') objects.push(slim(object));
      else count1(leftOut, why, 1);
    }
    await new Promise((done) => setImmediate(done));
  }
  if (errors.length > 0) throw new DrasimError(errors);
  for (const [what, count] of [...leftOut].sort()) note(`${what} (${count}x): left out`);
  if (objects.length === 0) throw nothingIn(paths, 'object that a run reads');
  const scenario = scenarioOf(objects, options);
  const text =
    options.format === 'json'
      ? jsonText(scenario)
      : `# Imported cluster state: running pods keep their nodes and devices.\n${stringify(
          scenario,
          {
            version: '1.1',
            aliasDuplicateObjects: false,
            lineWidth: 0,
          },
        )}`;
  if (options.out === undefined) process.stdout.write(text);
  else {
    const { out } = options;
    await interruptible(() => writeFile(out, text));
    note(`wrote ${options.out}: ${objects.length} objects`);
  }
  return 0;
}

function count1(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function whyLeftOut(object: ApiObject): string {
  if (!KEPT.has(object.kind)) return `${object.apiVersion} ${object.kind}`;
  if (object.kind !== 'Pod') return '';
  const phase = object.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed' ? `pods that are ${phase}` : '';
}

/** Running pods belong to the cluster, pods without a node to a workload that waits. */
function scenarioOf(objects: readonly ApiObject[], options: ImportOptions): object {
  const isPending = (object: ApiObject) =>
    object.kind === 'Pod' && (object.spec.nodeName === undefined || object.status === undefined);
  const pending = objects.filter(isPending);
  const present = objects.filter((object) => !isPending(object));
  return {
    apiVersion: 'drasim.dev/v1',
    kind: 'Scenario',
    metadata: { name: options.name },
    ...(options.kubernetes !== undefined && { kubernetes: { version: options.kubernetes } }),
    cluster: { manifests: present },
    workloads: pending.length > 0 ? [{ name: 'pending', manifests: pending }] : [],
  };
}

/** The object without what only the API server keeps. */
function slim(object: ApiObject): ApiObject {
  const { name, generateName, namespace, labels, annotations, creationTimestamp, uid } =
    object.metadata;
  const { ownerReferences } = object.metadata;
  const metadata = {
    ...(name !== undefined && { name }),
    ...(generateName !== undefined && name === undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && IDENTIFIED.has(object.kind) && { uid }),
    ...(ownerReferences !== undefined && object.kind === 'Pod' && { ownerReferences }),
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && ANNOTATED.has(object.kind) && { annotations }),
    ...(creationTimestamp !== undefined && object.kind === 'DeviceClass' && { creationTimestamp }),
  };
  if (object.kind === 'Pod') return { ...object, metadata, ...slimPodStatus(object) };
  // Its pods are there themselves; it tells which of them belong together.
  if (object.kind === 'ReplicaSet') {
    return { ...object, metadata, spec: { ...object.spec, replicas: 0 } };
  }
  if (object.kind === 'Node') {
    const { allocatable, capacity, declaredFeatures } = object.status ?? {};
    return {
      ...object,
      metadata,
      status: {
        ...(capacity && { capacity }),
        ...(allocatable && { allocatable }),
        ...(declaredFeatures && { declaredFeatures }),
      },
    };
  }
  return { ...object, metadata } as ApiObject;
}

function slimPodStatus(pod: Pod): Pick<Pod, 'status'> {
  const { phase, resourceClaimStatuses } = pod.status ?? {};
  if (phase === undefined && resourceClaimStatuses === undefined) return {};
  return {
    status: {
      ...(phase !== undefined && { phase }),
      ...(resourceClaimStatuses && { resourceClaimStatuses }),
    },
  };
}
