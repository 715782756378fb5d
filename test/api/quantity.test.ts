import { describe, expect, test } from 'vitest';
import { Quantity } from '../../src/api/quantity.js';

describe('reading a quantity', () => {
  test.each([
    ['1024Mi', '1Gi', 'BinarySI'],
    ['0.1', '100m', 'DecimalSI'],
    ['1500k', '1500k', 'DecimalSI'],
    ['12E-2', '120e-3', 'DecimalExponent'],
    ['1.5Gi', '1536Mi', 'BinarySI'],
    ['0.5Ki', '512', 'BinarySI'],
    ['120000000000000000000n', '120G', 'DecimalSI'],
    ['0m', '0', 'DecimalSI'],
    ['1e100', '10e99', 'DecimalExponent'],
  ])('%s is printed as %s in format %s', (text, canonical, format) => {
    const quantity = Quantity.parse(text);

    expect([quantity.toString(), quantity.format]).toEqual([canonical, format]);
  });

  test.each(['+1', '01', '12345.678k', '1.T', '513369Mi', '10e3'])(
    '%s is kept as written, as upstream keeps it',
    (text) => {
      expect(Quantity.parse(text).toString()).toBe(text);
    },
  );

  test.each([
    ['', /must match the regular expression/],
    ['1 ', /must match the regular expression/],
    ['1p', /must match the regular expression/],
    ['1..5', /must match the regular expression/],
    ['1ki', /unable to parse quantity's suffix/],
    ['--1', /unable to parse quantity's suffix/],
    ['1e', /unable to parse quantity's suffix/],
    ['1e99999999', /exponent beyond 10000/],
  ])('%j is refused', (text, message) => {
    expect(() => Quantity.parse(text)).toThrow(message);
  });
});

describe('integers of a quantity', () => {
  test.each([
    ['1.5', 2n, 1500n],
    ['-1500m', -2n, -1500n],
    ['1n', 1n, 1n],
    ['10Gi', 10737418240n, 10737418240000n],
  ])('%s rounds away from zero to %d units and %d thousandths', (text, value, milli) => {
    const quantity = Quantity.parse(text);

    expect([quantity.value(), quantity.milliValue()]).toEqual([value, milli]);
  });

  test.each([
    ['10E', 0n],
    ['21573782953074287E6', -8907613165888390720n],
    ['99999999999999999999', 7766279631452241919n],
  ])('%s is out of 64 bits and wraps to %d', (text, value) => {
    expect(Quantity.parse(text).value()).toBe(value);
  });

  test.each([
    ['1', 1n],
    ['10Ti', 10995116277760n],
    ['3.0', undefined],
    ['2000m', undefined],
    ['1.5Gi', undefined],
    ['9223372036854775807', undefined],
  ])('%s has the plain integer %s at hand', (text, integer) => {
    expect(Quantity.parse(text).asInt64()).toBe(integer);
  });
});

describe('arithmetic', () => {
  test('a sum is exact and takes the format of its first part', () => {
    const sum = Quantity.parse('43m').add(Quantity.parse('-7.058M'));

    expect(sum.toString()).toBe('-7057999957m');
  });

  test('a sum with zero takes the format of the other part', () => {
    const sum = Quantity.ZERO.add(Quantity.parse('2Gi'));

    expect(sum.toString()).toBe('2Gi');
  });

  test('amounts compare by value, however written', () => {
    const one = Quantity.parse('1');

    expect([one.compare(Quantity.parse('1000m')), one.compare(Quantity.parse('1Ki'))]).toEqual([
      0, -1,
    ]);
  });

  test('rounding up to thousandths goes away from zero', () => {
    const texts = ['1.0001', '0.1m', '-0.1m', '5'];

    const rounded = texts.map((text) => Quantity.parse(text).roundUp(-3).toString());

    expect(rounded).toEqual(['1001m', '1m', '-1m', '5']);
  });
});
