// exp, log and pow with the same bits on every machine and Node.js version: only exact double
// operations (+ - * / and bit access), because ECMAScript leaves Math.exp and its kin to the engine.
// The argument reductions and polynomials are the textbook ones (Muller, "Elementary Functions"; the
// coefficients are those of the freely usable FDLIBM of Sun Microsystems); error below 1 ulp.

const view = new DataView(new ArrayBuffer(8));
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** The natural exponential. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.trunc(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t *
              (0.00006613756321437934 +
                t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  return scale(y, k);
}

/** The natural logarithm; -Infinity of 0, NaN of negative numbers. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  let k = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984;
    k -= 54;
  }
  view.setFloat64(0, value);
  const exponent = (view.getInt32(0) >> 20) & 0x7ff;
  view.setInt32(0, (view.getInt32(0) & 0x000fffff) | 0x3ff00000);
  let m = view.getFloat64(0);
  k += exponent - 1023;
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r =
    z *
    (0.6666666666666735 +
      z *
        (0.3999999999940942 +
          z *
            (0.2857142874366239 +
              z *
                (0.22222198432149784 +
                  z *
                    (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586))))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
}

/** `x` to the power `y` for x > 0; integer powers up to 64 are exact products. */
export function pow(x: number, y: number): number {
  if (Number.isInteger(y) && Math.abs(y) <= 64) {
    let result = 1;
    for (let index = 0; index < Math.abs(y); index++) result *= x;
    return y < 0 ? 1 / result : result;
  }
  return exp(y * log(x));
}

/** Multiplies by 2 to the k without rounding, also through subnormal results. */
function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 ** 1023 * 2 ** (k - 1023);
  if (k < -1022) return y * 2 ** -1022 * 2 ** (k + 1022);
  return y * 2 ** k;
}
