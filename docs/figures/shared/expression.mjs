// The checker's own expressions, worked out with every digit.
// A node is [operation, ...arguments] as the checker read it. Nothing here knows any rule of the derivation:
// a derivative is carried along beside each value, as the number that belongs to a small move of one score.
import { ONE, ZERO, exact, exponential, isBelow, logarithm, over, plus, precision, times } from "./exact.mjs";

const number = (value, slope = ZERO) => ({ value, slope });
const constant = (value) => number(exact(value));
// A logarithm is slow, and often nobody asks for it but only for its derivative.
function later(work, slope) {
  let value;
  return {
    get value() {
      value ??= work();
      return value;
    },
    slope,
  };
}
const added = (a, b) => later(() => plus(a.value, b.value), plus(a.slope, b.slope));
const multiplied = (a, b) =>
  later(
    () => times(a.value, b.value),
    // A constant factor is not asked what the other one is.
    plus(a.slope[0] ? times(a.slope, b.value) : ZERO, b.slope[0] ? times(a.value, b.slope) : ZERO),
  );

// sizes of the index sets, the given numbers as arrays, and the definitions of the other letters.
export class World {
  constructor({ sizes, given, definitions }) {
    Object.assign(this, { sizes, given, definitions });
    this.moved = undefined; // the entry that a derivative moves, "s 0 1"
    this.entries = new Map();
    this.exponentials = new Map();
    this.logarithms = new Map();
    // The weights of two scores differ by a factor of 2 to 1.45 times their distance, and no digit of the sum is lost.
    const largest = Math.max(0, ...given.s.flat().map(Math.abs));
    this.bits = 160 + Math.ceil(3 * largest);
  }

  // The same few are asked for again and again.
  remembered(store, work, x) {
    const name = `${x[0].toString(36)} ${x[1]}`;
    if (!store.has(name)) store.set(name, work(x));
    return store.get(name);
  }

  // at: the free indices and where they are, { a: 0, b: 1 }.
  value(node, at) {
    precision(this.bits);
    const { value } = this.number(node, at);
    // Smaller than any product of these weights: what is left where two numbers are the same but for their last digits.
    return isBelow(value, 60 - this.bits) ? ZERO : value;
  }

  number(node, at) {
    const work = this[`_${node[0]}`];
    if (!work) throw new RangeError(`an expression that can be worked out was expected, got ${node[0]}`);
    return work.call(this, node, at);
  }

  // The same indices give the same number, until another entry is moved.
  entry(name, where) {
    const key = [this.moved, name, ...where].join(" ");
    if (!this.entries.has(key)) this.entries.set(key, this.looked(name, where));
    return this.entries.get(key);
  }

  looked(name, where) {
    if (name in this.definitions) {
      const { indices, body } = this.definitions[name];
      return this.number(body, Object.fromEntries(indices.map((index, k) => [index, where[k]])));
    }
    const given = where.reduce((inside, k) => inside?.[k], this.given[name]);
    if (given === undefined) throw new RangeError(`there is no ${name} at ${where.join(", ") || "all"}`);
    return number(exact(given), [name, ...where].join(" ") === this.moved ? ONE : ZERO);
  }

  // An index is a letter, or an entry of an array of indices: the label of a sample.
  place(node, at) {
    if (node[0] === "index") return at[node[1]];
    const [, name, ...indices] = node;
    return indices.reduce((inside, index) => inside[this.place(index, at)], this.given[name]);
  }

  _num([, value]) {
    const [above, below] = String(value).split("/").map(Number);
    return below ? number(over(exact(above), exact(below))) : constant(above);
  }

  _letter([, name]) {
    return name in this.sizes ? constant(this.sizes[name]) : this.entry(name, []);
  }

  _at([, name, ...indices], at) {
    return this.entry(name, indices.map((index) => this.place(index, at)));
  }

  _add([, ...terms], at) {
    return terms.map((term) => this.number(term, at)).reduce(added);
  }

  _mul([, ...factors], at) {
    return factors.map((factor) => this.number(factor, at)).reduce(multiplied);
  }

  _pow([, base, exponent], at) {
    const { value, slope } = this.number(base, at);
    const n = exponent[1];
    if (exponent[0] !== "num" || !Number.isInteger(n)) throw new RangeError("a whole exponent was expected");
    const power = (k) => (k < 0 ? over(ONE, power(-k)) : Array(k).fill(value).reduce(times, ONE));
    return number(power(n), slope[0] ? times(times(exact(n), power(n - 1)), slope) : ZERO);
  }

  _exp([, inside], at) {
    const { value, slope } = this.number(inside, at);
    const weight = this.remembered(this.exponentials, exponential, value);
    return number(weight, times(weight, slope));
  }

  _log([, inside], at) {
    const { value, slope } = this.number(inside, at);
    return later(() => this.remembered(this.logarithms, logarithm, value), over(slope, value));
  }

  _sum([, body, index, size], at) {
    return [...Array(this.sizes[size]).keys()]
      .map((k) => this.number(body, { ...at, [index]: k }))
      .reduce(added, constant(0));
  }

  _delta([, one, other], at) {
    return constant(Number(this.place(one, at) === this.place(other, at)));
  }

  _cases([, ...cases], at) {
    const [, body] = cases.find(([, , [relation, one, other]]) => {
      const same = this.place(one, at) === this.place(other, at);
      return relation === "eq" ? same : !same;
    });
    return this.number(body, at);
  }

  _partial([, body, [, name, ...indices]], at) {
    const before = this.moved;
    if (before !== undefined) throw new RangeError("a derivative of a derivative");
    this.moved = [name, ...indices.map((index) => this.place(index, at))].join(" ");
    try {
      return number(this.number(body, at).slope);
    } finally {
      this.moved = before;
    }
  }
}
