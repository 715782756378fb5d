// Quantities as doubles that are exact integers. A dimension (a resource, a capacity, a counter) has one
// unit for the whole run: one, or the part of one that every amount of it is a multiple of; where amounts
// are too large for that, the greatest common divisor of them all.

import { Quantity, type QuantityFormat } from '../api/quantity.js';
import { DrasimError } from '../errors.js';

const NANO_POWER = -9;
const ONE = 1_000_000_000n;
/** Largest amount, in units: sums of a thousand such are still exact. */
const AMOUNT_MAX = 2n ** 43n;

/** What is known of one dimension; amounts in billionths. */
interface Dimension {
  divisor: bigint;
  largest: bigint;
  format: QuantityFormat;
  /** Set with the first compiled amount. */
  unit: bigint;
}

/** Units of dimensions by name; amounts must be declared before the first of a dimension is compiled. */
export class AmountScales {
  private readonly dimensions = new Map<string, Dimension>();
  private readonly parsed = new Map<string, { nano: bigint; format: QuantityFormat }>();

  /** Notes that an amount of this dimension occurs, so that its unit can hold it exactly. */
  declare(name: string, text: string): void {
    const { nano, format } = this.parse(text);
    const known = this.dimensions.get(name);
    if (!known) {
      this.dimensions.set(name, {
        divisor: absolute(nano),
        largest: absolute(nano),
        format,
        unit: 0n,
      });
      return;
    }
    known.divisor = greatestCommonDivisor(known.divisor, absolute(nano));
    if (absolute(nano) > known.largest) known.largest = absolute(nano);
  }

  /**
   * The amount as an exact integer double in the dimension's unit.
   *
   * @throws DrasimError `ERR_QUANTITY_RANGE` when the unit cannot hold it beside the others
   */
  compile(name: string, text: string, path: string): number {
    const { nano } = this.parse(text);
    const unit = this.unit(name);
    const amount = Number(nano / unit);
    if (nano % unit === 0n && isExact(amount, nano / unit)) return amount;
    throw new DrasimError({
      code: 'ERR_QUANTITY_RANGE',
      path,
      message: `${name}: ${text} cannot be counted exactly beside the other amounts of ${name}`,
    });
  }

  /**
   * As {@link compile}, but an amount that is too large to be counted exactly is rounded up to one that is,
   * instead of refused: it fits beside exact amounts just where it would fit exactly.
   */
  compileWanted(name: string, text: string, path: string): number {
    const { nano } = this.parse(text);
    const units = nano / this.unit(name);
    const amount = Number(units);
    if (isExact(amount, units)) return this.compile(name, text, path);
    if (!Number.isFinite(amount) || BigInt(amount) > units) return amount;
    return nextUp(amount);
  }

  /** The quantity that an amount in the dimension's unit stands for. */
  quantity(name: string, amount: number): Quantity {
    const format = this.dimensions.get(name)?.format ?? 'DecimalSI';
    return Quantity.of(BigInt(amount) * this.unit(name), format, NANO_POWER);
  }

  private unit(name: string): bigint {
    let dimension = this.dimensions.get(name);
    if (!dimension) {
      dimension = { divisor: ONE, largest: 0n, format: 'DecimalSI', unit: 0n };
      this.dimensions.set(name, dimension);
    }
    if (dimension.unit === 0n) {
      const { divisor, largest } = dimension;
      const fine = greatestCommonDivisor(divisor, ONE);
      dimension.unit = largest / fine > AMOUNT_MAX && divisor > 0n ? divisor : fine;
    }
    return dimension.unit;
  }

  private parse(text: string): { nano: bigint; format: QuantityFormat } {
    let known = this.parsed.get(text);
    if (!known) {
      const quantity = Quantity.parse(text);
      known = { nano: quantity.roundUp(NANO_POWER).wholeIn(NANO_POWER)!, format: quantity.format };
      this.parsed.set(text, known);
    }
    return known;
  }
}

/** Beyond 2^53 many integers are doubles still, for example all of few digits. */
function isExact(amount: number, units: bigint): boolean {
  return Number.isSafeInteger(amount) || (Number.isFinite(amount) && BigInt(amount) === units);
}

/** The next larger double of a large one. */
function nextUp(amount: number): number {
  const [bits] = new BigInt64Array(new Float64Array([amount]).buffer);
  return new Float64Array(new BigInt64Array([bits! + (amount < 0 ? -1n : 1n)]).buffer)[0]!;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left;
  let b = right;
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
