// Numbers as text, as Go writes and reads them.

/** The shortest text that reads back as the same double, with an exponent from 1e+06 on (`%g`). */
export function showDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plainText(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

// Within these exponents JavaScript writes no exponent either.
function plainText(value: number): string {
  return String(value);
}

const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads a double as Go's ParseFloat does; undefined when it is none or out of range. */
export function parseDouble(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  return parseHexFloat(text);
}

function parseHexFloat(text: string): number | undefined {
  const match = HEX_FLOAT.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = '', power] = match;
  const digits = `${whole}${fraction}`;
  if (digits === '' || digits.length > 256) return undefined;
  const exponent = Number(power) - 4 * fraction.length;
  const value = scaleByTwo(BigInt(`0x${digits}`), exponent);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}

// A power of two too large for one factor is taken in two.
function scaleByTwo(mantissa: bigint, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return Number(mantissa) * 2 ** half * 2 ** (exponent - half);
}

/** Reads an integer with an optional sign, decimal; undefined when it is none or out of range. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text) || text.length > 1000) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}

/** Reads an unsigned integer without a sign; undefined when it is none or out of range. */
export function parseUnsigned(text: string): bigint | undefined {
  if (!/^\d+$/.test(text) || text.length > 1000) return undefined;
  const value = BigInt(text);
  return value < 2n ** 64n ? value : undefined;
}
