// Which nodes attempts look at, one after the other.

import { expect, test } from 'vitest';
import { NodeSampler, type SampleInput } from '../../src/scheduler/nodesampler.js';

function sample(sampler: NodeSampler, input: Partial<SampleInput> = {}) {
  const looked: number[] = [];
  const { isFeasible = () => true, ...rest } = input;
  const result = sampler.sample({
    nodeCount: 300,
    nominated: -1,
    percentageOfNodesToScore: 0,
    hasScores: true,
    ...rest,
    isFeasible(node) {
      looked.push(node);
      return isFeasible(node);
    },
  });
  return { ...result, looked };
}

test('a scan ends at one feasible node too many, where the next one begins', () => {
  const sampler = new NodeSampler();
  const first = sample(sampler);
  expect(first).toMatchObject({ evaluatedCount: 144 });
  expect(first.looked).toHaveLength(145);
  expect(sample(sampler).looked[0]).toBe(first.looked.at(-1));
});

test('without scores the first feasible node is enough', () => {
  const sampler = new NodeSampler();
  expect(sample(sampler, { hasScores: false, isFeasible: (node) => node > 1 })).toMatchObject({
    feasible: [2],
    looked: [0, 1, 2, 3],
  });
  expect(sampler.start).toBe(3);
});

test('a nominated node that fits is the only one, and the start stays', () => {
  const sampler = new NodeSampler();
  expect(sample(sampler, { nominated: 7 })).toMatchObject({ feasible: [7], looked: [7] });
  expect(sampler.start).toBe(0);
});

test('a nominated node that does not fit counts once, even where the scan does not reach it', () => {
  const sampler = new NodeSampler();
  const result = sample(sampler, { nominated: 299, isFeasible: (node) => node !== 299 });
  expect(result.evaluatedCount).toBe(145);
  expect(sampler.start).toBe(145);
});

test('a narrowed list is scanned from the start by its own length and moves it by the cluster', () => {
  const sampler = new NodeSampler();
  sampler.start = 298;
  expect(sample(sampler, { narrowed: [10, 20, 30] }).looked).toEqual([20, 30, 10]);
  expect(sampler.start).toBe(1);
});
