// What controllers make of manifests: how many pods, their names, claims and priorities.

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/api/core.js';
import type { ResourceClaimTemplate } from '../../src/api/resource.js';
import type { PriorityClass } from '../../src/api/scheduling.js';
import {
  namesMissingPriority,
  objectName,
  planObject,
  planPod,
  podsAtOnce,
  type WorkloadObject,
  type WorkloadReferences,
} from '../../src/workloads/objects.js';
import { buildClaim, buildPod } from '../builders.js';

const spec = buildClaim({ gpu: {} });
const template: ResourceClaimTemplate = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaimTemplate',
  metadata: { name: 'gpu', namespace: 'default' },
  spec: { spec },
};
const priorityClass = (name: string, value: number, globalDefault = false): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  globalDefault,
});
const references = (classes: PriorityClass[] = []): WorkloadReferences => ({
  claimTemplates: new Map([['default/gpu', template]]),
  priorityClasses: new Map(classes.map((entry) => [entry.metadata.name!, entry])),
  podGroups: new Map(),
  podGroupWorkloads: new Map(),
  knowsGangs: false,
});
const { metadata: _, ...podTemplate } = buildPod('t');
const job = (more: object): WorkloadObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j', namespace: 'default' },
  spec: { template: { spec: podTemplate.spec }, ...more },
});
const replicated = (kind: 'Deployment' | 'ReplicaSet', namespace: string, replicas?: number) =>
  ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'r', namespace },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { spec: podTemplate.spec },
      ...(replicas !== undefined && { replicas }),
    },
  }) as WorkloadObject;

describe('objects', () => {
  test.each<[string, WorkloadObject, readonly string[], number]>([
    ['a Pod is itself', buildPod('p'), ['p'], 1],
    ['a Deployment has one replica by default', replicated('Deployment', 'default'), ['r-0'], 1],
    [
      'a ReplicaSet has as many as it says',
      replicated('ReplicaSet', 'default', 2),
      ['r-0', 'r-1'],
      2,
    ],
    ['none is none', replicated('Deployment', 'default', 0), [], 0],
    ['another namespace is a part of the name', replicated('Deployment', 'ml', 1), ['ml/r-0'], 1],
    ['a Job arrives once, with its pods', job({ parallelism: 3, completions: 9 }), ['j'], 3],
    ['a Job makes no more pods than it needs', job({ parallelism: 9, completions: 3 }), ['j'], 3],
    ['a suspended Job does not arrive', job({ suspend: true }), ['j'], 1],
  ])('%s', (_name, object, names, atOnce) => {
    expect(planObject(object, references()).names).toEqual(names);
    expect(podsAtOnce(object).count).toBe(atOnce);
  });

  test.each([
    ['a suspended Job', job({ suspend: true }), 0],
    ['a Job', job({}), 1],
  ])('%s is created %i times', (_name, object, count) => {
    expect(planObject(object, references()).count).toBe(count);
  });

  test('a Job without completions wants as many as run at once', () => {
    const planned = planObject(job({ parallelism: 4 }), references());
    expect(planned.template.job).toEqual({ parallelism: 4, completions: 4 });
  });

  test('pods of a template live in the namespace of their controller', () => {
    const planned = planObject(replicated('Deployment', 'ml', 1), references());
    expect(planned.template.pod.metadata).toMatchObject({ name: 'r', namespace: 'ml' });
  });

  test('pods of a Deployment are owned by the replica set that it makes, whose selector tells them apart', () => {
    const { template, replicaSet } = planObject(replicated('Deployment', 'ml', 1), references());
    expect(template.pod.metadata).toMatchObject({
      labels: { 'pod-template-hash': '1' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'r-1', controller: true }],
    });
    expect(replicaSet).toMatchObject({
      metadata: { name: 'r-1', namespace: 'ml' },
      spec: { selector: { matchLabels: { a: 'b', 'pod-template-hash': '1' } } },
    });
    const own = planObject(replicated('ReplicaSet', 'ml', 1), references());
    expect(own.template.pod.metadata.ownerReferences).toMatchObject([{ name: 'r' }]);
  });

  test.each([
    [{ name: 'a', generateName: 'b-' }, 'a'],
    [{ generateName: 'b-' }, 'b-0'],
    [{}, 'object-0'],
  ])('%o is called %s', (metadata, name) => {
    expect(objectName(metadata)).toBe(name);
  });
});

describe('claims', () => {
  const claimsOf = (entry: object, status: Pod['status'] = {}, namespace = 'default') => {
    const pod = buildPod('p', '1', { resourceClaims: [{ name: 'c', ...entry }] });
    return planPod('p', { ...pod, metadata: { name: 'p', namespace }, status }, references())
      .claims;
  };
  const made = (more: object) => ({ resourceClaimStatuses: [{ name: 'c', ...more }] });

  test.each<[string, object, object, object[]]>([
    ['named', { resourceClaimName: 'x' }, {}, [{ entry: 'c', claimName: 'default/x' }]],
    ['of a template', { resourceClaimTemplateName: 'gpu' }, {}, [{ entry: 'c', spec }]],
    [
      'made already',
      { resourceClaimTemplateName: 'gpu' },
      made({ resourceClaimName: 'p-c-1' }),
      [{ entry: 'c', claimName: 'default/p-c-1' }],
    ],
    ['found needless by the controller', { resourceClaimTemplateName: 'gpu' }, made({}), []],
    [
      'of a template that is not there',
      { resourceClaimTemplateName: 'gup' },
      {},
      [{ entry: 'c', missing: 'resourceclaimtemplate "default/gup" not found' }],
    ],
  ])('%s', (_name, entry, status, claims) => {
    expect(claimsOf(entry, status)).toEqual(claims);
  });

  test('a template of another namespace is not the one', () => {
    expect(claimsOf({ resourceClaimTemplateName: 'gpu' }, {}, 'ml')).toMatchObject([
      { missing: 'resourceclaimtemplate "ml/gpu" not found' },
    ]);
  });
});

describe('priority', () => {
  const classes = [priorityClass('high', 100), priorityClass('usual', 7, true)];
  const withSpec = (more: object) => ({ ...buildPod('p').spec, ...more });

  test.each<[string, object, PriorityClass[], number, boolean]>([
    ['a number wins', { priority: 3, priorityClassName: 'high' }, classes, 3, false],
    ['a class by its name', { priorityClassName: 'high' }, classes, 100, false],
    ['the default of the cluster', {}, classes, 7, false],
    ['no default', {}, [], 0, false],
    ['an empty name', { priorityClassName: '' }, classes, 7, false],
    [
      'a class of the system',
      { priorityClassName: 'system-node-critical' },
      [],
      2_000_001_000,
      false,
    ],
    ['a class that is not there', { priorityClassName: 'hihg' }, classes, 0, true],
    ['the name of what every object has', { priorityClassName: 'toString' }, [], 0, true],
  ])('%s', (_name, more, list, priority, missing) => {
    const pod = { ...buildPod('p'), spec: withSpec(more) };
    expect(namesMissingPriority(pod.spec, references(list))).toBe(missing);
    if (!missing) expect(planPod('p', pod, references(list)).priority).toBe(priority);
  });
});

test.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['on a node and started', 'n', 'Running', 'n'],
  ['bound and not started', 'n', undefined, undefined],
  ['waiting', undefined, 'Pending', undefined],
])('a pod %s', (_name, nodeName, phase, runningOn) => {
  const pod = buildPod('p', '1', { ...(nodeName !== undefined && { nodeName }) });
  const status = phase === undefined ? {} : { status: { phase } };
  expect(planPod('p', { ...pod, ...status } as Pod, references()).runningOn).toBe(runningOn);
});
