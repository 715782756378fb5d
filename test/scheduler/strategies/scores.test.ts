// What node strategies give nodes, in cases small enough to work out by hand: the largest node has 16 CPU and four
// devices, and pods are steered to where they shall be.

import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/random.js';
import {
  NODE_STRATEGIES,
  NODE_STRATEGY_NAMES,
  type NodeStrategyName,
} from '../../../src/scheduler/registry.js';
import { Run } from '../../../src/simulator/simulator.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildPower,
  buildRunInput,
  buildSlice,
} from '../../builders.js';

/** CPU, devices and thousandths of each. */
type Want = readonly [cpu: string, count: number, milli: number];

const NODES = {
  big: { cpu: '16', gpus: 4 },
  small: { cpu: '8', gpus: 2 },
  bare: { cpu: '8', gpus: 0 },
};
type NodeName = keyof typeof NODES;

function planOf(name: string, [cpu, count, milli]: Want, second: number, spec: object) {
  const claim = buildClaim({ gpu: { count, capacity: { requests: { milli: `${milli}` } } } });
  const claims = count === 0 ? [] : [{ entry: 'gpu', spec: claim }];
  return buildPlan(buildPod(name, cpu, spec), [second], 1000, { claims });
}

/** Scores by node of a pod that does not run yet, with others placed. */
function scoresOf(
  name: NodeStrategyName,
  placed: readonly (readonly [NodeName, Want])[],
  want: Want,
) {
  const objects = Object.entries(NODES).map(([node, { cpu }]) =>
    buildNode(node, {
      metadata: { name: node, labels: { node } },
      status: { allocatable: { cpu, memory: '64Gi', pods: '110' } },
    }),
  );
  const slices = Object.entries(NODES)
    .filter(([, { gpus }]) => gpus > 0)
    .map(([node, { gpus }]) =>
      buildSlice(
        node,
        Array.from({ length: gpus }, (_, gpu) =>
          buildDevice(`gpu-${gpu}`, {
            allowMultipleAllocations: true,
            capacity: { milli: { value: '1000' } },
          }),
        ),
      ),
    );
  const steered = placed.map(([node, other], index) =>
    planOf(`placed-${index}`, other, index, { nodeSelector: { node } }),
  );
  const gated = planOf('asked', want, 100, { schedulingGates: [{ name: 'wait' }] });
  const input = buildRunInput(objects, [...steered, gated], { slices, untilUs: 200e6 });
  const strategy = {
    ...{ name, entry: NODE_STRATEGIES[name], draws: new RandomStream('draws') },
    power: buildPower(input.cluster),
  };
  const run = new Run({ ...input, scheduler: { ...input.scheduler, strategy } });
  run.advance();
  const { feasible, totals, scores } = run.scheduler.explain(run.pods.count - 1).report;
  const byNode = [...feasible].map((node, index) => [objects[node]!.metadata.name, totals[index]]);
  return { scores: Object.fromEntries(byNode), plugins: scores.map(({ plugin }) => plugin) };
}

const SHARE: Want = ['2', 1, 500];
const WHOLE: Want = ['2', 1, 1000];
const TWO: Want = ['2', 2, 1000];
const NONE: Want = ['2', 0, 0];

test.each<[NodeStrategyName, (readonly [NodeName, Want])[], Want, object]>([
  // 100 x (1 - (cpu x cpu + shares x shares) / 2), parts of 16 CPU and 4000 thousandths.
  ['DotProd', [], WHOLE, { big: 81, small: 90 }],
  ['DotProd', [], NONE, { big: 93, small: 96, bare: 96 }],
  ['DotProd', [['big', TWO]], SHARE, { big: 91, small: 93 }],
  // 100 x (1 - what is left of CPU and shares, half each).
  ['BestFit', [], WHOLE, { big: 18, small: 68 }],
  ['BestFit', [['big', TWO]], NONE, { big: 37, small: 56, bare: 81 }],
  // 25 for how full, then 75, 50, 25 or 0 for the company.
  ['GpuClustering', [], SHARE, { big: 25, small: 37 }],
  ['GpuClustering', [['big', SHARE]], SHARE, { big: 78, small: 37 }],
  [
    'GpuClustering',
    [
      ['big', SHARE],
      ['big', TWO],
    ],
    SHARE,
    { big: 65, small: 37 },
  ],
  ['GpuClustering', [['big', TWO]], SHARE, { big: 12, small: 37 }],
  ['GpuClustering', [['big', TWO]], NONE, { big: 0, small: 0, bare: 0 }],
  // Idle nodes: 33 less their devices; idle devices of others: 50 less; shared ones by what is left.
  ['GpuPacking', [], SHARE, { big: 29, small: 31 }],
  ['GpuPacking', [['big', WHOLE]], SHARE, { big: 49, small: 31 }],
  ['GpuPacking', [['big', SHARE]], SHARE, { big: 95, small: 31 }],
  ['GpuPacking', [['big', SHARE]], TWO, { big: 48, small: 31 }],
  ['GpuPacking', [['big', SHARE]], NONE, { big: 0, small: 0, bare: 0 }],
  // 100 x (1 - watts / 560): 40 for each package of four vCPUs, 100 for each device that was idle.
  ['PWR', [], NONE, { big: 92.857143, small: 92.857143, bare: 92.857143 }],
  ['PWR', [], SHARE, { big: 75, small: 75 }],
  ['PWR', [], TWO, { big: 57.142857, small: 57.142857 }],
  ['PWR', [['big', SHARE]], SHARE, { big: 100, small: 75 }],
  ['PWR', [['big', SHARE]], WHOLE, { big: 82.142857, small: 75 }],
  ['PWR', [['big', ['3', 0, 0]]], SHARE, { big: 75, small: 75 }],
])('%s after %j for %j', (name, placed, want, scores) => {
  expect(scoresOf(name, placed, want)).toEqual({ scores, plugins: [name] });
});

describe('FGD', () => {
  test('a device that nobody could use better is taken first', () => {
    const third: Want = ['1', 1, 600];
    // Typical are 600 twice (one placed, one asked): 400 left are lost to both already.
    const { scores } = scoresOf('FGD', [['big', third]], third);
    expect(scores).toEqual({ big: 40, small: 40 });
    // A share of 400 finds room that is lost to the half that wants 600.
    expect(scoresOf('FGD', [['big', third]], ['1', 1, 400]).scores).toEqual({ big: 54, small: 50 });
  });

  test('CPU that runs short makes all that a node has left useless', () => {
    const hungry: Want = ['8', 0, 0];
    const { scores } = scoresOf('FGD', [['big', WHOLE]], hungry);
    // A pod without devices can use none before or after: half of the pods see the difference.
    expect(scores['bare']).toBe(50);
    expect(scores['small']).toBe(26);
  });
});

test('random gives one node all', () => {
  const { scores } = scoresOf('Random', [], SHARE);
  expect(Object.values(scores).sort()).toEqual([0, 100]);
});

test('strategies of upstream keep its other scores', () => {
  const least = scoresOf('LeastAllocated', [], NONE);
  expect(least.plugins).toContain('NodeResourcesBalancedAllocation');
  const scored = (name: NodeStrategyName) => {
    const { scores } = scoresOf(name, [['big', ['12', 0, 0]]], NONE);
    return Object.entries(scores).sort((a, b) => (b[1] as number) - (a[1] as number))[0]![0];
  };
  expect(scored('LeastAllocated')).not.toBe('big');
  expect(scored('MostAllocated')).toBe('big');
  expect(scored('RequestedToCapacityRatio')).toBe('big');
});

test('every strategy says what it does, and goes with a device strategy that exists', () => {
  for (const name of NODE_STRATEGY_NAMES) {
    expect(NODE_STRATEGIES[name].summary, name).toMatch(/^[a-z].*[^.]$/);
  }
});
