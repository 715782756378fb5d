// What the steps of a compiled expression share while it is evaluated.

import { Meter } from './meter.js';
import type { Result, Value } from './value.js';

/** The state of one evaluation. A program has one frame and uses it again. */
export class Frame {
  readonly meter = new Meter();
  /** Local variables by slot; undefined where a bound value has not been asked for yet. */
  readonly locals: (Result | undefined)[];
  device: Value = null;

  constructor(slotCount: number) {
    this.locals = new Array<Result | undefined>(slotCount).fill(undefined);
  }
}

/** A node of an expression made executable. */
export type Step = (frame: Frame) => Result;

/** A step, and its value where that is known ahead. */
export interface Plan {
  run: Step;
  constant?: Value;
}

/** A plan that is a value. */
export function constantPlan(value: Value): Plan {
  return { run: () => value, constant: value };
}
