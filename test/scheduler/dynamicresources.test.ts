// DynamicResources over API objects: what keeps a claim from a pod, what is given back, and what waits.

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/api/core.js';
import { resolveFeatures } from '../../src/api/features.js';
import type { Device, ResourceClaim } from '../../src/api/resource.js';
import { parseTime } from '../../src/api/time.js';
import { DraManager } from '../../src/dra/dramanager.js';
import { writeAll } from '../../src/scheduler/dynamicresources/claimbinder.js';
import type { CycleState } from '../../src/scheduler/dynamicresources/cyclestate.js';
import { DynamicResources } from '../../src/scheduler/dynamicresources/dynamicresources.js';
import {
  buildClaim,
  buildClass,
  buildDevice,
  buildNode,
  buildPod,
  buildSlice,
} from '../builders.js';

/** A plugin over two nodes with these devices each. */
function build(devices: Device[] = [buildDevice('gpu')]) {
  const features = resolveFeatures();
  const manager = new DraManager(features);
  for (const name of ['a', 'b']) {
    manager.objects.nodes.set(name, buildNode(name));
    manager.objects.slices.set(name, buildSlice(name, devices));
  }
  manager.setClass(buildClass());
  const plugin = new DynamicResources(manager, features, {
    bindingTimeoutSeconds: 600,
    nowUs: () => parseTime('2026-01-01T00:00:00Z')!,
  });
  return { manager, plugin };
}

const claimOf = (name: string): ResourceClaim => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { name, namespace: 'default', uid: name },
  spec: buildClaim({ gpu: {} }),
});

const podOf = (name: string, claim: string): Pod => {
  const pod = buildPod(name, '1', { resourceClaims: [{ name: 'gpu', resourceClaimName: claim }] });
  return { ...pod, metadata: { ...pod.metadata, uid: name } };
};

type Built = ReturnType<typeof build>;

/** One cycle up to the answers of the nodes. */
function look({ plugin, manager }: Built, pod: Pod) {
  const { state, status } = plugin.preFilter(pod);
  const nodes = [...manager.objects.nodes.values()];
  const answers = status
    ? []
    : nodes.map((node) => plugin.filter(state!, pod, node)?.reasons[0] ?? '');
  return { state: state!, status, answers };
}

/** PreBind, with an API that takes every write. */
function bind({ plugin, manager }: Built, state: CycleState, pod: Pod, node: string) {
  return writeAll(plugin.preBind(state, pod, node), (claim) => {
    manager.setClaim(claim);
    return undefined;
  });
}

function unreserve({ plugin, manager }: Built, state: CycleState, pod: Pod) {
  writeAll(plugin.unreserve(state, pod), (claim) => {
    manager.setClaim(claim);
    return undefined;
  });
}

test('a pod whose claim is not there is gated', () => {
  const built = build();
  expect(built.plugin.preEnqueue(podOf('p', 'none'))).toEqual({
    code: 'UnschedulableAndUnresolvable',
    reasons: ['could not find ResourceClaim "default/none"'],
  });
});

test('what is reserved is in flight: others find neither the claim nor its devices', () => {
  const built = build();
  built.manager.setClaim(claimOf('x'));
  built.manager.setClaim(claimOf('y'));
  const first = look(built, podOf('p', 'x'));
  expect(first.answers).toEqual(['', '']);
  expect(built.plugin.reserve(first.state, 'a')).toBeNull();
  expect(look(built, podOf('q', 'x')).status?.reasons).toEqual([
    'resource claim default/x is in the process of being allocated',
  ]);
  expect(look(built, podOf('r', 'y')).answers).toEqual(['cannot allocate all claims', '']);
  unreserve(built, first.state, podOf('p', 'x'));
  expect(look(built, podOf('r', 'y')).answers).toEqual(['', '']);
});

test('a bound claim is reserved for its pod, and shared ones for each of several', () => {
  const built = build();
  built.manager.setClaim(claimOf('x'));
  for (const name of ['p', 'q']) {
    const pod = podOf(name, 'x');
    const { state, answers } = look(built, pod);
    if (name === 'q') expect(answers).toEqual(['', 'resourceclaim not available on the node']);
    expect(built.plugin.reserve(state, 'a')).toBeNull();
    expect(bind(built, state, pod, 'a').status).toBeNull();
  }
  const { status } = built.manager.claim('default', 'x')!;
  expect(status?.reservedFor?.map(({ name }) => name)).toEqual(['p', 'q']);
  expect(status?.allocation?.allocationTimestamp).toBe('2026-01-01T00:00:00Z');
});

test('PostFilter frees a claim that nobody else uses', () => {
  const built = build();
  built.manager.setClaim(claimOf('x'));
  const pod = podOf('p', 'x');
  const { state } = look(built, pod);
  built.plugin.reserve(state, 'a');
  bind(built, state, pod, 'a');
  unreserve(built, state, pod);
  built.manager.objects.nodes.delete('a');
  built.manager.objectsChanged();
  const again = look(built, pod);
  expect(again.answers).toEqual(['resourceclaim not available on the node']);
  expect(built.plugin.postFilter(again.state, pod).reasons).toEqual([
    'deallocation of ResourceClaim completed',
  ]);
  expect(built.manager.claim('default', 'x')!.status?.allocation).toBeUndefined();
  expect(look(built, pod).answers).toEqual(['']);
});

describe('binding conditions', () => {
  const device = buildDevice('gpu', {
    bindingConditions: ['ready'],
    bindingFailureConditions: ['broken'],
  });

  test('that nobody reports let binding time out', () => {
    const built = build([device]);
    built.manager.setClaim(claimOf('x'));
    const pod = podOf('p', 'x');
    const { state } = look(built, pod);
    built.plugin.reserve(state, 'a');
    expect(bind(built, state, pod, 'a').status?.reasons).toEqual([
      'device binding timeout: context deadline exceeded',
    ]);
  });
});

test('extended resources get a claim of their own, with what the node does not serve itself', () => {
  const built = build([buildDevice('gpu-0'), buildDevice('gpu-1')]);
  built.manager.setClass({ ...buildClass(), spec: { extendedResourceName: 'example.com/gpu' } });
  const requests = { 'example.com/gpu': '2' };
  const pod = podOf('p', 'none');
  const asking: Pod = {
    ...pod,
    spec: { containers: [{ name: 'c', resources: { requests } }] },
  };
  const { state, answers } = look(built, asking);
  expect(answers).toEqual(['', '']);
  built.plugin.reserve(state, 'b');
  const { status, extended } = bind(built, state, asking, 'b');
  expect(status).toBeNull();
  expect(extended).toEqual({
    resourceClaimName: 'p-extended-resources-1',
    requestMappings: [
      { containerName: 'c', resourceName: 'example.com/gpu', requestName: 'container-0-request-0' },
    ],
  });
  const claim = built.manager.claim('default', 'p-extended-resources-1')!;
  expect(claim.status?.allocation?.devices?.results?.map(({ device: name }) => name)).toEqual([
    'gpu-0',
    'gpu-1',
  ]);
});
