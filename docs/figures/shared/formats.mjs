// Arithmetic in float16, float32 and float64, rounded as the standard for floating-point numbers (IEEE 754) asks.
// A sum, difference, product or quotient in doubles, rounded once more to a format of less than half as many digits,
// is what that format itself would give.

// digits: binary digits of a normal number. lowest, highest: exponents of 2 of the smallest and the largest normal one.
export const FORMATS = [
  { name: "float16", digits: 11, lowest: -14, highest: 15 },
  { name: "float32", digits: 24, lowest: -126, highest: 127 },
  { name: "float64", digits: 53, lowest: -1022, highest: 1023 },
].map((format) => ({ ...format, round: rounding(format), ...limits(format) }));

// Scores between which the exponential is a normal number, above which it is inf, and below which it is 0.
function limits({ digits, lowest, highest }) {
  return {
    infinite: highest * Math.LN2 + Math.log(2 - 2 ** (1 - digits)),
    normal: lowest * Math.LN2,
    zero: (lowest - digits) * Math.LN2,
  };
}

// The whole number next to it, and of two that are equally near the even one.
function even(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2) ? below + 1 : below;
}

export function rounding({ digits, lowest, highest }) {
  if (digits === 53) return (value) => value;
  const largest = 2 ** highest * (2 - 2 ** (1 - digits));
  return (value) => {
    const size = Math.abs(value);
    if (!(size > 0 && size < Infinity)) return value;
    let exponent = Math.floor(Math.log2(size));
    // A logarithm is rounded, too.
    if (2 ** exponent > size) exponent -= 1;
    if (2 ** (exponent + 1) <= size) exponent += 1;
    // Below the smallest normal number the gaps stay as they are there.
    const gap = 2 ** (Math.max(exponent, lowest) - digits + 1);
    const rounded = even(size / gap) * gap;
    return Math.sign(value) * (rounded > largest ? Infinity : rounded);
  };
}
