// Persistent volumes in a run: claims are bound where their pods go, and pods follow their volumes afterwards.

import { describe, expect, test } from 'vitest';
import { simulateScenario } from '../../src/scenario/simulate.js';

const nodes = ['a', 'b']
  .map(
    (zone) =>
      `{apiVersion: v1, kind: Node, metadata: {name: node-${zone}, labels: {topology.kubernetes.io/zone: ${zone}, kubernetes.io/hostname: node-${zone}}}, status: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}}}`,
  )
  .join(', ');
const claim = (name: string, storageClass = 'fast', more = '') =>
  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${name}}, spec: {accessModes: [ReadWriteOnce], storageClassName: ${storageClass}, resources: {requests: {storage: 10Gi}}${more}}}`;
const storageClass = (
  name: string,
  provisioner: string,
  mode = 'WaitForFirstConsumer',
  annotations = '',
) =>
  `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: ${name}${annotations}}, provisioner: ${provisioner}, volumeBindingMode: ${mode}}`;
const volume = (name: string, zone: string, size = '20Gi') =>
  `{apiVersion: v1, kind: PersistentVolume, metadata: {name: ${name}}, spec: {capacity: {storage: ${size}}, accessModes: [ReadWriteOnce], storageClassName: local, hostPath: {path: /x}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [${zone}]}]}]}}}}`;
const pod = (name: string, claimName: string, cpu = 3) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: ${claimName}}}], containers: [{name: c, image: i, resources: {requests: {cpu: ${cpu}}}}]}}`;

/** Nodes of the pods, which come minute by minute and run for five. */
function places(objects: string[], pods: string[]): string[] {
  const workloads = pods
    .map(
      (one, index) => `  - {name: w${index}, start: ${index}m, duration: 5m, manifests: [${one}]}`,
    )
    .join('\n');
  const { run } = simulateScenario(`apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
until: 1h
scheduler: {tieBreak: first-by-name}
cluster: {manifests: [${[nodes, ...objects].join(', ')}]}
workloads:
${workloads}
`);
  return Array.from({ length: run.pods.count }, (_, index) => {
    const node = run.pods.node[index]!;
    const second = Math.floor(run.pods.scheduledUs[index]! / 1e6);
    return node < 0 ? 'none' : `${run.input.cluster.nodes.names[node]} ${second}`;
  });
}

const fast = storageClass('fast', 'disk.test');

describe('a claim that waits for its first consumer', () => {
  test('gets a volume in the zone of the first pod, where all that follow must go', () => {
    // Node a is full when the second pod comes: it waits, though b is empty.
    const pods = [pod('first', 'data'), pod('second', 'data')];
    const [first, second] = places([fast, claim('data')], pods);
    expect(first).toBe('node-a 0');
    expect(second).toMatch(/^node-a 3\d\d$/);
    // With claims of their own they do not meet.
    const apart = [pod('first', 'data'), pod('second', 'other')];
    expect(places([fast, claim('data'), claim('other')], apart)[1]).toBe('node-b 60');
  });

  test('takes the smallest volume that is there, each only once', () => {
    const local = storageClass('local', 'kubernetes.io/no-provisioner');
    const volumes = [volume('large', 'a', '50Gi'), volume('small', 'b', '10Gi')];
    const claims = ['one', 'two', 'three'].map((name) => claim(name, 'local'));
    const pods = ['one', 'two', 'three'].map((name) => pod(name, name, 1));
    const found = places([local, ...volumes, ...claims], pods);
    expect(found.map((place) => place.split(' ')[0]).sort()).toEqual(['node-a', 'node-b', 'none']);
  });

  test('is of the default class where it names none', () => {
    const preset = storageClass(
      'fast',
      'disk.test',
      'WaitForFirstConsumer',
      ', annotations: {storageclass.kubernetes.io/is-default-class: "true"}',
    );
    const plain = claim('data').replace(' storageClassName: fast,', '');
    expect(places([preset, plain], [pod('p', 'data')])).toEqual(['node-a 0']);
  });
});

test('a claim that waits for nobody is bound from the start, or its pods wait', () => {
  const now = storageClass('now', 'disk.test', 'Immediate');
  expect(places([now, claim('data', 'now')], [pod('p', 'data')])).toEqual(['node-a 0']);
  const none = storageClass('local', 'kubernetes.io/no-provisioner', 'Immediate');
  expect(places([none, claim('data', 'local')], [pod('p', 'data')])).toEqual(['none']);
  const there = [none, volume('v', 'b'), claim('data', 'local')];
  expect(places(there, [pod('p', 'data')])).toEqual(['node-b 0']);
});

test('a claim that does not exist is waited for', () => {
  expect(places([fast], [pod('p', 'gone')])).toEqual(['none']);
});
