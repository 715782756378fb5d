import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quantity } from '../../src/api/quantity.js';

const billion = 10n ** 9n;

// A quantity text together with its amount in billionths.
const amounts = fc
  .record({
    digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    suffix: fc.constantFrom<[string, bigint]>(
      ['n', 1n],
      ['u', 1_000n],
      ['m', 1_000_000n],
      ['', billion],
      ['k', billion * 1000n],
      ['G', billion * billion],
      ['e-6', 1_000n],
      ['e3', billion * 1000n],
    ),
  })
  .map(({ digits, suffix: [name, factor] }) => ({
    text: `${digits}${name}`,
    billionths: digits * factor,
  }));

function billionthsOf(quantity: Quantity): bigint {
  return quantity.wholeIn(-9) ?? -1n;
}

test('sums and differences equal those of whole billionths', () => {
  fc.assert(
    fc.property(amounts, amounts, (a, b) => {
      const left = Quantity.parse(a.text);
      const right = Quantity.parse(b.text);
      expect(billionthsOf(left.add(right))).toBe(a.billionths + b.billionths);
      expect(billionthsOf(left.sub(right))).toBe(a.billionths - b.billionths);
      const order = a.billionths < b.billionths ? -1 : a.billionths > b.billionths ? 1 : 0;
      expect(left.compare(right)).toBe(order);
    }),
  );
});

test('the canonical text is read back as the same amount', () => {
  fc.assert(
    fc.property(amounts, (a) => {
      const quantity = Quantity.parse(a.text);
      expect(billionthsOf(Quantity.parse(quantity.toString()))).toBe(a.billionths);
    }),
  );
});

test('an arbitrary text is a quantity or an Error, never anything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9eEinumkKMGTP]{0,12}$/)),
      (text) => {
        try {
          expect(Quantity.parse(text)).toBeInstanceOf(Quantity);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      },
    ),
  );
});
