import { expect, test } from 'vitest';
import type { Pod } from '../../src/api/core.js';
import { buildPod } from '../builders.js';
import { buildCycle, labelled, verdicts } from './cycle.js';

const nodes = [labelled('a', { zone: 'x' }), labelled('b', { zone: 'y' })];

const claim = (name: string, storage: string, more: object = {}) => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default' },
  spec: {
    storageClassName: 'local',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
    ...more,
  },
});

const volume = (name: string, storage: string, zone: string) => ({
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    storageClassName: 'local',
    accessModes: ['ReadWriteOnce'],
    capacity: { storage },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] },
        ],
      },
    },
  },
});

const storageClass = (provisioner: string, more: object = {}) => ({
  kind: 'StorageClass',
  metadata: { name: 'local' },
  provisioner,
  volumeBindingMode: 'WaitForFirstConsumer',
  ...more,
});

function podWith(...claims: string[]): Pod {
  const volumes = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return buildPod('p', '1', { volumes });
}

const none = "node(s) didn't find available persistent volumes to bind";
const noProvisioner = storageClass('kubernetes.io/no-provisioner');

test('each claim takes the smallest volume that holds it, the smallest claim first', () => {
  const objects = [
    noProvisioner,
    claim('large', '5Gi'),
    claim('small', '1Gi'),
    volume('one', '10Gi', 'x'),
    volume('two', '2Gi', 'x'),
    volume('three', '10Gi', 'y'),
  ];
  const pod = podWith('large', 'small');
  expect(verdicts(buildCycle({ nodes, objects, pod }))).toEqual({ a: 'fits', b: none });
});

test('a volume is made only where the class allows it and storage is left', () => {
  const capacity = (zone: string, amount: string) => ({
    kind: 'CSIStorageCapacity',
    metadata: { name: zone, namespace: 'default' },
    storageClassName: 'local',
    nodeTopology: { matchLabels: { zone } },
    capacity: amount,
  });
  const driver = { kind: 'CSIDriver', metadata: { name: 'd' }, spec: { storageCapacity: true } };
  const pod = podWith('data');
  const here = [{ matchLabelExpressions: [{ key: 'zone', values: ['x'] }] }];
  const allowed = [storageClass('d', { allowedTopologies: here }), claim('data', '5Gi')];
  expect(verdicts(buildCycle({ nodes, objects: allowed, pod }))).toEqual({ a: 'fits', b: none });
  const objects = [storageClass('d'), claim('data', '5Gi'), driver];
  const left = [capacity('x', '4Gi'), capacity('y', '6Gi')];
  expect(verdicts(buildCycle({ nodes, objects: [...objects, ...left], pod }))).toEqual({
    a: 'node(s) did not have enough free storage',
    b: 'fits',
  });
});

test('a claim that was promised to a node is made there and nowhere else', () => {
  const promised = claim('data', '1Gi');
  const annotations = { 'volume.kubernetes.io/selected-node': 'b' };
  const objects = [
    storageClass('d'),
    { ...promised, metadata: { ...promised.metadata, annotations } },
    volume('one', '10Gi', 'x'),
  ];
  const pod = podWith('data');
  expect(verdicts(buildCycle({ nodes, objects, pod }))).toEqual({ a: none, b: 'fits' });
});

test('a bound claim is used where its volume is', () => {
  const bound = claim('data', '1Gi', { volumeName: 'one' });
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
  const objects = [
    { ...bound, metadata: { ...bound.metadata, annotations } },
    volume('one', '10Gi', 'y'),
  ];
  const pod = podWith('data');
  const text = "node(s) didn't match PersistentVolume's node affinity";
  expect(verdicts(buildCycle({ nodes, objects, pod }))).toEqual({ a: text, b: 'fits' });
  expect(verdicts(buildCycle({ nodes, objects: objects.slice(0, 1), pod })).a).toBe(
    'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
  );
});

test('an unbound claim of an immediate class keeps the pod from all nodes', () => {
  const immediate = storageClass('d', { volumeBindingMode: 'Immediate' });
  const pod = podWith('data');
  expect(verdicts(buildCycle({ nodes, objects: [immediate, claim('data', '1Gi')], pod })).a).toBe(
    'pod has unbound immediate PersistentVolumeClaims',
  );
});
