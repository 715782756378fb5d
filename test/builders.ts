// Objects for tests: small, valid, each with overrides for what a test is about.

import type { Node, Pod } from '../src/api/core.js';
import { resolveFeatures } from '../src/api/features.js';
import type {
  Device,
  DeviceClass,
  ExactDeviceRequest,
  ResourceClaimSpec,
  ResourceSlice,
  ResourceSliceSpec,
} from '../src/api/resource.js';
import { AmountScales } from '../src/cluster/amounts.js';
import { type CompiledCluster, compileCluster } from '../src/cluster/cluster.js';
import { CPU } from '../src/cluster/nodes.js';
import type { PowerModel } from '../src/cluster/power.js';
import { Allocator, type AllocatorOptions } from '../src/dra/allocator.js';
import { FAILED, FOUND } from '../src/dra/outcome.js';
import { RandomStreams } from '../src/random.js';
import type { RunInput } from '../src/simulator/runinput.js';
import type { WorkloadPlan } from '../src/workloads/plan.js';

export const DRIVER = 'gpu.test';

export function buildNode(name: string, overrides: Partial<Node> = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { allocatable: { cpu: '8', memory: '32Gi', pods: '110' } },
    ...overrides,
  };
}

export function buildDevice(name: string, overrides: Partial<Device> = {}): Device {
  return { name, attributes: { model: { string: 'a' } }, ...overrides };
}

export function buildSlice(
  nodeName: string | undefined,
  devices: readonly Device[] | undefined,
  overrides: Partial<ResourceSliceSpec> & { name?: string } = {},
): ResourceSlice {
  const { name = `${nodeName ?? 'shared'}-${DRIVER}`, ...spec } = overrides;
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name },
    spec: {
      driver: DRIVER,
      pool: { name: nodeName ?? 'shared', generation: 1, resourceSliceCount: 1 },
      ...(nodeName !== undefined && { nodeName }),
      ...(devices && { devices }),
      ...spec,
    },
  };
}

export function buildClass(name = 'gpu', expression?: string): DeviceClass {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name },
    spec: expression === undefined ? {} : { selectors: [{ cel: { expression } }] },
  };
}

/** A claim of exact requests, each with its overrides. */
export function buildClaim(
  requests: Record<string, Partial<ExactDeviceRequest>>,
  constraints: NonNullable<ResourceClaimSpec['devices']>['constraints'] = [],
): ResourceClaimSpec {
  return {
    devices: {
      requests: Object.entries(requests).map(([name, part]) => ({
        name,
        exactly: {
          deviceClassName: 'gpu',
          allocationMode: 'ExactCount',
          ...(part.allocationMode === 'All' ? {} : { count: 1 }),
          ...part,
        },
      })),
      ...(constraints.length > 0 && { constraints }),
    },
  };
}

/** One node unless more are given, its slices, and an allocator over them. */
export function buildAllocator(
  slices: readonly ResourceSlice[],
  options: {
    nodes?: readonly Node[];
    classes?: readonly DeviceClass[];
    featureGates?: Record<string, boolean>;
    version?: string;
    amounts?: Record<string, string>;
    allocator?: AllocatorOptions;
  } = {},
) {
  const nodes = options.nodes ?? [buildNode('node')];
  const classes = options.classes ?? [buildClass()];
  const features = resolveFeatures({
    ...(options.version !== undefined && { version: options.version }),
    ...(options.featureGates && { featureGates: options.featureGates }),
  });
  const scales = new AmountScales();
  for (const [name, text] of Object.entries(options.amounts ?? {})) scales.declare(name, text);
  const cluster = compileCluster(nodes, slices, features, scales);
  const byName = new Map(classes.map((entry) => [entry.metadata.name!, entry]));
  return { cluster, allocator: new Allocator(cluster, byName, features, options.allocator) };
}

/** Searches for claims on a node and gives the chosen device names, null, or the error. */
export function findDevices(
  { cluster, allocator }: ReturnType<typeof buildAllocator>,
  claims: readonly ResourceClaimSpec[],
  node = 0,
): string[] | null | { error: string } {
  const shapes = claims.map((spec) => allocator.shapes.intern(spec));
  const names = claims.map((_, index) => `claim-${index}`);
  const outcome = allocator.find(shapes, names, node);
  if (outcome === FAILED) return { error: allocator.search.error };
  if (outcome !== FOUND) return null;
  const { count, device } = allocator.search.picks;
  return Array.from(device.subarray(0, count), (index) => cluster.devices.objects[index]!.name);
}

/** Allocates one claim on a node for good; fails the test when it does not fit. */
export function allocate(
  built: ReturnType<typeof buildAllocator>,
  spec: ResourceClaimSpec,
  node = 0,
): number {
  const found = findDevices(built, [spec], node);
  if (!Array.isArray(found)) throw new Error(`no devices: ${JSON.stringify(found)}`);
  const shape = built.allocator.shapes.intern(spec);
  const claim = built.allocator.claims.create(shape);
  built.allocator.commit([claim], node);
  return claim;
}

export function buildPod(name: string, cpu = '1', spec: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'any', resources: { requests: { cpu } } }],
      ...spec,
    },
  };
}

/** A workload of one template, arriving at the given seconds. */
export function buildPlan(
  pod: Pod,
  seconds: readonly number[],
  durationSeconds: number,
  overrides: Partial<WorkloadPlan['templates'][number]> = {},
): WorkloadPlan {
  const name = pod.metadata.name!;
  return {
    name,
    templates: [{ name, pod, claims: [], priority: 0, ...overrides }],
    arrivals: {
      timesUs: Float64Array.from(seconds, (second) => second * 1e6),
      template: new Int32Array(seconds.length),
      durationUs: new Float64Array(seconds.length).fill(durationSeconds * 1e6),
    },
    nameOf: (arrival) => `${name}-${arrival}`,
  };
}

/** Packages of four vCPUs draw 10 or 50 W, devices 20 or 120 W. */
export function buildPower({ nodes, devices }: CompiledCluster): PowerModel {
  const filled = (count: number, value: number) => new Float64Array(count).fill(value);
  return {
    nodeIdle: filled(nodes.count, 0),
    cpuIdle: filled(nodes.count, 10),
    cpuMax: filled(nodes.count, 50),
    packageMilli: filled(nodes.count, 4000),
    packages: Int32Array.from(nodes.allocatable[CPU]!, (milli) => Math.ceil(milli / 4000)),
    deviceIdle: filled(devices.count, 20),
    deviceMax: filled(devices.count, 120),
    isStep: new Uint8Array(devices.count).fill(1),
  };
}

/** A run's input over nodes and plans, without latencies. */
export function buildRunInput(
  nodes: readonly Node[],
  workloads: readonly WorkloadPlan[],
  overrides: Partial<RunInput> & { slices?: readonly ResourceSlice[] } = {},
): RunInput {
  const { slices = [], ...rest } = overrides;
  const features = rest.features ?? resolveFeatures();
  return {
    cluster: compileCluster(nodes, slices, features),
    classes: new Map([['gpu', buildClass()]]),
    claims: new Map(),
    workloads,
    features,
    scheduler: {
      tieBreak: 'first-by-name',
      percentageOfNodesToScore: 0,
      backoff: { initialUs: 1e6, maxUs: 10e6 },
    },
    latencies: { attemptUs: 0, bindUs: 0, podStartUs: 0, podStopUs: 1e6, apiCallUs: 0 },
    streams: new RandomStreams('test'),
    untilUs: Infinity,
    eventsMax: 1e6,
    ...rest,
  };
}
