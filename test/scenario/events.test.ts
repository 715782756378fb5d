import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.js';

const reader = {
  readText: (): string => {
    throw new Error('no file is read');
  },
  resolve: (_from: string, path: string) => path,
};

const load = (events: string) =>
  loadScenario(
    `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: events}
until: 1h
cluster: {nodePools: [{name: l4, count: 1, machine: l4-server}]}
events:
${events}`,
    'events.yaml',
    reader,
  ).input.taintChanges;

const rule = (name: string) =>
  `{apiVersion: resource.k8s.io/v1, kind: DeviceTaintRule, metadata: {name: ${name}}, spec: {taint: {key: k, effect: NoExecute}}}`;

test('rules come and go in order of time, whatever the order of events', () => {
  const changes = load(`  - {at: 20m, delete: [{kind: DeviceTaintRule, name: a}]}
  - {at: 10m, apply: [${rule('a')}, ${rule('b')}]}
`);
  expect(
    changes?.map(({ timeUs, rules }) => [
      timeUs / 60e6,
      rules.map(({ metadata }) => metadata.name),
    ]),
  ).toEqual([
    [0, []],
    [10, ['a', 'b']],
    [20, ['b']],
  ]);
});

test.each([
  [
    'a rule that is not there',
    '{at: 1m, delete: [{kind: DeviceTaintRule, name: a}]}',
    'ERR_EVENT_OBJECT',
    'events[0].delete[0].name',
  ],
  [
    'another kind',
    '{at: 1m, apply: [{apiVersion: v1, kind: Node, metadata: {name: node}}]}',
    'ERR_UNMODELLED',
    'events[0].apply[0].kind',
  ],
])('%s is told with its place', (_name, event, code, path) => {
  expect(() => load(`  - ${event}\n`)).toThrow(
    expect.objectContaining({
      issues: [
        expect.objectContaining({ code, path, position: expect.objectContaining({ line: 7 }) }),
      ],
    }),
  );
});
