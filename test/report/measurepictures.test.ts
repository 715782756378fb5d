// The pictures of fragmentation and power stand on a run's page where there is something to show.

import { expect, test } from 'vitest';
import { reportHtml } from '../../src/report/html.js';
import { fragmentationOverTime, powerOverTime } from '../../src/report/series.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

function simulated(machine: object, more: object = {}) {
  const requests = [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }];
  const shape = {
    name: 'gpu',
    duration: 'forever',
    claims: { gpu: { devices: { requests } } },
    pod: { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }] } },
  };
  return simulateScenario(
    JSON.stringify({
      apiVersion: 'drasim.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'pictures' },
      cluster: { nodePools: [{ name: 'a', count: 1, ...machine }] },
      until: '10s',
      workloads: [
        {
          name: 'w',
          generator: { arrivals: { process: 'constant', every: '0s' }, count: 3, shapes: [shape] },
        },
      ],
      ...more,
    }),
  );
}

const ids = (html: string) => [...html.matchAll(/<div id="(\w+)"/g)].map(([, id]) => id);

test('without partitions, stranded devices or power there are neither', () => {
  const { run, result } = simulated({ machine: 'l4-server' });
  expect(ids(reportHtml(run, result, ''))).toEqual(['use', 'pods', 'waits', 'map']);
});

test('partitions and stated power have pictures', () => {
  const { run, result } = simulated(
    { machine: 'dgx-a100', partitions: 'mig' },
    { power: { nodeIdle: 1000 } },
  );
  const html = reportHtml(run, result, '');
  expect(ids(html)).toEqual(['use', 'pods', 'waits', 'fragmentation', 'power', 'map']);
  const { times, curves } = fragmentationOverTime(run);
  expect(curves.map(({ name }) => name)).toEqual([
    'gpu.nvidia.com NVIDIA A100-SXM4-80GB: the largest partition left, of its device',
  ]);
  expect(curves[0]!.values).toHaveLength(times.length);
  expect(powerOverTime(run).curves[0]!.values.at(-1)).toBeCloseTo(
    result.energy!.wattsMax / 1000,
    3,
  );
});
