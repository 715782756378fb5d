// Vectors of the kinds `quantity` (reading one text) and `quantity-pair` (comparing and adding two).

import { Quantity } from '../api/quantity.js';
import type { Json, VectorReader } from './vector.js';

/** Reads one quantity: all that upstream can say about it, or its error. */
export const quantityReader: VectorReader = {
  kinds: ['quantity'],
  answer(vector): Json {
    let quantity: Quantity;
    try {
      quantity = Quantity.parse(String(vector.input['text']));
    } catch (error) {
      return { error: (error as Error).message };
    }
    const integer = quantity.asInt64();
    return {
      canonical: quantity.toString(),
      format: quantity.format,
      exact: quantity.exact(),
      value: `${quantity.value()}`,
      milliValue: `${quantity.milliValue()}`,
      ...(integer === undefined ? {} : { asInt64: `${integer}` }),
    };
  },
};

/** Compares, adds and subtracts two quantities. */
export const quantityPairReader: VectorReader = {
  kinds: ['quantity-pair'],
  answer(vector): Json {
    const a = Quantity.parse(String(vector.input['a']));
    const b = Quantity.parse(String(vector.input['b']));
    return {
      compare: a.compare(b),
      equal: a.equals(b),
      sum: a.add(b).toString(),
      difference: a.sub(b).toString(),
    };
  },
};
