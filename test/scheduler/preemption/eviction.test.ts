import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../../src/api/features.js';
import {
  type CallError,
  type EvictionCall,
  type EvictionCalls,
  Evictions,
} from '../../../src/scheduler/preemption/eviction.js';

const NO_LUCK: CallError = { text: 'no luck', isNotFound: false };
const NOT_FOUND: CallError = { text: 'not found', isNotFound: true };
const PREEMPTOR = 9;

describe('Evictions', () => {
  test('marks and deletes one victim after the other, and clears lower nominations at last', () => {
    const { evictions } = setUp('1.32', { lowerNominated: [7] });
    const { sent, outcome } = answer(evictions.evict(evictions.plan(PREEMPTOR, [1, 2])));
    expect(sent).toEqual(['mark 1', 'delete 1', 'mark 2', 'delete 2', 'clear nomination 7']);
    expect(outcome).toEqual({ error: undefined, hasCancelled: false });
  });

  test('sends no more calls after a failure, but for a victim that is gone already', () => {
    const { evictions } = setUp('1.37');
    const eviction = evictions.plan(PREEMPTOR, [1, 2, 3]);
    const { sent, outcome } = answer(evictions.evict(eviction), {
      'mark 1': NOT_FOUND,
      'delete 2': NO_LUCK,
    });
    expect(sent).toEqual(['mark 1', 'mark 2', 'delete 2']);
    expect(outcome.error).toBe(NO_LUCK);
  });

  test('does not mark a victim twice, and skips one that leaves from 1.35 on', () => {
    const states = { marked: [1, 2], leaving: [2] };
    const newer = setUp('1.37', states).evictions;
    expect(answer(newer.evict(newer.plan(PREEMPTOR, [1, 2]))).sent).toEqual(['delete 1']);
    const older = setUp('1.32', states).evictions;
    const { sent } = answer(older.evict(older.plan(PREEMPTOR, [1, 2])));
    expect(sent).toEqual(['delete 1', 'delete 2']);
  });

  test('holds the preemptor beside the cycle until the last victim was told to go', () => {
    const { evictions, states } = setUp('1.37');
    const eviction = evictions.plan(PREEMPTOR, [1, 2]);
    expect(evictions.begin(eviction)).toBe(true);
    const calls = evictions.proceed(eviction);
    const held = () => evictions.holds(PREEMPTOR);
    const seen: [string, boolean][] = [];
    let next = calls.next();
    while (!next.done) {
      seen.push([label(next.value), held()]);
      if (next.value.call === 'delete') states.leaving.push(next.value.pod);
      next = calls.next(undefined);
    }
    expect(seen).toEqual([
      ['mark 1', true],
      ['delete 1', true],
      ['mark 2', true],
      ['delete 2', true],
    ]);
    expect(held()).toBe(false);
  });

  test('lets go of the preemptor before the last victim up to 1.34', () => {
    const { evictions } = setUp('1.33');
    const eviction = evictions.plan(PREEMPTOR, [1]);
    evictions.begin(eviction);
    expect(evictions.holds(PREEMPTOR)).toBe(true);
    evictions.proceed(eviction).next();
    expect(evictions.holds(PREEMPTOR)).toBe(false);
  });

  test('cancels a binding in place of a deletion, and says so', () => {
    const { evictions } = setUp('1.37', { binding: [1] });
    const eviction = evictions.plan(PREEMPTOR, [1]);
    evictions.begin(eviction);
    const { sent, outcome } = answer(evictions.proceed(eviction));
    expect(sent).toEqual([]);
    expect(outcome.hasCancelled).toBe(true);
  });

  test('begins nothing where all victims leave already', () => {
    const { evictions } = setUp('1.37', { leaving: [1] });
    expect(evictions.begin(evictions.plan(PREEMPTOR, [1]))).toBe(false);
    expect(evictions.holds(PREEMPTOR)).toBe(false);
  });
});

function setUp(
  version: string,
  given: Partial<Record<'marked' | 'leaving' | 'binding' | 'lowerNominated', number[]>> = {},
) {
  const states = { marked: [], leaving: [], binding: [], lowerNominated: [], ...given };
  const has = (list: readonly number[]) => (pod: number) => list.includes(pod);
  const evictions = new Evictions(
    {
      isMarked: has(states.marked),
      isLeaving: (pod) => has(states.leaving)(pod),
      cancelBinding: has(states.binding),
      lowerNominated: () => states.lowerNominated,
    },
    resolveFeatures({ version }),
  );
  return { evictions, states: states as { leaving: number[] } };
}

function label({ call, pod }: EvictionCall): string {
  return `${call} ${pod}`;
}

function answer(calls: EvictionCalls, errors: Readonly<Record<string, CallError>> = {}) {
  const sent: string[] = [];
  let next = calls.next();
  while (!next.done) {
    sent.push(label(next.value));
    next = calls.next(errors[label(next.value)]);
  }
  return { sent, outcome: next.value };
}
