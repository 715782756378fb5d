import { expect, test } from 'vitest';
import { Run } from '../../../src/simulator/simulator.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../../builders.js';

test.each([true, false])(
  'pods that start change which candidate is best (kept: %s)',
  (candidates) => {
    // Beside three nodes that take a pod each are some that take none: what is kept is not made anew for them all.
    const sized = (name: string, cpu: string) =>
      buildNode(name, { status: { allocatable: { cpu, memory: '1Gi', pods: '9' } } });
    const small = Array.from({ length: 50 }, (_, index) => sized(`small-${index}`, '100m'));
    const nodes = [sized('a', '1'), sized('b', '1'), sized('c', '1'), ...small];
    const low = buildPlan(buildPod('low'), [0, 1, 2], Infinity);
    const high = buildPlan(buildPod('high', '1', { priority: 5 }), [3, 20], Infinity, {
      priority: 5,
    });
    const input = buildRunInput(nodes, [low, high]);
    const run = new Run({
      ...input,
      scheduler: { ...input.scheduler, shortcuts: { candidates } },
      latencies: { attemptUs: 0, bindUs: 0, podStartUs: 5e6, podStopUs: 0, apiCallUs: 0 },
      untilUs: 60e6,
    });
    run.advance();
    // None had started at 3 s: the first node. At 20 s the pod that started last is to go.
    const { pods } = run;
    const placed = Array.from(pods.node.subarray(0, pods.count)).filter(
      (_, pod) => pods.priority[pod] === 5,
    );
    expect(placed).toEqual([0, 2]);
  },
);
