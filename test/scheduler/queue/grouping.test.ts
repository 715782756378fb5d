// Pods in groups are moved as pods one by one are: random scripts on two queues, one of which asks hints once for
// each kind and takes narrowed lists, while the other asks for every pod.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADD, DELETE } from '../../../src/scheduler/events/clusterevent.js';
import type { QueueEventObjects, QueuePlugin } from '../../../src/scheduler/queue/plugins.js';
import { buildQueue, SECOND } from './build.js';

const PODS = 12;
const KINDS = 3;
const EVENTS = [
  { resource: 'Node', actions: ADD },
  { resource: 'AssignedPod', actions: DELETE },
] as const;

interface Script {
  steps: { op: 'pop' | 'fail' | 'move' | 'flush'; pick: number; bits: number; pending: boolean }[];
  answers: boolean[];
}

const script: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(
    fc.record({
      op: fc.constantFrom('pop', 'pop', 'fail', 'fail', 'move', 'move', 'flush'),
      pick: fc.nat(PODS - 1),
      bits: fc.nat(3),
      pending: fc.boolean(),
    }),
    { maxLength: 60 },
  ),
  answers: fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
});

/** What the queue held after each step. */
function run({ steps, answers }: Script, isGrouped: boolean): number[][] {
  const ofKind = (pod: number, { old }: QueueEventObjects) =>
    answers[(pod % KINDS) * 8 + Number(old)] ? ('Queue' as const) : ('Skip' as const);
  const ofPod = (pod: number, { old }: QueueEventObjects) =>
    answers[32 + ((pod + Number(old)) % 32)] ? ('Queue' as const) : ('Skip' as const);
  const all = Array.from({ length: PODS }, (_, pod) => pod);
  const narrow = (objects: QueueEventObjects) =>
    all.filter((pod) => ofPod(pod, objects) === 'Queue');
  const plugins: QueuePlugin[] = [
    { name: 'Kind', events: EVENTS.map((event) => ({ ...event, hint: ofKind })) },
    {
      name: 'Pod',
      events: [{ ...EVENTS[0], hint: ofPod, looksAtPod: true, ...(isGrouped && { narrow }) }],
    },
  ];
  const { queue, columns } = buildQueue(plugins);
  all.forEach((pod) => {
    columns.kind[pod] = isGrouped ? pod % KINDS : pod;
    columns.priority[pod] = pod % 2;
    queue.add(pod, pod);
  });
  const popped: number[] = [];
  return steps.map(({ op, pick, bits, pending }, step) => {
    const nowUs = (step + 1) * 0.3 * SECOND;
    if (op === 'pop') popped.push(queue.pop(nowUs));
    else if (op === 'flush') queue.flushBackoff(nowUs);
    else if (op === 'move') queue.move(EVENTS[pick % 2]!, { old: pick % 8 }, nowUs);
    else {
      const pod = popped.splice(pick % Math.max(1, popped.length), 1)[0] ?? -1;
      if (pod >= 0) queue.fail(pod, pending ? 0 : bits, pending ? bits : 0, nowUs);
    }
    return [...columns.state.subarray(0, PODS), ...queue.active.list(), ...queue.backingOff.list()];
  });
}

test('groups and narrowed lists move the pods that one by one would be moved', () => {
  fc.assert(
    fc.property(script, (drawn) => {
      expect(run(drawn, true)).toEqual(run(drawn, false));
    }),
    { numRuns: 300, seed: 20261125 },
  );
});
