// Frequent calls: one pop and one push at 100,000 pending events (the "hold" model), empty handler, beside
// npm's heaps in the same run. tinyqueue and heap-js are given the order (time, sequence) that an event
// queue needs; flatqueue takes one number and promises no order among ties, so it does less.

import FlatQueue from 'flatqueue';
import { Heap } from 'heap-js';
import TinyQueue from 'tinyqueue';
import { EventQueue } from '../src/engine/eventqueue.js';
import { RandomStream } from '../src/random.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const PENDING = 100_000;

interface Boxed {
  timeUs: number;
  sequence: number;
  a: number;
}

const earlier = (left: Boxed, right: Boxed) =>
  left.timeUs - right.timeUs || left.sequence - right.sequence;

export async function engineBench(options: BenchOptions): Promise<BenchRow[]> {
  const operations = options.smoke ? 20_000 : 1_000_000;
  const rows: BenchRow[] = [];
  for (const [name, draw] of Object.entries(DELAYS)) {
    const stream = new RandomStream(`bench/${name}`);
    const delays = Float64Array.from({ length: 1 << 18 }, () => draw(stream));
    const tasks = [drasimTask, tinyTask, heapTask, flatTask].map((make) =>
      make(`${name}/${PENDING}`, delays, operations),
    );
    const measured = await measure(tasks, options);
    for (const row of measured.slice(1)) {
      row.notes = `drasim is ${(row.medianMs / measured[0]!.medianMs).toFixed(1)}x as fast`;
    }
    rows.push(...measured);
  }
  return rows;
}

const DELAYS: Readonly<Record<string, (stream: RandomStream) => number>> = {
  exponential: (stream) => Math.ceil(stream.exponential(1e6)),
  uniform: (stream) => stream.integer(2_000_000),
  'two-scales': (stream) => (stream.next() < 0.9 ? stream.integer(1e4) : stream.integer(1e8)),
};

// Each is filled to PENDING outside the timer, then pops and pushes.
function drasimTask(size: string, delays: Float64Array, operations: number): Task {
  const mask = delays.length - 1;
  let queue = new EventQueue();
  return {
    task: `engine/drasim/${size}`,
    operations,
    prepare() {
      queue = new EventQueue();
      for (let index = 0; index < PENDING; index++)
        queue.push(delays[index & mask]!, 0, 1, index, 0);
    },
    run() {
      let sum = 0;
      for (let index = 0; index < operations; index++) {
        queue.pop();
        sum = (sum * 31 + queue.timeUs) % 1e9;
        queue.push(queue.timeUs + delays[(index + PENDING) & mask]!, 0, 1, index, 0);
      }
      return `${sum}`;
    },
  };
}

function tinyTask(size: string, delays: Float64Array, operations: number): Task {
  const make = () => new TinyQueue<Boxed>([], earlier);
  return boxedTask(`engine/tinyqueue/${size}`, make, delays, operations);
}

function heapTask(size: string, delays: Float64Array, operations: number): Task {
  return boxedTask(`engine/heap-js/${size}`, () => new Heap<Boxed>(earlier), delays, operations);
}

interface BoxedQueue {
  push(event: Boxed): unknown;
  pop(): Boxed | undefined;
}

function boxedTask(
  task: string,
  make: () => BoxedQueue,
  delays: Float64Array,
  operations: number,
): Task {
  const mask = delays.length - 1;
  let queue = make();
  return {
    task,
    operations,
    prepare() {
      queue = make();
      for (let index = 0; index < PENDING; index++) {
        queue.push({ timeUs: delays[index & mask]!, sequence: index, a: index });
      }
    },
    run() {
      let sum = 0;
      for (let index = 0; index < operations; index++) {
        const event = queue.pop()!;
        sum = (sum * 31 + event.timeUs) % 1e9;
        const timeUs = event.timeUs + delays[(index + PENDING) & mask]!;
        queue.push({ timeUs, sequence: PENDING + index, a: index });
      }
      return `${sum}`;
    },
  };
}

function flatTask(size: string, delays: Float64Array, operations: number): Task {
  const mask = delays.length - 1;
  let queue = new FlatQueue<number>();
  return {
    task: `engine/flatqueue/${size}`,
    operations,
    prepare() {
      queue = new FlatQueue<number>();
      for (let index = 0; index < PENDING; index++) queue.push(index, delays[index & mask]!);
    },
    run() {
      let sum = 0;
      for (let index = 0; index < operations; index++) {
        const timeUs = queue.peekValue()!;
        queue.pop();
        sum = (sum * 31 + timeUs) % 1e9;
        queue.push(index, timeUs + delays[(index + PENDING) & mask]!);
      }
      return `${sum}`;
    },
  };
}
