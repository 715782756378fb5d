import { expect, test } from 'vitest';
import { AnswerMemo } from '../../src/dra/answermemo.js';
import { FOUND, NOT_FOUND } from '../../src/dra/outcome.js';
import {
  allocate,
  buildAllocator,
  buildClaim,
  buildDevice,
  buildNode,
  buildSlice,
} from '../builders.js';

/** Nodes with devices, and a memo that is asked for claims of one device on all of them. */
function build(nodeCount: number, devicesOf: (node: number) => string[], enabled = true) {
  const names = Array.from({ length: nodeCount }, (_, node) => `node-${node}`);
  const slices = names.map((name, node) =>
    buildSlice(
      name,
      devicesOf(node).map((device) => buildDevice(device)),
    ),
  );
  const built = buildAllocator(slices, { nodes: names.map((name) => buildNode(name)) });
  const memo = new AnswerMemo(built.cluster, built.allocator, enabled);
  const spec = buildClaim({ gpu: {} });
  const set = memo.set([built.allocator.shapes.intern(spec)]);
  const ask = (node: number) => memo.find(set, ['claim'], node);
  const askAll = () => names.map((_, node) => ask(node));
  return { ...built, memo, spec, ask, askAll };
}

test('a device freed on one of 15,000 nodes makes only the entry of that node stale', () => {
  const { memo, allocator, askAll, spec, ...built } = build(15_000, () => ['gpu-0']);
  const claim = allocate({ ...built, allocator }, spec, 7000);
  askAll();
  const { searched, remembered, shared } = memo;
  // Every node is like another but the one whose device is held.
  expect([searched, remembered, shared]).toEqual([2, 0, 14_998]);
  allocator.deallocate(claim);
  expect(askAll().every((answer) => answer === FOUND)).toBe(true);
  expect(memo.remembered - remembered).toBe(14_999);
  expect(memo.searched - searched + (memo.shared - shared)).toBe(1);
});

test('a held device changes the answer of its node alone', () => {
  const { ask, askAll, spec, memo, ...built } = build(2, () => ['gpu-0']);
  askAll();
  allocate(built, spec, 1);
  expect([ask(0), ask(1)]).toEqual([FOUND, NOT_FOUND]);
});

test('nodes that differ in what their kubelets know do not share answers that depend on it', () => {
  const names = ['knows', 'knows-not'];
  const nodes = names.map((name) =>
    buildNode(name, {
      status: {
        allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
        ...(name === 'knows' && { declaredFeatures: ['DRAOptionalNodeOperations'] }),
      },
    }),
  );
  const slices = names.map((name) =>
    buildSlice(name, [buildDevice('gpu')], { skipNodeOperations: ['PrepareResourceClaims'] }),
  );
  const featureGates = { DRAOptionalNodeOperations: true };
  const built = buildAllocator(slices, { nodes, featureGates });
  const memo = new AnswerMemo(built.cluster, built.allocator);
  const set = memo.set([built.allocator.shapes.intern(buildClaim({ gpu: {} }))]);
  expect([0, 1].map((node) => memo.find(set, ['claim'], node))).toEqual([FOUND, NOT_FOUND]);
});

test('what several nodes share makes all of them ask again', () => {
  const nodes = [buildNode('a'), buildNode('b')];
  const built = buildAllocator([buildSlice(undefined, [buildDevice('gpu')], { allNodes: true })], {
    nodes,
  });
  const memo = new AnswerMemo(built.cluster, built.allocator);
  const spec = buildClaim({ gpu: {} });
  const set = memo.set([built.allocator.shapes.intern(spec)]);
  expect(memo.find(set, ['claim'], 1)).toBe(FOUND);
  allocate(built, spec, 0);
  expect(memo.find(set, ['claim'], 1)).toBe(NOT_FOUND);
});

test('switched off it searches each time', () => {
  const { askAll, memo } = build(3, () => ['gpu-0'], false);
  askAll();
  askAll();
  expect([memo.searched, memo.remembered, memo.shared]).toEqual([6, 0, 0]);
});
