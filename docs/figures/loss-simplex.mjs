// Three shares as one point of a triangle, and gradient descent on their scores, with a step as long as the reader likes.
import { define } from "./shared/figure.mjs";
import { crossEntropy, logSoftmax, rowGradient, softmax, sum } from "./shared/loss.mjs";
import { element, fixed, line, path, scale, shown, text } from "./shared/svg.mjs";

const CLASSES = [0, 1, 2];
const LAST = 40;
// No step below this rate raises the loss: it is 2 over the largest curvature in the scores, which is one half.
const LIMIT = 4;
// How often each class is the label. More than one class: the same input was seen with several labels.
const LABELS = {
  0: ["class 0", [1, 0, 0]],
  1: ["class 1", [0, 1, 0]],
  2: ["class 2", [0, 0, 1]],
  "01": ["class 0 or 1, equally often", [1 / 2, 1 / 2, 0]],
  "012": ["any class, equally often", [1 / 3, 1 / 3, 1 / 3]],
};
const START = { s0: -1.5, s1: 1.5, s2: 0, label: "0", rate: 1, steps: 2 };
// The field has an arrow wherever the shares are whole twelfths.
const PARTS = 12;
const FIELD = grid();

function grid() {
  const points = [];
  for (let j = 1; j < PARTS; j++) for (let k = 1; j + k < PARTS; k++) points.push([PARTS - j - k, j, k].map((part) => part / PARTS));
  return points;
}

// For a single label, in the form that keeps its digits where the label has nearly everything.
function gradientOf(scores, target) {
  const only = target.indexOf(1);
  return only >= 0 ? rowGradient(scores, only) : softmax(scores).map((share, k) => share - target[k]);
}

function lossOf(scores, target) {
  const only = target.indexOf(1);
  if (only >= 0) return crossEntropy(scores, only);
  const logs = logSoftmax(scores);
  return -sum(target.map((often, k) => often && often * logs[k]));
}

// How fast the shares move when the scores are pushed: the Jacobian of softmax times the push.
function flow(shares, push) {
  const mean = sum(shares.map((share, k) => share * push[k]));
  return shares.map((share, k) => share * (push[k] - mean));
}

function numbers(state) {
  const target = LABELS[state.label][1];
  const path = [];
  let scores = CLASSES.map((k) => state[`s${k}`]);
  for (let step = 0; step <= LAST; step++) {
    const gradient = gradientOf(scores, target);
    path.push({ scores, shares: softmax(scores), loss: lossOf(scores, target), gradient });
    scores = scores.map((score, k) => score - state.rate * gradient[k]);
  }
  // A rise in the last digits is only rounding.
  const raised = path.slice(1).filter(({ loss }, at) => loss > path[at].loss + 1e-9 * (1 + path[at].loss)).length;
  return {
    target,
    path,
    raised,
    lowest: -sum(target.map((often) => often && often * Math.log(often))),
    field: FIELD.map((shares) => ({ shares, flow: flow(shares, target.map((often, k) => often - shares[k])) })),
  };
}

function words(state, { path, raised, lowest, target }) {
  const { shares, gradient, loss } = path[state.steps];
  const list = (values) => values.map((value, k) => `class ${k} ${shown(value)}`).join(", ");
  const rule = target.includes(1)
    ? "With one label no step overshoots, however long it is."
    : state.rate <= LIMIT
      ? `Up to a rate of ${LIMIT} none ever does, wherever it begins.`
      : `Above a rate of ${LIMIT} nothing is promised.`;
  return [
    `After ${state.steps} of ${LAST} steps with a rate of ${shown(state.rate)}: loss ${shown(loss)}, and no less than ${shown(lowest)} is possible.`,
    `Shares: ${list(shares)}.`,
    `Push: ${list(gradient.map((value) => -value))}.`,
    raised ? `${raised} of the ${LAST} steps ${raised === 1 ? "raises" : "raise"} the loss.` : "No step raises the loss.",
    rule,
  ].join(" ");
}

// The triangle: class 0 on top, class 1 left, class 2 right.
const room = (narrow) => (narrow ? { x: 20, y: 28, side: 300 } : { x: 14, y: 28, side: 368 });

function corners(narrow) {
  const { x, y, side } = room(narrow);
  const foot = y + (side * Math.sqrt(3)) / 2;
  return [[x + side / 2, y], [x, foot], [x + side, foot]];
}

const mixed = (ends, shares) => [0, 1].map((axis) => sum(ends.map((end, k) => shares[k] * end[axis])));

const short = (value) => Math.round(value * 10) / 10;

// An arrow as a piece of a path, so that many of them are one element. A very short one is a dot.
function arrow([x1, y1], [x2, y2], head) {
  const [x, y] = [x2 - x1, y2 - y1];
  const length = Math.hypot(x, y);
  const shaft = `M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}`;
  if (length < head * 1.2) return shaft;
  const wing = (side) => [x2 - ((x - side * y * 0.6) / length) * head, y2 - ((y + side * x * 0.6) / length) * head].map(short).join(" ");
  return `${shaft}M${wing(1)}L${short(x2)} ${short(y2)}L${wing(-1)}`;
}

const dots = (points) => points.map(([x, y]) => `M${short(x)} ${short(y)}h0`).join("");

// Where the shares run while the scores go straight from one step to the next.
function run(ends, path) {
  const points = [];
  for (let at = 0; at + 1 < path.length; at++) {
    const [from, to] = [path[at].scores, path[at + 1].scores];
    const pieces = Math.min(60, 4 + Math.ceil(4 * Math.max(...from.map((score, k) => Math.abs(to[k] - score)))));
    for (let piece = 0; piece < pieces; piece++) {
      const point = mixed(ends, softmax(from.map((score, k) => score + ((to[k] - score) * piece) / pieces)));
      const before = points[points.length - 1];
      if (!before || Math.hypot(point[0] - before[0], point[1] - before[1]) > 1) points.push(point);
    }
  }
  points.push(mixed(ends, path[path.length - 1].shares));
  return points;
}

function triangle(state, { target, path: steps, field }, narrow) {
  const ends = corners(narrow);
  const spread = 1 / 3;
  const here = steps[state.steps];
  const [x, y] = mixed(ends, here.shares);
  const places = steps.map(({ shares }) => mixed(ends, shares));
  const [startX, startY] = places[0];
  const [aimX, aimY] = mixed(ends, target);
  const name = ([cornerX, cornerY], k) =>
    text(k === 2 ? cornerX + 8 : k === 1 ? cornerX - 8 : cornerX, cornerY + (k ? 26 : -15), `class ${k}${target[k] ? ", label" : ""}`, {
      class: `${target[k] ? "live__label" : "live__small"} ${["live__middle", "", "live__end"][k]}`,
    });
  return (
    element("path", { d: `${ends.map((end, k) => `${k ? "L" : "M"}${end.map(short).join(" ")}`).join("")}Z`, class: "live__axis simplex__edge" }) +
    element("path", {
      d: field.map(({ shares, flow: way }) => arrow(mixed(ends, shares), mixed(ends, shares.map((share, k) => share + way[k] * spread)), 4)).join(""),
      class: "simplex__field",
    }) +
    path(run(ends, steps), { class: "simplex__ahead" }) +
    element("path", { d: dots(places), class: "simplex__dots simplex__dots--ahead" }) +
    element("circle", { cx: aimX, cy: aimY, r: 7, class: "live__stroke live__stroke--label" }) +
    (state.steps ? path(run(ends, steps.slice(0, state.steps + 1)), { class: "live__stroke simplex__gone" }) : "") +
    element("path", { d: dots(places.slice(0, state.steps + 1)), class: "simplex__dots" }) +
    element("path", { d: arrow([x, y], [aimX, aimY], 11), class: "simplex__push" }) +
    element("circle", { cx: startX, cy: startY, r: 11, class: "live__handle simplex__start", "data-drag": "start" }) +
    element("circle", { cx: x, cy: y, r: 5.5, class: "simplex__here" }) +
    ends.map(name).join("")
  );
}

// The loss after each step. The dashed line is the least that any scores can reach.
function curve(left, top, right, state, { path: steps, lowest }) {
  const bottom = top + 112;
  // So large a lead that no loss is left needs a scale all the same.
  const most = Math.max(...steps.map(({ loss }) => loss), lowest) || 1;
  const [across, up] = [scale([0, LAST], [left, right]), scale([0, most], [bottom, top + 20])];
  const points = steps.map(({ loss }, step) => [across(step), up(loss)]);
  const [x, y] = points[state.steps];
  return (
    text(left, top + 4, `loss ${shown(steps[state.steps].loss)}`, { class: "live__name" }) +
    text(right, top + 4, `step ${state.steps}`, { class: "live__end" }) +
    line(left, bottom, right, bottom, { class: "live__axis" }) +
    (lowest ? line(left, up(lowest), right, up(lowest), { class: "live__axis simplex__lowest" }) : "") +
    line(x, top + 16, x, bottom, { class: "live__grid" }) +
    path(points, { class: "simplex__ahead" }) +
    (state.steps ? path(points.slice(0, state.steps + 1), { class: "live__stroke" }) : "") +
    element("path", { d: dots(points), class: "simplex__dots simplex__dots--ahead" }) +
    element("circle", { cx: x, cy: y, r: 5.5, class: "simplex__here" }) +
    text(left, bottom + 17, "0", { class: "live__small" }) +
    text(right, bottom + 17, `${LAST} steps`, { class: "live__small live__end" }) +
    (lowest ? text((left + right) / 2, bottom + 17, `dashed: lowest, ${shown(lowest)}`, { class: "live__small live__middle" }) : "")
  );
}

// What the thick arrow is, in numbers: from the shares to the labels.
function table(left, top, right, state, { path: steps, target }) {
  const { shares, gradient } = steps[state.steps];
  const [often, share, push] = [0.46, 0.72, 1].map((part) => left + (right - left) * part);
  const end = { class: "live__end" };
  return (
    text(often, top, "label", { class: "live__end live__label" }) +
    text(share, top, "− share", end) +
    text(push, top, "= push", { class: "live__end live__gradient" }) +
    CLASSES.map((k) => {
      const y = top + 24 + k * 22;
      return (
        line(left, y - 17, right, y - 17, { class: "live__grid" }) +
        text(left, y, `class ${k}`, { class: target[k] ? "live__label" : "live__small" }) +
        text(often, y, fixed(target[k]), end) +
        text(share, y, fixed(shares[k]), end) +
        text(push, y, fixed(-gradient[k]), { class: "live__end live__gradient" })
      );
    }).join("")
  );
}

function draw(state, found, narrow) {
  const [left, right] = narrow ? [20, 320] : [442, 702];
  return {
    viewBox: narrow ? "0 0 340 582" : "0 0 714 378",
    inside:
      triangle(state, found, narrow) +
      curve(left, narrow ? 346 : 36, right, state, found) +
      table(left, narrow ? 508 : 224, right, state, found),
  };
}

// The shares of the point where the finger is, and the scores that belong to them: their logarithms, 0 on average.
function drag(state, handle, point, narrow) {
  const [top, left, right] = corners(narrow);
  const first = (left[1] - point.y) / (left[1] - top[1]);
  const third = (point.x - left[0]) / (right[0] - left[0]) - first / 2;
  // Not on an edge: a share of 0 has no score.
  const inside = [first, 1 - first - third, third].map((share) => Math.max(share, 1e-3));
  const logs = inside.map(Math.log);
  const mean = sum(logs) / CLASSES.length;
  return Object.fromEntries(logs.map((log, k) => [`s${k}`, Math.round((log - mean) * 100) / 100]));
}

export default define({
  name: "loss-simplex",
  title: "Down the loss, in a triangle of shares",
  caption:
    "Drag the ring. The thick arrow is the push, minus the gradient in the scores: from the shares to the label. " +
    "Thin arrows show where shares go when their scores are pushed. Let two classes be the label, and raise the rate.",
  start: START,
  // On a phone these would be far from the triangle that they move.
  first: ["rate", "label", "steps", "play"],
  controls: [
    { kind: "slider", name: "rate", label: "learning rate", min: 0.1, max: 20, step: 0.1, least: 0.001, most: 1000 },
    { kind: "choice", name: "label", label: "label", options: Object.fromEntries(Object.entries(LABELS).map(([name, [label]]) => [name, label])) },
    { kind: "slider", name: "steps", label: "steps taken", min: 0, max: LAST, step: 1, whole: true },
    { kind: "button", name: "play", label: "Play or pause", act: ({ steps }) => ({ steps: steps < LAST ? steps : 0, play: true }) },
    ...CLASSES.map((k) => ({ kind: "slider", name: `s${k}`, label: `score of class ${k} at the start`, min: -8, max: 8, step: 0.1, least: -1000, most: 1000 })),
    { kind: "button", name: "again", label: "Back to the example", act: () => START },
  ],
  numbers,
  words,
  draw,
  drag,
  next: ({ steps }) => (steps < LAST ? { steps: steps + 1 } : undefined),
  pace: 300,
});
