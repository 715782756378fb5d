// Exact amounts of resources: `500m`, `1.5Gi`, `10e3`, from one billionth upward, without floats.
// Follows apimachinery `pkg/api/resource` of Kubernetes 1.37 as its answers show it, with the odd ones:
// some texts are kept as written, and integers out of 64 bits wrap.

/** How an amount is written: `500m`, `1Gi` or `10e3`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

const ERROR_SYNTAX =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const ERROR_SUFFIX = "unable to parse quantity's suffix";
const ERROR_NUMBER = 'unable to parse numeric part of quantity';

/** Larger powers of ten are refused: upstream would use memory without bound for them. */
const EXPONENT_MAX = 10_000;
const NANO = -9;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const DECIMAL_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const DECIMAL_NAMES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_NAMES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * An exact amount; immutable.
 *
 * @source apimachinery `pkg/api/resource`, Kubernetes 1.37; answers checked by the quantity vectors
 */
export class Quantity {
  static readonly ZERO = new Quantity(0n, 0, 'DecimalSI', 'integer');

  /** The amount is `unscaled` times ten to the power of `scale`. */
  private readonly unscaled: bigint;
  private readonly scale: number;
  readonly format: QuantityFormat;
  /**
   * `integer`: few digits, upstream keeps an int64 and a power of ten. `decimal`: upstream keeps
   * billionths in a number of any size. The two differ in how they round and wrap.
   */
  private readonly form: 'integer' | 'decimal';
  private readonly written: string | undefined;

  private constructor(
    unscaled: bigint,
    scale: number,
    format: QuantityFormat,
    form: 'integer' | 'decimal',
    written?: string,
  ) {
    this.unscaled = unscaled;
    this.scale = scale;
    this.format = format;
    this.form = form;
    this.written = written;
  }

  /**
   * Reads a quantity: sign, digits with at most one point, suffix.
   *
   * @throws Error with the API server's text when the text is no quantity, or its exponent is huge
   */
  static parse(text: string): Quantity {
    const parts = splitQuantity(text);
    const suffix = parseSuffix(parts.suffix);
    const { integer, fraction } = parts;
    const digits = integer + fraction;
    const magnitude = digits === '' ? 0n : BigInt(digits);
    const unscaled = parts.negative ? -magnitude : magnitude;
    if (suffix.bits > 0) {
      if (fraction === '' && integer.length <= 14 - Math.floor((suffix.bits * 3) / 10)) {
        const kept = magnitude % 8n === 0n ? undefined : text;
        return new Quantity(unscaled << BigInt(suffix.bits), 0, 'BinarySI', 'integer', kept);
      }
      const shifted = magnitude << BigInt(suffix.bits);
      return parseDecimal(shifted, -fraction.length, parts.negative, 'BinarySI', parts.hasDigits);
    }
    const scale = suffix.power - fraction.length;
    if (digits.length <= 18 && scale >= NANO) {
      const kept = isKeptAsWritten(digits, scale) ? text : undefined;
      return new Quantity(unscaled, scale, suffix.format, 'integer', kept);
    }
    return parseDecimal(magnitude, scale, parts.negative, suffix.format, parts.hasDigits);
  }

  /** An integer number of units, or of thousandths with `scale` -3. */
  static of(value: bigint | number, format: QuantityFormat = 'DecimalSI', scale = 0): Quantity {
    return new Quantity(BigInt(value), scale, format, 'integer');
  }

  /** Makes a quantity from parts already checked; for this file. */
  static ofDecimal(unscaled: bigint, scale: number, format: QuantityFormat): Quantity {
    return new Quantity(unscaled, scale, format, 'decimal');
  }

  /** -1, 0 or 1. */
  compare(other: Quantity): -1 | 0 | 1 {
    const [a, b] = align(this.unscaled, this.scale, other.unscaled, other.scale);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Whether both are the same amount, however written. */
  equals(other: Quantity): boolean {
    return this.compare(other) === 0;
  }

  /** The exact sum, in this format, or in the other's where this is zero. */
  add(other: Quantity): Quantity {
    return this.combine(other, 1n);
  }

  /** The exact difference, in this format, or in the other's where this is zero. */
  sub(other: Quantity): Quantity {
    return this.combine(other, -1n);
  }

  private combine(other: Quantity, sign: bigint): Quantity {
    const [a, b] = align(this.unscaled, this.scale, other.unscaled, other.scale);
    const format = this.unscaled === 0n ? other.format : this.format;
    const scale = Math.min(this.scale, other.scale);
    return new Quantity(a + sign * b, scale, format, 'integer');
  }

  /** -1, 0 or 1. */
  sign(): -1 | 0 | 1 {
    return this.unscaled < 0n ? -1 : this.unscaled > 0n ? 1 : 0;
  }

  isZero(): boolean {
    return this.unscaled === 0n;
  }

  /** Whole units, rounded away from zero; out of 64 bits it wraps as upstream does. */
  value(): bigint {
    return this.scaledValue(0);
  }

  /** Thousandths, rounded away from zero; out of 64 bits they wrap as upstream does. */
  milliValue(): bigint {
    return this.scaledValue(-3);
  }

  /** The integer, where upstream has one at hand: not for `3.0`, `2000m` or 19 digits. */
  asInt64(): bigint | undefined {
    if (this.form !== 'integer' || this.scale < 0) return undefined;
    const value = this.unscaled * tenTo(this.scale);
    return value > INT64_MAX || value < INT64_MIN ? undefined : value;
  }

  /** The amount rounded away from zero to a power of ten, for example -3 for thousandths. */
  roundUp(power: number): Quantity {
    if (this.scale >= power) return this;
    const divisor = tenTo(power - this.scale);
    if (this.unscaled % divisor === 0n) return this;
    const rounded = divideAway(this.unscaled, divisor);
    return new Quantity(rounded, power, this.format, 'integer');
  }

  /** The integer part of the amount in units of 10 to `power`, if it is whole there. */
  wholeIn(power: number): bigint | undefined {
    if (this.scale >= power) return this.unscaled * tenTo(this.scale - power);
    const divisor = tenTo(power - this.scale);
    return this.unscaled % divisor === 0n ? this.unscaled / divisor : undefined;
  }

  private scaledValue(power: number): bigint {
    const up = this.scale - power;
    if (this.form === 'decimal') return wrapDecimal(this.unscaled, up);
    if (up < 0) return wrap(divideAway(this.unscaled, tenTo(-up)));
    const value = this.unscaled * tenTo(up);
    if (value <= INT64_MAX && value >= INT64_MIN) return value;
    return up === 3 || up === 6 || up === 9 ? wrap(value) : 0n;
  }

  /** The amount as a decimal number without exponent and trailing zeros. */
  exact(): string {
    if (this.scale >= 0) return `${this.unscaled * tenTo(this.scale)}`;
    const sign = this.unscaled < 0n ? '-' : '';
    const digits = `${magnitudeOf(this.unscaled)}`.padStart(1 - this.scale, '0');
    const point = digits.length + this.scale;
    const fraction = digits.slice(point).replace(/0+$/, '');
    return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
  }

  /** The text that upstream prints: canonical, save for texts that it keeps as written. */
  toString(): string {
    if (this.written !== undefined) return this.written;
    if (this.unscaled === 0n) return '0';
    return this.format === 'BinarySI' ? this.printBinary() : this.printDecimal(this.format);
  }

  toJSON(): string {
    return this.toString();
  }

  private printBinary(): string {
    let value = this.wholeIn(0);
    if (value === undefined || magnitudeOf(value) < 1024n) return this.printDecimal('DecimalSI');
    let step = 0;
    while (step < 6 && value % 1024n === 0n) {
      value /= 1024n;
      step++;
    }
    return `${value}${BINARY_NAMES[step]!}`;
  }

  private printDecimal(format: QuantityFormat): string {
    let value = this.unscaled;
    let scale = this.scale;
    while (value % 10n === 0n) {
      value /= 10n;
      scale++;
    }
    let power = Math.floor(scale / 3) * 3;
    if (format === 'DecimalSI') power = Math.min(power, 18);
    const digits = `${value * tenTo(scale - power)}`;
    if (power === 0) return digits;
    return format === 'DecimalSI'
      ? `${digits}${DECIMAL_NAMES[power / 3 + 3]!}`
      : `${digits}e${power}`;
  }
}

interface QuantityParts {
  negative: boolean;
  hasDigits: boolean;
  /** Without leading zeros. */
  integer: string;
  fraction: string;
  suffix: string;
}

function splitQuantity(text: string): QuantityParts {
  if (text === '') throw new Error(ERROR_SYNTAX);
  let at = text[0] === '+' || text[0] === '-' ? 1 : 0;
  const start = at;
  while (isDigit(text, at)) at++;
  const integer = text.slice(start, at);
  let fraction = '';
  if (text[at] === '.') {
    const point = ++at;
    while (isDigit(text, at)) at++;
    fraction = text.slice(point, at);
  }
  const suffixStart = at;
  while (at < text.length && 'eEinumkKMGTP'.includes(text[at]!)) at++;
  if (text[at] === '+' || text[at] === '-') at++;
  while (isDigit(text, at)) at++;
  if (at < text.length) throw new Error(ERROR_SYNTAX);
  return {
    negative: text[0] === '-',
    hasDigits: integer !== '' || fraction !== '',
    integer: integer.replace(/^0+/, ''),
    fraction,
    suffix: text.slice(suffixStart),
  };
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function parseSuffix(suffix: string): { power: number; bits: number; format: QuantityFormat } {
  const power = DECIMAL_SUFFIXES.get(suffix);
  if (power !== undefined) return { power, bits: 0, format: 'DecimalSI' };
  const step = BINARY_NAMES.indexOf(suffix);
  if (step > 0) return { power: 0, bits: step * 10, format: 'BinarySI' };
  const match = /^[eE]([+-]?[0-9]+)$/.exec(suffix);
  if (!match) throw new Error(ERROR_SUFFIX);
  const exponent = Number(match[1]);
  if (Math.abs(exponent) > EXPONENT_MAX) {
    throw new Error(`quantities with an exponent beyond ${EXPONENT_MAX} are refused`);
  }
  return { power: exponent, bits: 0, format: 'DecimalExponent' };
}

// Upstream prints such a text as it came. Found in its answers: the power of ten is a multiple of
// three and the digits look canonical, although sign, leading zeros and point need not be.
function isKeptAsWritten(digits: string, scale: number): boolean {
  if (digits === '' || scale % 3 !== 0) return false;
  return !digits.startsWith('0') && !digits.endsWith('000');
}

function parseDecimal(
  magnitude: bigint,
  scale: number,
  negative: boolean,
  format: QuantityFormat,
  hasDigits: boolean,
): Quantity {
  if (!hasDigits) throw new Error(ERROR_NUMBER);
  const up = scale - NANO;
  const billionths = up >= 0 ? magnitude * tenTo(up) : divideAway(magnitude, tenTo(-up));
  const sign = negative ? -1n : 1n;
  if (format !== 'BinarySI') return Quantity.ofDecimal(sign * billionths, NANO, format);
  const one = tenTo(-NANO);
  if (billionths > INT64_MAX * one) return Quantity.ofDecimal(sign * INT64_MAX, 0, format);
  const small = billionths < one && billionths > 0n;
  return Quantity.ofDecimal(sign * billionths, NANO, small ? 'DecimalSI' : format);
}

function align(a: bigint, scaleA: number, b: bigint, scaleB: number): [bigint, bigint] {
  if (scaleA === scaleB) return [a, b];
  if (scaleA > scaleB) return [a * tenTo(scaleA - scaleB), b];
  return [a, b * tenTo(scaleB - scaleA)];
}

const POWERS = Array.from({ length: 40 }, (_, index) => 10n ** BigInt(index));

function tenTo(power: number): bigint {
  return POWERS[power] ?? 10n ** BigInt(power);
}

function magnitudeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function divideAway(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

// The low 64 bits of the magnitude, then the sign.
function wrapMagnitude(value: bigint): bigint {
  const low = wrap(magnitudeOf(value));
  return value < 0n ? wrap(-low) : low;
}

// Amounts kept in billionths. A number below 2^63-1, and so every negative one however large, has
// its low 64 bits divided toward zero and one added for a remainder: -0.1n, kept as -1n, gives 1.
function wrapDecimal(unscaled: bigint, up: number): bigint {
  if (up >= 0) return wrapMagnitude(unscaled * tenTo(up));
  const divisor = tenTo(-up);
  if (unscaled >= INT64_MAX) return wrapMagnitude(divideAway(unscaled, divisor));
  const low = wrapMagnitude(unscaled);
  return low / divisor + (low % divisor === 0n ? 0n : 1n);
}
