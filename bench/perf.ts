// Whole runs that mirror cases of scheduler_perf: all pods are there at once, the clock runs from the first
// attempt to the last. Source: kubernetes/kubernetes test/integration/scheduler_perf (1.37).

import Table from 'cli-table3';
import type { Node, Pod } from '../src/api/core.js';
import { resolveFeatures } from '../src/api/features.js';
import type { ResourceClaimSpec, ResourceSlice } from '../src/api/resource.js';
import { compileCluster } from '../src/cluster/cluster.js';
import { RandomStreams } from '../src/random.js';
import type { ChosenStrategy } from '../src/scheduler/strategy.js';
import { summarize } from '../src/simulator/result.js';
import type { RunInput } from '../src/simulator/runinput.js';
import { Run } from '../src/simulator/simulator.js';
import type { PodTemplate, WorkloadPlan } from '../src/workloads/plan.js';
import { claimOfPlacement, DRIVER, PLACEMENT_CLASSES } from './placement.js';

export interface PerfFigures {
  /** Pods bound in a second of the machine's time; of preemption, the preemptors alone. */
  podsPerSecond: number;
  pods: number;
  nodes: number;
  counters: Record<string, number>;
  /** Digest of all decisions. */
  hash: string;
}

interface PerfCase {
  podCount: number;
  /** Pods that are there before the clock runs. */
  before?: WorkloadPlan;
  measured: WorkloadPlan;
  devicesPerNode?: number;
}

const NODE_COUNTS = [500, 5000, 15_000];
/** Small cases are repeated until the machine has compiled what they run; slow ones show what they are at once. */
const ROUNDS_MAX = 12;
const ENOUGH_NS = 2_000_000_000n;
/** Until then a second round is worth its time. */
const SLOW_NS = 4_000_000_000n;
const LABELS = { app: 'perf' };

/** Cases by name and number of nodes. */
function caseOf(name: string, nodeCount: number): PerfCase {
  const pods = (count: number) => Math.round((count * nodeCount) / 5000);
  switch (name) {
    case 'basic':
      return { podCount: pods(10_000), measured: plan('basic', pods(10_000), podOf('100m')) };
    case 'dra-template':
      return draCase(nodeCount, 10, claimOfPlacement(1));
    case 'dra-match':
      return draCase(nodeCount, 20, {
        devices: {
          ...claimOfPlacement(2).devices,
          constraints: [{ matchAttribute: `${DRIVER}/switch` }],
        },
      });
    case 'preemption':
      return {
        podCount: pods(5000),
        before: plan('low', pods(20_000), podOf('900m')),
        measured: plan('high', pods(5000), podOf('3000m'), { priority: 10 }),
      };
    case 'spread':
      return { podCount: pods(5000), measured: plan('spread', pods(5000), spreadPod()) };
    default:
      return { podCount: pods(5000), measured: plan('affinity', pods(5000), affinityPod()) };
  }
}

function draCase(nodeCount: number, devicesPerNode: number, spec: ResourceClaimSpec): PerfCase {
  const claims = [{ entry: 'claim', spec }];
  const measured = plan('dra', nodeCount * 10, podOf('100m'), { claims });
  return { podCount: nodeCount * 10, measured, devicesPerNode };
}

const CASES = ['basic', 'dra-template', 'dra-match', 'preemption', 'spread', 'affinity'];

/** Measures cases; names narrow them, `basic` or `basic-5000n`. */
export function perfBench(
  names: readonly string[],
  { smoke }: { smoke: boolean },
): Record<string, PerfFigures> {
  const figures: Record<string, PerfFigures> = {};
  for (const name of CASES) {
    for (const nodeCount of smoke ? [50] : NODE_COUNTS) {
      const { podCount } = caseOf(name, nodeCount);
      const title = `${name}-${nodeCount}n-${podCount}p`;
      if (names.length > 0 && !names.some((wanted) => title.startsWith(wanted))) continue;
      figures[title] = measureCase(name, nodeCount, smoke ? 1 : ROUNDS_MAX);
    }
  }
  return figures;
}

/** The figures as a table. */
export function printPerf(figures: Readonly<Record<string, PerfFigures>>): string {
  const table = new Table({
    head: ['perf', 'pods/s', 'attempts', 'nodes filtered', 'hash'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, { podsPerSecond, counters, hash }] of Object.entries(figures)) {
    const { attempts = 0, nodesFiltered = 0 } = counters;
    table.push([name, podsPerSecond.toLocaleString('en'), attempts, nodesFiltered, hash]);
  }
  return table.toString();
}

function measureCase(name: string, nodeCount: number, rounds: number): PerfFigures {
  let best: PerfFigures | undefined;
  const begin = process.hrtime.bigint();
  for (let round = 0; round < rounds; round++) {
    if (process.hrtime.bigint() - begin > (round === 1 ? SLOW_NS : ENOUGH_NS)) break;
    const figures = runCase(name, nodeCount);
    if (best && best.hash !== figures.hash) throw new Error(`${name} decides by chance`);
    if (!best || figures.podsPerSecond > best.podsPerSecond) best = figures;
  }
  return best!;
}

function runCase(name: string, nodeCount: number): PerfFigures {
  const { podCount, before, measured, devicesPerNode = 0 } = caseOf(name, nodeCount);
  const workloads = before ? [before, measured] : [measured];
  const run = perfRun(nodeCount, devicesPerNode, workloads, 1e9);
  while (before && run.pods.count < before.arrivals.timesUs.length) run.advance(1);
  const waiting = before ? before.arrivals.timesUs.length : 0;
  for (let placed = 0; placed < waiting; ) {
    run.advance(20);
    while (placed < waiting && run.pods.node[placed]! >= 0) placed++;
  }
  const begin = process.hrtime.bigint();
  run.advance();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { counters, fingerprint, pods } = summarize(run, name, '1.37', 'perf');
  const bound = countBound(run, waiting);
  if (bound < podCount) throw new Error(`${name}: ${bound} of ${podCount} pods got a node`);
  return {
    podsPerSecond: Math.round(podCount / seconds),
    pods: pods.created,
    nodes: nodeCount,
    counters,
    hash: fingerprint,
  };
}

/** A run over equal nodes with as many devices each. */
export function perfRun(
  nodeCount: number,
  devicesPerNode: number,
  workloads: readonly WorkloadPlan[],
  untilUs: number,
  overrides: Partial<RunInput> = {},
  strategy?: ChosenStrategy,
): Run {
  const features = resolveFeatures();
  const { nodes, slices } = clusterOf(nodeCount, devicesPerNode);
  return new Run({
    cluster: compileCluster(nodes, slices, features),
    classes: PLACEMENT_CLASSES,
    claims: new Map(),
    workloads,
    features,
    scheduler: {
      tieBreak: 'first-by-name',
      percentageOfNodesToScore: 0,
      backoff: { initialUs: 1e6, maxUs: 10e6 },
      ...(strategy && { strategy }),
    },
    latencies: { attemptUs: 1, bindUs: 0, podStartUs: 0, podStopUs: 1000, apiCallUs: 0 },
    streams: new RandomStreams('perf'),
    untilUs,
    eventsMax: 1e9,
    ...overrides,
  });
}

/** Pods with a node, from a pod on. */
function countBound({ pods }: Run, from = 0): number {
  let count = 0;
  for (let pod = from; pod < pods.count; pod++) if (pods.node[pod]! >= 0) count++;
  return count;
}

export function plan(
  name: string,
  count: number,
  pod: Pod,
  overrides: Partial<PodTemplate> = {},
): WorkloadPlan {
  // The measured pods come when those before them are placed.
  const timeUs = overrides.priority === undefined ? 0 : 500e6;
  return {
    name,
    templates: [{ name, pod, claims: [], priority: 0, ...overrides }],
    arrivals: {
      timesUs: new Float64Array(count).fill(timeUs),
      template: new Int32Array(count),
      durationUs: new Float64Array(count).fill(Infinity),
    },
    nameOf: (arrival) => `${name}-${arrival}`,
  };
}

export function podOf(cpu: string, spec: Partial<Pod['spec']> = {}): Pod {
  const resources = { requests: { cpu, memory: '500Mi' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'perf', namespace: 'default', labels: LABELS },
    spec: { containers: [{ name: 'pause', image: 'pause', resources }], ...spec },
  };
}

function spreadPod(): Pod {
  return podOf('100m', {
    topologySpreadConstraints: [
      {
        maxSkew: 5,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: LABELS },
      },
    ],
  });
}

function affinityPod(): Pod {
  return podOf('100m', {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: LABELS }, topologyKey: 'topology.kubernetes.io/region' },
        ],
      },
    },
  });
}

function clusterOf(
  nodeCount: number,
  devicesPerNode: number,
): { nodes: Node[]; slices: ResourceSlice[] } {
  const names = Array.from(
    { length: nodeCount },
    (_, node) => `node-${`${node}`.padStart(5, '0')}`,
  );
  const nodes = names.map(
    (name, index): Node => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'topology.kubernetes.io/zone': `zone-${index % 3}`,
          'topology.kubernetes.io/region': 'region',
        },
      },
      status: { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } },
    }),
  );
  const slices = names.map(
    (name): ResourceSlice => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name },
      spec: {
        driver: DRIVER,
        nodeName: name,
        pool: { name, generation: 1, resourceSliceCount: 1 },
        devices: Array.from({ length: devicesPerNode }, (_, index) => ({
          name: `device-${index}`,
          attributes: { switch: { int: Math.trunc(index / 2) } },
        })),
      },
    }),
  );
  return { nodes, slices: devicesPerNode > 0 ? slices : [] };
}
