import { expect, test } from 'vitest';
import { RandomStream, RandomStreams } from '../src/random.js';

const draw = (stream: RandomStream, count: number) =>
  Array.from({ length: count }, () => stream.next());

test('a stream depends on the seed and its own name only', () => {
  const streams = new RandomStreams('42');
  streams.stream('other').next();
  expect(draw(streams.stream('arrivals'), 3)).toEqual(
    draw(new RandomStreams('42').stream('arrivals'), 3),
  );
  expect(draw(new RandomStreams('43').stream('arrivals'), 3)).not.toEqual(
    draw(new RandomStreams('42').stream('arrivals'), 3),
  );
});

test('doubled seeds give other streams', () => {
  expect(draw(new RandomStream('ab'), 2)).not.toEqual(draw(new RandomStream('abab'), 2));
});

test('a fork continues with the same draws, normal variates included', () => {
  const streams = new RandomStreams('7');
  streams.stream('x').normal();
  const fork = streams.fork();
  expect([fork.stream('x').normal(), fork.stream('x').normal()]).toEqual([
    streams.stream('x').normal(),
    streams.stream('x').normal(),
  ]);
});

test('variates have the mean that was asked for', () => {
  const stream = new RandomStream('mean');
  let exponential = 0;
  let below = 0;
  for (let index = 0; index < 20_000; index++) {
    exponential += stream.exponential(5);
    if (stream.lognormal(100, 1) < 100) below++;
  }
  expect(exponential / 20_000).toBeCloseTo(5, 0);
  expect(below / 20_000).toBeCloseTo(0.5, 1);
});
