// Vectors of the kinds `cel-selector` (what a selector says to a device) and `cel-cost` (what it may
// cost and has cost).

import {
  CEL_COST_MAX,
  type CelDevice,
  type CelEnvironment,
  compileSelector,
} from '../api/cel/selector.js';
import { resolveFeatures } from '../api/features.js';
import type { Json, Vector, VectorReader } from './vector.js';

/** Compiles a selector and evaluates it on a device. */
export const celSelectorReader: VectorReader = {
  kinds: ['cel-selector'],
  answer(vector): Json {
    const compiled = compileSelector(String(vector.input['expression']), environmentOf(vector));
    if ('error' in compiled) return { compileError: { category: compiled.error.category } };
    return compiled.selector.evaluate(deviceOf(vector)).outcome;
  },
  comparable(expect): Json {
    const { compileError } = expect as { compileError?: { category: string } };
    return compileError ? { compileError: { category: compileError.category } } : expect;
  },
};

/** Estimates the cost of a selector and measures it on a device. */
export const celCostReader: VectorReader = {
  kinds: ['cel-cost'],
  answer(vector): Json {
    const compiled = compileSelector(String(vector.input['expression']), environmentOf(vector));
    if ('error' in compiled) return { compileError: compiled.error.category };
    const { estimatedMax } = compiled.selector;
    const { outcome, cost } = compiled.selector.evaluate(deviceOf(vector));
    return {
      estimatedMax: `${estimatedMax}`,
      admitted: estimatedMax <= CEL_COST_MAX,
      ...('match' in outcome ? { runtimeCost: `${cost}` } : {}),
    };
  },
};

function environmentOf({ kubernetes, input }: Vector): CelEnvironment {
  const features = resolveFeatures({ ...kubernetes, unlocked: true });
  return {
    minor: features.minor,
    stored: input['environment'] !== 'new',
    listTypeAttributes: features.enabled('DRAListTypeAttributes'),
    consumableCapacity: features.enabled('DRAConsumableCapacity'),
  };
}

function deviceOf({ input }: Vector): CelDevice {
  return input['device'] as unknown as CelDevice;
}
