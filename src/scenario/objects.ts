// All Kubernetes objects of a scenario, from the catalogue, from manifests and from traces, by role.

import type { Node } from '../api/core.js';
import type { ApiObject } from '../api/decode.js';
import type { Features } from '../api/features.js';
import type {
  DeviceClass,
  DeviceTaintRule,
  ResourceClaim,
  ResourceClaimSpec,
  ResourceClaimTemplate,
  ResourceSlice,
} from '../api/resource.js';
import type { PodGroup, PriorityClass, Workload } from '../api/scheduling.js';
import { catalogueClasses, FABRIC_LABEL, publishMachine } from '../catalogue/machines.js';
import { DrasimError } from '../errors.js';
import type { RandomStreams } from '../random.js';
import { knowsGangs } from '../scheduler/gangs.js';
import type { WorkloadObject } from '../workloads/objects.js';
import type { WorkloadPlan } from '../workloads/plan.js';
import { formatPath, type ScenarioDocument, type Step } from './document.js';
import { checkSize, NODES_MAX } from './limits.js';
import type { FileReader } from './load.js';
import type { ManifestReader } from './manifests.js';
import { readNamedFile } from './namedfile.js';
import type { NodePool, Scenario } from './schema.js';
import { OPENB_CLASS, readOpenbNodes } from './traces/openb.js';

/** What compiling starts from. */
export interface CompileSource {
  scenario: Scenario;
  document: ScenarioDocument;
  reader: FileReader;
  features: Features;
  streams: RandomStreams;
}

/** Objects of the whole scenario by role. */
export interface Objects {
  nodes: Node[];
  slices: ResourceSlice[];
  classes: Map<string, DeviceClass>;
  claims: Map<string, ResourceClaim>;
  claimTemplates: Map<string, ResourceClaimTemplate>;
  priorityClasses: Map<string, PriorityClass>;
  /** Pod groups and the workloads that describe some; by `namespace/name`. */
  podGroups: Map<string, PodGroup>;
  podGroupWorkloads: Map<string, Workload>;
  /** Whether groups are gangs in this release, with these gates. */
  readonly knowsGangs: boolean;
  taintRules: DeviceTaintRule[];
  /** Pods and their controllers by workload; those of the cluster section under -1. */
  workloadObjects: Map<number, WorkloadObject[]>;
  openbGpuCount: number;
  /** Everything from manifests. */
  all: ApiObject[];
  /** What the scenario's controllers make beside pods. */
  made: ApiObject[];
}

/** All claim specs of a run: those that exist and those that pods bring. */
export function* claimSpecs(
  objects: Objects,
  plans: readonly WorkloadPlan[],
): Generator<[string, ResourceClaimSpec]> {
  for (const [name, claim] of objects.claims) yield [`ResourceClaim ${name}`, claim.spec];
  for (const plan of plans) {
    for (const template of plan.templates) {
      for (const claim of template.claims) {
        if (claim.spec) yield [`pod ${template.name}, claim ${claim.entry}`, claim.spec];
      }
    }
  }
}

/** Collects the objects of all sections. @throws DrasimError with all issues of manifests and machines */
export function collectObjects(source: CompileSource, manifests: ManifestReader): Objects {
  const { scenario, document } = source;
  const objects: Objects = {
    nodes: [],
    slices: [],
    classes: new Map(catalogueClasses().map((entry) => [entry.metadata.name!, entry])),
    claims: new Map(),
    claimTemplates: new Map(),
    priorityClasses: new Map(),
    podGroups: new Map(),
    podGroupWorkloads: new Map(),
    knowsGangs: knowsGangs(source.features),
    taintRules: [],
    workloadObjects: new Map(),
    openbGpuCount: 0,
    all: [],
    made: [],
  };
  let nodeCount = 0;
  for (const [index, pool] of (scenario.cluster.nodePools ?? []).entries()) {
    nodeCount += pool.count;
    checkSize(nodeCount, NODES_MAX, 'nodes', { path: `cluster.nodePools[${index}].count` });
    addNodePool(objects, pool, ['cluster', 'nodePools', index], document);
  }
  if (scenario.cluster.trace) {
    const path = ['cluster', 'trace', 'nodes'];
    const { file, text } = readNamedFile(source, scenario.cluster.trace.nodes, path);
    const cluster = readOpenbNodes(text, file, scenario.cluster.trace.partitions);
    objects.nodes.push(...cluster.nodes);
    objects.slices.push(...cluster.slices);
    objects.openbGpuCount = cluster.gpuCount;
    objects.classes.set(OPENB_CLASS.metadata.name!, OPENB_CLASS);
  }
  const clusterManifests = scenario.cluster.manifests ?? [];
  const seen = new Map(objects.nodes.map((node) => [keyOf(node), node]));
  const once = (list: readonly ApiObject[]) =>
    list.filter((object) => isFirst(object, seen, manifests));
  sortObjects(objects, -1, once(manifests.read(clusterManifests, ['cluster', 'manifests'])));
  scenario.workloads.forEach((workload, index) => {
    const path = ['workloads', index, 'manifests'];
    sortObjects(objects, index, once(manifests.read(workload.manifests ?? [], path)));
  });
  manifests.finish();
  return objects;
}

function keyOf({ kind, metadata }: ApiObject): string {
  return `${kind} ${metadata.namespace ?? 'default'}/${metadata.name ?? ''}`;
}

/** Whether an object is the first of its name; one that says something else is an error. */
function isFirst(
  object: ApiObject,
  seen: Map<string, ApiObject>,
  manifests: ManifestReader,
): boolean {
  if (object.metadata.name === undefined) return true;
  const key = keyOf(object);
  const first = seen.get(key);
  if (!first) {
    seen.set(key, object);
    return true;
  }
  if (JSON.stringify(first) === JSON.stringify(object)) return false;
  const { position } = manifests.place(first, 'metadata.name');
  manifests.refuse({
    code: 'ERR_SCENARIO_DUPLICATE',
    ...manifests.place(object, 'metadata.name'),
    message: `there is a ${object.kind} ${object.metadata.name} already`,
    hint: position ? `at ${position.file}:${position.line}` : 'from the catalogue or a trace',
  });
  return false;
}

function addNodePool(
  objects: Objects,
  pool: NodePool,
  path: Step[],
  document: ScenarioDocument,
): void {
  for (let index = 0; index < pool.count; index++) {
    const name = `${pool.name}-${index}`;
    const machine = publishMachine(pool.machine, name, pool.partitions);
    if ('problem' in machine) {
      throw new DrasimError({
        code: 'ERR_MACHINE_UNKNOWN',
        path: formatPath([...path, machine.field]),
        message: machine.problem,
        hint: machine.hint,
        position: document.positionOf([...path, machine.field]),
      });
    }
    const { metadata, spec, status } = machine.node;
    const { fabricNodes } = machine;
    const fabric = fabricNodes !== undefined && {
      [FABRIC_LABEL]: `${pool.name}-${Math.floor(index / fabricNodes)}`,
    };
    objects.nodes.push({
      ...machine.node,
      metadata: {
        ...metadata,
        labels: {
          ...metadata.labels,
          ...fabric,
          'drasim.dev/node-pool': pool.name,
          ...pool.labels,
        },
      },
      ...((spec || pool.taints) && {
        spec: { ...spec, ...(pool.taints && { taints: pool.taints }) },
      }),
      ...(status && { status }),
    });
    objects.slices.push(...machine.slices);
  }
}

function sortObjects(objects: Objects, workload: number, list: readonly ApiObject[]): void {
  objects.all.push(...list);
  for (const object of list) {
    const { name = '', namespace = 'default' } = object.metadata;
    const key = `${namespace}/${name}`;
    if (object.kind === 'Node') objects.nodes.push(object);
    else if (object.kind === 'ResourceSlice') objects.slices.push(object);
    else if (object.kind === 'DeviceClass') objects.classes.set(name, object);
    else if (object.kind === 'ResourceClaim') objects.claims.set(key, object);
    else if (object.kind === 'ResourceClaimTemplate') objects.claimTemplates.set(key, object);
    else if (object.kind === 'PriorityClass') objects.priorityClasses.set(name, object);
    else if (object.kind === 'PodGroup') objects.podGroups.set(key, object);
    else if (object.kind === 'Workload') objects.podGroupWorkloads.set(key, object);
    else if (object.kind === 'DeviceTaintRule') objects.taintRules.push(object);
    else if (isWorkloadObject(object)) {
      const known = objects.workloadObjects.get(workload);
      if (known) known.push(object);
      else objects.workloadObjects.set(workload, [object]);
    }
  }
}

function isWorkloadObject(object: ApiObject): object is WorkloadObject {
  return ['Pod', 'Job', 'Deployment', 'ReplicaSet'].includes(object.kind);
}
