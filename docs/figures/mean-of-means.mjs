// A batch in pieces: how much each sample counts, and where the gradient goes, for three ways to divide.
import { define } from "./shared/figure.mjs";
import { crossEntropy, rowGradient, sum } from "./shared/loss.mjs";
import { bar, element, fixed, line, scale, shown, text } from "./shared/svg.mjs";

// How many samples a row has is the data's to say; the cuts lie between them, or at an end, where they cut nothing.
const SAMPLES = 10;
const RULES = {
  means: "their means, over the number of pieces",
  bare: "their means, and no more",
  sums: "their sums, over the number of samples",
};
const EXAMPLE = { first: 6, second: 9, rule: "means" };

const dot = (one, other) => sum(one.map((value, at) => value * other[at]));
const column = (table, k) => table.map((row) => row[k]);

function numbers({ first, second, rule }, { X, labels, W }) {
  const N = X.length;
  const cuts = [0, Math.min(first, second), Math.max(first, second), N];
  const pieces = cuts.slice(1).map((to, at) => [cuts[at], to]).filter(([from, to]) => from < to);
  const scores = X.map((row) => W[0].map((_, k) => dot(row, column(W, k))));
  const losses = scores.map((row, i) => crossEntropy(row, labels[i]));
  const gradients = scores.map((row, i) => rowGradient(row, labels[i]));
  const G = pieces.length;
  const divisors = pieces.map(([from, to]) => ({ means: G * (to - from), bare: to - from, sums: N })[rule]);
  // The sums of a piece, of all its losses or of one weight's gradients, divided as the rule says; and all pieces together.
  const together = (values) => sum(pieces.map(([from, to], g) => sum(values.slice(from, to)) / divisors[g]));
  const ofWeight = (add) => W.map((row, d) => row.map((_, k) => add(X.map((x, i) => x[d] * gradients[i][k]))));
  const gradient = ofWeight(together);
  const whole = ofWeight((values) => sum(values) / N);
  return {
    pieces,
    divisors,
    losses,
    loss: together(losses),
    wholeLoss: sum(losses) / N,
    gradient,
    whole,
    gap: Math.max(...gradient.flat().map((value, at) => Math.abs(value - whole.flat()[at]))),
  };
}

// A part of a whole as a reader writes it.
const part = (divisor) => (divisor === 1 ? "1" : `1/${divisor}`);
const listed = (values) => (values.length > 1 ? `${values.slice(0, -1).join(", ")} and ${values.at(-1)}` : String(values[0]));
// Two ways to add up differ in the last digits, and that is no gap.
const closed = ({ gap, whole }) => gap <= 1e-12 * Math.max(1, ...whole.flat().map(Math.abs));

function words({ rule }, numbers) {
  const { pieces, divisors, loss, wholeLoss, losses, gap } = numbers;
  const N = losses.length;
  const sizes = pieces.map(([from, to]) => to - from);
  const G = sizes.length;
  const told = [G > 1 ? `Pieces of sizes ${listed(sizes)}.` : `One piece of ${N} samples.`];
  if (divisors.every((divisor) => divisor === N)) told.push(`Each sample counts 1/${N}, as it should.`);
  else told.push(`A sample counts ${listed(divisors.map(part))}, and should count 1/${N}.`);
  if (closed(numbers)) told.push(`The loss is ${shown(loss)}, and the gradient is that of the whole batch.`);
  else {
    // A loss may come near by chance, and then four digits do not tell.
    const digits = [4, 5, 6, 7, 8].find((many) => shown(loss, many) !== shown(wholeLoss, many));
    const found = digits ? `The loss is ${shown(loss, digits)} and should be ${shown(wholeLoss, digits)}` : `The loss is ${shown(loss)}, as it should be`;
    told.push(`${found}; the gradient is off by up to ${shown(gap, 3)}.`);
  }
  if (G > 1 && rule === "sums") told.push("This holds wherever the cuts are.");
  else if (G > 1 && rule === "bare" && new Set(sizes).size === 1) told.push(`Both are ${G} times too large, for there are ${G} pieces.`);
  else if (G > 1 && rule === "means" && new Set(sizes).size === 1) told.push("That is because all pieces have the same size.");
  return told.join(" ");
}

const WIDE = { width: 714, left: 12, pitch: 38, gradient: { x: 462, y: 0, width: 240 } };
const NARROW = { width: 340, left: 14, pitch: 28.8, gradient: { x: 8, y: 254, width: 324 } };
// The bars of the samples stand on the line of their boxes.
const [ROOF, FLOOR] = [34, 150];
const BOX = 32;
// Where a cut is held.
const HOLD = 210;

function samples(state, { pieces, divisors, losses }, room) {
  const N = losses.length;
  const x = (i) => room.left + i * room.pitch;
  const high = scale([0, state.rule === "bare" ? 1 : 0.5], [FLOOR, ROOF]);
  const should = high(1 / N);
  const parts = [text(room.left, 14, "how much each sample counts", { class: "live__name" })];
  pieces.forEach(([from, to], g) => {
    const counts = high(1 / divisors[g]);
    for (let i = from; i < to; i++) {
      parts.push(
        bar(x(i) + 3, FLOOR, x(i + 1) - 3, counts, { class: "live__fill live__fill--ink" }),
        text((x(i) + x(i + 1)) / 2, FLOOR + 21, fixed(losses[i], room.pitch > 32 ? 2 : 1), { class: "live__small live__middle" }),
      );
    }
    const middle = (x(from) + x(to)) / 2;
    parts.push(
      bar(x(from) + 2, FLOOR + 2, x(to) - 2, FLOOR + BOX, { rx: 4, class: "live__piece" }),
      text(middle, Math.min(counts, should) - 6, part(divisors[g]), { class: "live__middle live__number" }),
    );
    if (to - from > 2) parts.push(text(middle, FLOOR + BOX + 18, `${to - from} samples`, { class: "live__small live__middle" }));
    else parts.push(text(middle, FLOOR + BOX + 18, to - from, { class: "live__small live__middle" }));
  });
  const [start, end] = [x(0), x(N)];
  parts.push(
    line(start, should, end + 4, should, { class: "live__stroke live__stroke--dashed" }),
    text(end + 6, should + 4.5, part(N), { class: "live__number" }),
  );
  parts.push(text(end + 4, FLOOR + 21, "loss", { class: "live__small" }));
  // Two cuts in one place are held above each other.
  for (const [name, y] of [["first", HOLD], ["second", HOLD + (state.first === state.second ? 23 : 0)]]) {
    const at = x(state[name]);
    parts.push(
      line(at, FLOOR - 8, at, y - 11, { class: "live__stroke" }),
      element("circle", { cx: at, cy: y, r: 11, class: "live__handle", "data-drag": name }),
    );
  }
  return parts.join("");
}

// The longest bar of any cuts, so that the scale stands still while they are dragged.
function longest({ rule }, data) {
  const places = [...Array(SAMPLES + 1).keys()];
  const every = places.flatMap((first) => places.slice(first).map((second) => numbers({ first, second, rule }, data)));
  return Math.max(...every.flatMap(({ gradient }) => gradient.flat().map(Math.abs)));
}

function weights(state, { gradient, whole }, data, { x, y, width }) {
  const values = gradient.flat();
  const truth = whole.flat();
  const largest = Math.max(longest(state, data), 1e-300);
  const place = scale([-largest, largest], [y + 192, y + 28]);
  const pitch = width / values.length;
  const parts = [
    text(x, y + 14, "gradient of each weight", { class: "live__name live__gradient" }),
    line(x, place(0), x + width, place(0), { class: "live__axis" }),
  ];
  values.forEach((value, at) => {
    const left = x + at * pitch;
    parts.push(
      bar(left + 4, place(0), left + pitch - 4, place(value), { class: "live__fill live__fill--gradient" }),
      line(left + 1, place(truth[at]), left + pitch - 1, place(truth[at]), { class: "live__truth" }),
    );
  });
  return parts.join("");
}

function draw(state, numbers, narrow, data) {
  const room = narrow ? NARROW : WIDE;
  const { x, y } = room.gradient;
  const key = y + 212;
  const right = closed(numbers);
  const legend =
    bar(x, key - 10, x + 10, key, { class: "live__fill live__fill--gradient" }) +
    text(x + 16, key, "of the pieces", { class: "live__small" }) +
    line(x + 112, key - 4.5, x + 130, key - 4.5, { class: "live__truth" }) +
    text(x + 136, key, "of the whole batch", { class: "live__small" });
  const verdict = text(x, key + 24, right ? "no gap" : `largest gap ${shown(numbers.gap, 3)}`, { class: "live__name" });
  return {
    viewBox: `0 0 ${room.width} ${narrow ? y + 244 : 244}`,
    inside: samples(state, numbers, room) + weights(state, numbers, data, room.gradient) + legend + verdict,
  };
}

function drag(state, handle, { x }, narrow) {
  const { left, pitch } = narrow ? NARROW : WIDE;
  return { [handle]: Math.min(SAMPLES, Math.max(0, Math.round((x - left) / pitch))) };
}

const cut = (name) => ({ kind: "slider", name, label: `${name} cut: samples to its left`, min: 0, max: SAMPLES, step: 1, whole: true });

export default define({
  name: "mean-of-means",
  title: "Ten samples in pieces",
  caption: "Drag the two cuts. Then divide in the right way, and drag them again.",
  start: EXAMPLE,
  controls: [
    cut("first"),
    cut("second"),
    { kind: "choice", name: "rule", label: "what the pieces add up", options: RULES },
    { kind: "button", name: "halves", label: "Two equal pieces", act: () => ({ first: 5, second: SAMPLES }) },
    { kind: "button", name: "again", label: "Back to the example", act: () => EXAMPLE },
  ],
  numbers,
  words,
  draw,
  drag,
});
