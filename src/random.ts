// Named random streams from one seed. Each stream is seedrandom's alea, whose state is four numbers and
// can be kept and restored; `seedrandom('ab')` itself would give the stream of 'abab'.

import seedrandom from 'seedrandom';
import { assert } from './errors.js';
import { exp, log } from './math.js';

/** One stream of draws; two streams of other names never influence each other. */
export class RandomStream {
  private readonly draw: seedrandom.StatefulPRNG<seedrandom.State.Alea>;
  private spare = Number.NaN;

  constructor(seed: string, state?: seedrandom.State.Alea) {
    this.draw = seedrandom.alea(seed, { state: state ?? true });
  }

  /** A number in [0, 1) with 32 bits. */
  next(): number {
    return this.draw();
  }

  /** An integer in [0, count). */
  integer(count: number): number {
    assert(count >= 1, 'an integer is drawn from at least one');
    return Math.floor(this.draw.double() * count);
  }

  /** An exponential variate of the given mean (inversion). */
  exponential(mean: number): number {
    return -mean * log(1 - this.draw.double());
  }

  /** A standard normal variate (polar method of Marsaglia; two draws give two variates). */
  normal(): number {
    if (!Number.isNaN(this.spare)) {
      const value = this.spare;
      this.spare = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * this.draw.double() - 1;
      const y = 2 * this.draw.double() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** A lognormal variate; `sigma` is the standard deviation of its logarithm. */
  lognormal(median: number, sigma: number): number {
    return median * exp(sigma * this.normal());
  }

  /** A copy that goes on with the same draws. */
  fork(): RandomStream {
    const copy = new RandomStream('', this.draw.state());
    copy.spare = this.spare;
    return copy;
  }
}

/** All streams of a run: made on first use by name, each from the run's seed and its name. */
export class RandomStreams {
  private readonly streams = new Map<string, RandomStream>();

  constructor(readonly seed: string) {}

  stream(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = new RandomStream(`${this.seed}/${name}`);
      this.streams.set(name, stream);
    }
    return stream;
  }

  fork(): RandomStreams {
    const copy = new RandomStreams(this.seed);
    for (const [name, stream] of this.streams) copy.streams.set(name, stream.fork());
    return copy;
  }
}
