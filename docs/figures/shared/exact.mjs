// Numbers that keep every digit: [m, e] is m times 2 to the e, and m, a BigInt, may be a thousand digits long.
// The exponential of 1000 is too large for a double, and beside it the exponential of -1000 would be lost.

let BITS = 128;
const GUARD = 64;

// From here on numbers have at least this many binary digits.
export function precision(bits) {
  BITS = bits;
}

export const ZERO = [0n, 0];
export const ONE = [1n, 0];

const length = (m) => {
  const digits = (m < 0n ? -m : m).toString(16);
  return 4 * digits.length - Math.clz32(parseInt(digits[0], 16)) + 28;
};

// Without the digits that are too many.
function rounded(m, e) {
  if (m === 0n) return ZERO;
  const more = length(m) - BITS;
  return more > 0 ? [m >> BigInt(more), e + more] : [m, e];
}

const shifted = (m, by) => (by < 0 ? m >> BigInt(-by) : m << BigInt(by));

// Every double is such a number.
export function exact(value) {
  if (!Number.isFinite(value)) throw new RangeError(`a number was expected, got ${value}`);
  let e = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    e -= 1;
  }
  return [BigInt(value), e];
}

export const negative = ([m, e]) => [-m, e];

export function plus(one, other) {
  if (one[0] === 0n) return other;
  if (other[0] === 0n) return one;
  const [high, low] = one[1] >= other[1] ? [one, other] : [other, one];
  // What lies below the last digit of the other changes nothing.
  if (high[1] - low[1] > 2 * BITS + length(low[0])) return high;
  return rounded(shifted(high[0], high[1] - low[1]) + low[0], low[1]);
}

// Whether a number is smaller than 2 to this power.
export const isBelow = ([m, e], power) => m === 0n || length(m) + e <= power;

export const times = ([m, e], [n, f]) => rounded(m * n, e + f);

export function over([m, e], [n, f]) {
  if (n === 0n) throw new RangeError("a division by zero");
  if (m === 0n) return ZERO;
  const more = BITS + length(n) - length(m);
  return rounded(shifted(m, more) / n, e - f - more);
}

const LN2 = new Map();

// The logarithm of 2 as a whole number of 2 to the -places: twice 1/3, a third of 1/27, a fifth of 1/243, ...
function logarithmOf2(places) {
  if (!LN2.has(places)) {
    let ln2 = 0n;
    let power = (2n << places) / 3n;
    for (let odd = 1n; power; odd += 2n, power /= 9n) ln2 += power / odd;
    LN2.set(places, ln2);
  }
  return LN2.get(places);
}

// Halved until it is small, put into the series, and squared as often: each squaring costs a digit.
export function exponential([m, e]) {
  const HALVINGS = 40;
  const places = BigInt(BITS + GUARD);
  const x = shifted(m, e + Number(places));
  const ln2 = logarithmOf2(places);
  const k = x / ln2;
  const small = (x - k * ln2) >> BigInt(HALVINGS);
  let sum = 1n << places;
  let term = sum;
  for (let n = 1n; term; n += 1n) {
    term = ((term * small) >> places) / n;
    sum += term;
  }
  for (let at = 0; at < HALVINGS; at += 1) sum = (sum * sum) >> places;
  return rounded(sum, Number(k - places));
}

// By Newton: y is better by (x - e^y) / e^y, and each round has twice as many digits that are right.
export function logarithm(x) {
  if (x[0] <= 0n) throw new RangeError("the logarithm of a number that is not positive");
  const bits = length(x[0]);
  const top = shifted(x[0], 53 - bits);
  let y = exact(Math.log(Number(top)) + (x[1] + bits - 53) * Math.LN2);
  for (let right = 40; right < BITS; right *= 2) {
    const weight = exponential(y);
    y = plus(y, over(plus(x, negative(weight)), weight));
  }
  return y;
}

// The nearest double, or almost: a digit more or less at the end.
export function double([m, e]) {
  if (m === 0n) return 0;
  const spare = Math.max(0, length(m) - 64);
  const top = Number(m >> BigInt(spare));
  const power = e + spare;
  // In two parts, for where 2 to the power is no double and the product is one.
  const half = Math.trunc(power / 2);
  return top * 2 ** half * 2 ** (power - half);
}

// [front, exponent of ten] with 1 <= |front| < 10, also where a double has no room; of 0 both are 0.
export function scientific(x) {
  if (x[0] === 0n) return [0, 0];
  const spare = length(x[0]) - 53;
  const top = Number(shifted(x[0], -spare));
  const size = Math.log10(Math.abs(top)) + (x[1] + spare) * Math.log10(2);
  const exponent = Math.floor(size);
  return [Math.sign(top) * 10 ** (size - exponent), exponent];
}
