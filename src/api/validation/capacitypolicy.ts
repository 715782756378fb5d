// Rules for the request policy of a capacity: a set of values or a range with a step.
// Follows `pkg/apis/resource/validation` of Kubernetes 1.37 (KEP-5075).

import type { Quantity } from '../quantity.js';
import type { CapacityRequestPolicy, DeviceCapacity } from '../resource.js';
import { checkCount, checkUnique, type Problems, quantityOf } from './problems.js';

const VALUES_MAX = 10;
const INT64_MAX = 2n ** 63n - 1n;
const MILLI = -3;
const NANO = -9;

/** Checks a capacity; `shared` says that the device may be allocated several times. */
export function checkCapacity(
  problems: Problems,
  path: string,
  capacity: DeviceCapacity,
  shared: boolean,
): void {
  const policy = capacity.requestPolicy;
  if (!policy) return;
  const field = `${path}.requestPolicy`;
  if (!shared) {
    problems.forbidden(field, 'allowMultipleAllocations must be true');
    return;
  }
  const { validValues, validRange } = policy;
  const hasValues = (validValues ?? []).length > 0;
  if (hasValues && validRange) {
    problems.forbidden(field, 'exactly one policy can be specified');
    return;
  }
  if (!hasValues && !validRange) return;
  const value = quantityOf(capacity.value);
  if (policy.default === undefined) problems.required(`${field}.default`);
  const fallback = policy.default === undefined ? undefined : quantityOf(policy.default);
  if (hasValues) checkValues(problems, field, validValues!, value, fallback);
  else if (validRange) checkRange(problems, `${field}.validRange`, validRange, value, fallback);
}

function checkValues(
  problems: Problems,
  path: string,
  values: readonly string[],
  capacity: Quantity,
  fallback: Quantity | undefined,
): void {
  const list = `${path}.validValues`;
  const amounts = values.map(quantityOf);
  for (const [index, amount] of amounts.entries()) {
    const before = amounts[index - 1];
    if (before && amount.compare(before) < 0) {
      const reason = 'values must be sorted in ascending order';
      problems.invalid(`${list}[${index}]`, `${amount}`, reason);
    }
  }
  if (checkCount(problems, list, values.length, VALUES_MAX)) {
    for (const [index, amount] of amounts.entries()) {
      if (amount.compare(capacity) <= 0) continue;
      const reason = `option is larger than capacity value: ${capacity}`;
      problems.invalid(`${list}[${index}]`, `${amount}`, reason);
    }
    const fieldOf = (index: number) => `${list}[${index}]`;
    checkUnique(problems, amounts, (amount) => amount.exact(), fieldOf);
  }
  if (fallback && !amounts.some((amount) => amount.equals(fallback))) {
    const reason = 'default value is not valid according to the requestPolicy';
    problems.invalid(list, `${fallback}`, reason);
  }
}

type Range = NonNullable<CapacityRequestPolicy['validRange']>;

function checkRange(
  problems: Problems,
  path: string,
  range: Range,
  capacity: Quantity,
  fallback: Quantity | undefined,
): void {
  if (range.min === undefined) {
    problems.required(`${path}.min`);
    return;
  }
  const min = quantityOf(range.min);
  const max = range.max === undefined ? undefined : quantityOf(range.max);
  if (min.compare(capacity) > 0) {
    problems.invalid(`${path}.min`, `${min}`, `min is larger than capacity value: ${capacity}`);
  }
  if (fallback && fallback.compare(min) < 0) {
    problems.invalid(`${path}.default`, `${fallback}`, `default is less than min: ${min}`);
  }
  if (max) {
    if (min.compare(max) > 0) {
      problems.invalid(`${path}.max`, `${max}`, `min is larger than max: ${min}`);
    }
    if (max.compare(capacity) > 0) {
      problems.invalid(`${path}.max`, `${max}`, `max is larger than capacity value: ${capacity}`);
    }
    if (fallback && fallback.compare(max) > 0) {
      problems.invalid(`${path}.default`, `${fallback}`, `default is more than max: ${max}`);
    }
  }
  if (range.step === undefined) return;
  const amounts: RangeAmounts = { default: fallback, min, max, step: quantityOf(range.step) };
  checkStep(problems, path, amounts, capacity);
}

interface RangeAmounts {
  readonly default: Quantity | undefined;
  readonly min: Quantity;
  readonly max: Quantity | undefined;
  readonly step: Quantity;
}

// Whole amounts are compared as integers of 64 bits, fractions as thousandths.
function checkStep(
  problems: Problems,
  path: string,
  amounts: RangeAmounts,
  capacity: Quantity,
): void {
  const { features } = problems.options;
  const given = Object.entries(amounts).filter(([, amount]) => amount !== undefined);
  const whole = given.every(([, amount]) => amount!.wholeIn(0) !== undefined);
  const fractional = features.enabled('DRAFractionalCapacityRange') && !whole;
  const scale = fractional ? MILLI : 0;
  let valid = true;
  for (const [name, amount] of given) {
    const reason = fractional ? fractionProblem(amount!) : integerProblem(amount!);
    if (reason === undefined) continue;
    problems.invalid(`${path}.${name}`, `${amount}`, reason);
    valid = false;
  }
  if (!valid) return;
  const units = (amount: Quantity): bigint => amount.roundUp(scale).wholeIn(scale)!;
  const step = units(amounts.step);
  const field = `${path}.step`;
  if (step <= 0n) {
    problems.invalid(field, `${amounts.step}`, 'step must be greater than zero');
    return;
  }
  if (amounts.min.add(amounts.step).compare(capacity) > 0) {
    const reason = `one step above min is larger than capacity value: ${capacity}`;
    problems.invalid(field, `${amounts.step}`, reason);
  }
  for (const name of ['default', 'max'] as const) {
    const amount = amounts[name];
    if (amount && (units(amount) - units(amounts.min)) % step !== 0n) {
      problems.invalid(field, `${amounts.step}`, `${name} is not a multiple of step from min`);
    }
  }
}

function integerProblem(amount: Quantity): string | undefined {
  const value = amount.roundUp(0).wholeIn(0)!;
  if (value < 0n) return 'must not be negative';
  return value > INT64_MAX ? 'must fit into 64 bits' : undefined;
}

function fractionProblem(amount: Quantity): string | undefined {
  if (amount.wholeIn(MILLI) !== undefined) return undefined;
  return amount.wholeIn(NANO) === undefined ? 'must be exact' : 'must not be finer than 1m';
}
