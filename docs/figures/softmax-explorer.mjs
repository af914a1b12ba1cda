// Three scores, and all that follows from them: weights, shares, loss, gradient.
import { define } from "./shared/figure.mjs";
import { crossEntropy, rowGradient, softmax, sum } from "./shared/loss.mjs";
import { bar, element, fixed, line, scale, shown, text } from "./shared/svg.mjs";

const CLASSES = [0, 1, 2];
// What softmax is given, and what the scores' gradient is multiplied with for it.
const GIVEN = {
  scores: "the scores",
  weights: "their exponentials: exp once more",
  shares: "their shares: softmax twice",
};
const score = (k) => ({ kind: "slider", name: `s${k}`, label: `score of class ${k}`, min: -8, max: 8, step: 0.1, least: -1000, most: 1000 });
const scoresOf = (state) => CLASSES.map((k) => state[`s${k}`] + state.shift);

function numbers(state) {
  const { label, temperature, given } = { ...state, label: Number(state.label) };
  const scores = scoresOf(state);
  const inside = { scores, weights: scores.map(Math.exp), shares: softmax(scores) }[given];
  const warm = inside.map((value) => value / temperature);
  const upstream = rowGradient(warm, label).map((value) => value / temperature);
  const meeting = sum(upstream.map((value, k) => value * inside[k]));
  const gradient = {
    scores: upstream,
    weights: upstream.map((value, k) => value * inside[k]),
    shares: upstream.map((value, k) => inside[k] * (value - meeting)),
  }[given];
  return {
    scores,
    weights: warm.map(Math.exp),
    shares: softmax(warm),
    loss: crossEntropy(warm, label),
    gradient,
  };
}

function words(state, { shares, loss, gradient, weights }) {
  const list = (values) => values.map((value, k) => `class ${k} ${shown(value)}`).join(", ");
  const told = [`Shares: ${list(shares)}.`, `The label is class ${state.label}, and the loss is ${shown(loss)}.`, `Gradient: ${list(gradient)}.`];
  if (shares.some(Number.isNaN)) {
    const lost = Math.max(...scoresOf(state).map(Math.exp)) === Infinity ? "The exponential of a score" : "An exponential, divided by the temperature,";
    return `${lost} is too large for a computer's number, so there are no shares.`;
  }
  if (weights.some((weight) => weight === Infinity)) told.push("A weight is too large for a computer's number; the shares are computed without it.");
  if (weights.every((weight) => weight === 0)) told.push("All weights are too small for a computer's number; the shares are computed without them.");
  if (state.given === "scores" && state.temperature !== 1) told.push("The gradient is the shares, less 1 at the label, divided by the temperature.");
  if (state.shift) told.push(`All scores are moved by ${shown(state.shift)}${state.given === "weights" ? "." : ", and shares, loss and gradient are as before."}`);
  return told.join(" ");
}

// One column of bars: a name, and for each class a bar from the zero of its scale, and its number.
function column(x, y, width, { name, values, domain, label, colour, handle }) {
  const place = scale(domain, [x, x + width]);
  const zero = place(0);
  const rows = CLASSES.map((k) => {
    const top = y + 26 + k * 46;
    const end = Number.isFinite(values[k]) ? place(values[k]) : zero;
    const ours = k === label ? " live__fill--label" : "";
    return (
      line(zero, top + 15, zero, top + 35, { class: "live__axis" }) +
      bar(zero, top + 17, end, top + 33, { class: `live__fill ${colour}${ours}` }) +
      text(x, top + 11, `class ${k}`, { class: k === label ? "live__small live__label" : "live__small" }) +
      text(x + width, top + 11, fixed(values[k]), { class: "live__number live__end" }) +
      (handle ? element("circle", { cx: end, cy: top + 25, r: 11, class: "live__handle", "data-drag": `s${k}` }) : "")
    );
  });
  return text(x, y + 10, name, { class: "live__name" }) + rows.join("");
}

function draw(state, { scores, weights, shares, loss, gradient }, narrow) {
  const label = Number(state.label);
  const largest = Math.max(...weights);
  const steep = Math.max(1, ...gradient.map(Math.abs).filter(Number.isFinite));
  const columns = [
    { name: "score", values: scores, domain: [-8, 8], colour: "live__fill--ink", handle: true },
    { name: "weight", values: weights, domain: [0, largest > 0 && largest < Infinity ? largest : 1], colour: "live__fill--ink" },
    { name: "share", values: shares, domain: [0, 1], colour: "live__fill--ink" },
    { name: "gradient", values: gradient, domain: [-steep, steep], colour: "live__fill--gradient" },
  ].map((one) => ({ ...one, label }));
  const places = narrow ? [[12, 4], [184, 4], [12, 184], [184, 184]] : [[12, 4], [192, 4], [372, 4], [552, 4]];
  const drawn = columns.map((one, at) => column(...places[at], narrow ? 144 : 150, one)).join("");
  const below = text(12, narrow ? 372 : 192, `loss ${shown(loss)}`, { class: "live__name" });
  return { viewBox: narrow ? "0 0 340 384" : "0 0 714 204", inside: drawn + below };
}

function drag(state, handle, { x }, narrow) {
  const value = scale([12, narrow ? 156 : 162], [-8, 8])(x) - state.shift;
  return { [handle]: Math.round(Math.min(1000, Math.max(-1000, value)) * 10) / 10 };
}

export default define({
  name: "softmax-explorer",
  title: "From scores to shares, loss and gradient",
  caption: "Drag a score. Move all of them together, and see what does not move.",
  start: { s0: 0.1, s1: 5, s2: -0.3, label: "0", temperature: 1, shift: 0, given: "scores" },
  controls: [
    ...CLASSES.map(score),
    { kind: "choice", name: "label", label: "label", options: { 0: "class 0", 1: "class 1", 2: "class 2" } },
    { kind: "slider", name: "temperature", label: "temperature", min: 0.1, max: 10, step: 0.1, least: 0.001, most: 1000 },
    { kind: "slider", name: "shift", label: "number added to all scores", min: -8, max: 8, step: 0.1, least: -1000, most: 1000 },
    { kind: "choice", name: "given", label: "softmax is given", options: GIVEN },
    { kind: "button", name: "again", label: "Back to the example", act: () => ({ s0: 0.1, s1: 5, s2: -0.3, label: "0", temperature: 1, shift: 0, given: "scores" }) },
  ],
  numbers,
  words,
  draw,
  drag,
});
