// Extended resources that a device class serves: the claims that are planned for them.

import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const text = (
  containers: string,
  { allocatable = '', kubernetes = '{}' } = {},
) => `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
kubernetes: ${kubernetes}
until: 1h
cluster:
  manifests:
    - {apiVersion: v1, kind: Node, metadata: {name: node}, status: {allocatable: {cpu: 8, memory: 8Gi, pods: 110${allocatable}}}}
    - apiVersion: resource.k8s.io/v1
      kind: ResourceSlice
      metadata: {name: s}
      spec:
        driver: gpu.test
        nodeName: node
        pool: {name: node, generation: 1, resourceSliceCount: 1}
        devices: [{name: a}, {name: b}, {name: c}]
    - apiVersion: resource.k8s.io/v1
      kind: DeviceClass
      metadata: {name: gpu}
      spec: {extendedResourceName: test.com/gpu, selectors: [{cel: {expression: 'device.driver == "gpu.test"'}}]}
workloads:
  - name: w
    manifests:
      - {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [${containers}]}}
`;
const container = (name: string, resource: string, count: number) =>
  `{name: ${name}, image: i, resources: {requests: {${resource}: ${count}}, limits: {${resource}: ${count}}}}`;

/** Devices that the pod holds, in all. */
function devices(source: string): number {
  return simulateScenario(source).run.recorder.allocations.count;
}

describe('a pod gets the devices of its containers', () => {
  test.each([
    ['by the name that the class states', 'test.com/gpu', 2],
    ['by the name that every class has', 'deviceclass.resource.kubernetes.io/gpu', 2],
    ['not by any other', 'test.com/fpga', 0],
  ])('%s', (_what, resource, count) => {
    expect(devices(text(container('c', resource, 2)))).toBe(count);
  });

  test('of all together', () => {
    const both = [container('a', 'test.com/gpu', 1), container('b', 'test.com/gpu', 2)].join();
    expect(devices(text(both))).toBe(3);
    expect(devices(text(both.replaceAll('2', '4')))).toBe(0);
  });

  test('where the gate is on', () => {
    const gate = (on: boolean) => `{version: '1.35', featureGates: {DRAExtendedResource: ${on}}}`;
    const one = container('c', 'test.com/gpu', 1);
    expect(devices(text(one, { kubernetes: gate(true) }))).toBe(1);
    expect(devices(text(one, { kubernetes: gate(false) }))).toBe(0);
  });
});

test('a node that has the resource of a device plugin beside the class is refused by name', () => {
  const source = text(container('c', 'test.com/gpu', 1), { allocatable: ', test.com/gpu: 2' });
  expect(() => simulateScenario(source)).toThrow(DrasimError);
  expect(() => simulateScenario(source)).toThrow(
    'not modelled yet: test.com/gpu from device plugins (node node) and from a device class at once',
  );
});
