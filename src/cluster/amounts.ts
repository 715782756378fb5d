// Quantities as doubles that are exact integers. A dimension (a resource, a capacity, a counter) has one
// scale for the whole run: units, or milli-units where any amount of it has a fraction.

import { Quantity } from '../api/quantity.js';
import { DrasimError } from '../errors.js';

const UNITS = 1;
const MILLI = 1000;

/** Scales of dimensions by name; all amounts of a name must be declared before one is compiled. */
export class AmountScales {
  private readonly scales = new Map<string, number>();
  private readonly parsed = new Map<string, Quantity>();

  /** Notes that an amount of this dimension occurs, so that the scale can hold it exactly. */
  declare(name: string, text: string): void {
    const quantity = this.parse(text);
    if (quantity.value() * 1000n !== quantity.milliValue()) this.scales.set(name, MILLI);
  }

  /**
   * The amount as an exact integer double in the dimension's scale.
   *
   * @throws DrasimError `ERR_QUANTITY_RANGE` when it is finer than the scale or beyond 2^53
   */
  compile(name: string, text: string, path: string): number {
    const quantity = this.parse(text);
    const scale = this.scale(name);
    const exact = scale === MILLI ? quantity.milliValue() : quantity.value();
    const amount = Number(exact);
    const back = Quantity.parse(scale === MILLI ? `${exact}m` : `${exact}`);
    if (Number.isSafeInteger(amount) && back.compare(quantity) === 0) return amount;
    throw new DrasimError({
      code: 'ERR_QUANTITY_RANGE',
      path,
      message: `${name}: ${text} is finer than 1m or beyond 2^53, which is not modelled yet`,
    });
  }

  /** Scaled amounts in one unit of the dimension: 1 or 1000. */
  scale(name: string): number {
    return this.scales.get(name) ?? UNITS;
  }

  private parse(text: string): Quantity {
    let quantity = this.parsed.get(text);
    if (!quantity) {
      quantity = Quantity.parse(text);
      this.parsed.set(text, quantity);
    }
    return quantity;
  }
}
