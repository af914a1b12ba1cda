// Two scores, a step apart, that slide together through all that three number formats can hold.
import { define } from "./shared/figure.mjs";
import { FORMATS } from "./shared/formats.mjs";
import { softmax } from "./shared/loss.mjs";
import { bar, element, fixed, line, scale, shown, text } from "./shared/svg.mjs";

const MOST = 1000;
// The ruler is even around 0, and from about here on each tenfold is as long as the next.
const BEND = 5;
const START = { score: 12, gap: 1 };

// Softmax step by step, each result rounded to the format.
function shares(scores, round) {
  const weights = scores.map((score) => round(Math.exp(score)));
  const total = round(weights[0] + weights[1]);
  return { weights, total, shares: weights.map((weight) => round(weight / total)) };
}

function inFormat({ name, digits, round }, scores) {
  const stored = scores.map(round);
  const largest = Math.max(...stored);
  const plain = shares(stored, round);
  const shifted = shares(stored.map((score) => round(score - largest)), round);
  // What the stored scores would give without any rounding.
  const exact = softmax(stored);
  return { name, stored, exact, plain: { ...plain, fate: fate(plain, exact, digits) }, shifted: { ...shifted, fate: fate(shifted, exact, digits) } };
}

// Four units in the last place are what the site promises.
function fate({ shares: found }, exact, digits) {
  if (found.some(Number.isNaN)) return "nan";
  const unit = 2 ** (1 - digits) * Math.max(...exact);
  return found.every((share, k) => Math.abs(share - exact[k]) <= 4 * unit) ? "right" : "wrong";
}

function numbers({ score, gap }) {
  const scores = [score, score - gap];
  return {
    scores,
    formats: FORMATS.map((format) => inFormat(format, scores)),
    limits: FORMATS.map(({ name, infinite, normal, zero }) => ({ name, infinite, normal, zero })),
  };
}

const pair = (values) => `${shown(values[0])} and ${shown(values[1])}`;

function words(state, { scores, formats }) {
  const told = formats.map(({ name, stored, exact, plain, shifted }) => {
    const { weights, total, fate: end } = plain;
    const kept = stored.map((value, k) => Math.abs(value - scores[k])).some((off) => off > 0.01) ? ` stores ${pair(stored)};` : "";
    const why =
      end === "right"
        ? ""
        : total === Infinity
          ? weights.some((weight) => weight < Infinity) && weights[0] < Infinity
            ? ", for the total is too large"
            : ", for a weight is too large"
          : total === 0
            ? ", for both weights are 0"
            : ", for the weights have lost digits";
    // What is wrong only in later digits looks like what is right.
    const word = end === "wrong" ? (pair(plain.shares) === pair(exact) ? "off in later digits: " : "wrong: ") : "";
    return `${name}:${kept} as it stands ${word}${pair(plain.shares)}${why}; shifted ${pair(shifted.shares)}.`;
  });
  return `Scores ${pair(scores)}. ${told.join(" ")}`;
}

const room = (narrow) => (narrow ? { left: 18, right: 316 } : { left: 92, right: 692 });

function places(narrow) {
  const { left, right } = room(narrow);
  const along = scale([-Math.asinh(MOST / BEND), Math.asinh(MOST / BEND)], [left, right]);
  return (score) => along(Math.asinh(score / BEND));
}

const cross = (x, y, r) =>
  element("path", { d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`, class: "edge__cross" });

// One format's reach: normal numbers, the few digits below them, 0 on the left and infinity on the right.
function band(y, { name, infinite, normal, zero }, { stored, plain }, narrow) {
  const at = places(narrow);
  const [start, from, to] = [zero, normal, infinite].map(at);
  const height = 22;
  // The word beyond the end makes way for a score that stands there, where there is room.
  const there = stored.map(at).filter((x) => x > to - 8 && x < to + 26 && to + 60 < room(narrow).right);
  const beyond = Math.max(to + 5, ...there.map((x) => x + 9));
  const marks = plain.weights.map((weight, k) =>
    weight > 0 && weight < Infinity
      ? element("circle", { cx: at(stored[k]), cy: y + 11, r: k ? 3 : 5, class: "edge__mark" })
      : cross(Math.round(at(stored[k])), y + 11, k ? 4 : 6),
  );
  return (
    text(narrow ? room(narrow).left : 12, narrow ? y - 6 : y + 16, name, { class: "live__name" }) +
    bar(start, y, from, y + height, { class: "edge__few" }) +
    bar(from, y, to, y + height, { class: "edge__normal" }) +
    text(start - 5, y + 16, "0", { class: "live__small live__end" }) +
    text(beyond, y + 16, "inf", { class: "live__small" }) +
    text(from + 6, y + 16, shown(zero, 3), { class: "live__small" }) +
    text(to - 6, y + 16, shown(infinite, 3), { class: "live__small live__end" }) +
    marks.join("")
  );
}

function ruler(y, foot, { scores }, narrow) {
  const at = places(narrow);
  const { left, right } = room(narrow);
  const ticks = [-1000, -100, -10, 0, 10, 100, 1000];
  return (
    (narrow ? "" : text(12, y + 4, "scores", { class: "live__name" })) +
    line(left, y, right, y, { class: "live__axis" }) +
    ticks
      .map((tick) => line(at(tick), y - 5, at(tick), y + 5, { class: "live__axis" }) + text(at(tick), y - 17, tick, { class: "live__small live__middle" }))
      .join("") +
    line(at(scores[1]), y, at(scores[1]), foot, { class: "edge__line edge__line--other" }) +
    line(at(scores[0]), y, at(scores[0]), foot, { class: "edge__line" }) +
    element("circle", { cx: at(scores[1]), cy: y, r: 5, class: "edge__mark" })
  );
}

// The two shares as one bar. The line in it is where they should meet.
function result(x, y, width, { shares: found, fate: end }, exact) {
  const edge = x + width * found[0];
  const mark = x + width * exact[0];
  const bad = end === "right" ? "" : " edge__bar--bad";
  return (
    bar(x, y, x + width, y + 14, { class: `edge__bar${bad}` }) +
    (end === "nan" ? "" : bar(x, y, edge, y + 14, { class: "live__fill live__fill--ink" })) +
    line(mark, y - 3, mark, y + 17, { class: "edge__truth" })
  );
}

const row = (found) => found.map((share) => (share > 0 && share < 1 ? fixed(share, 4) : shown(share))).join("\u2003");
const written = ({ shares: found, fate: end }, exact) =>
  `${end === "wrong" ? (row(found) === row(exact) ? "off: " : "wrong: ") : ""}${row(found)}`;
const number = ({ fate: end }) => ({ class: `live__end${end === "right" ? "" : " edge__bad"}` });
const added = ({ weights, total }) => `${shown(weights[0], 3)} + ${shown(weights[1], 3)} = ${shown(total, 3)}`;

function wideResults(top, { formats }) {
  const [left, middle, width] = [92, 402, 290];
  const rows = formats.map(({ name, plain, shifted, exact }, at) => {
    const y = top + 26 + at * 68;
    const half = (x, one) =>
      text(x, y, added(one), { class: "live__small" }) + text(x + width, y + 17, written(one, exact), number(one)) + result(x, y + 25, width, one, exact);
    return text(12, y + 37, name, { class: "live__name" }) + half(left, plain) + half(middle, shifted);
  });
  const head = (x, words) => text(x, top, words, { class: "live__name" });
  return head(left, "softmax as it stands") + head(middle, "the larger score subtracted first") + rows.join("");
}

function narrowResults(top, { formats }) {
  const { left } = room(true);
  const width = 304;
  return formats
    .map(({ name, plain, shifted, exact }, at) => {
      const y = top + at * 122;
      const half = (down, words, one) =>
        text(left, down, words, { class: "live__small" }) + text(left + width, down, written(one, exact), number(one)) + result(left, down + 8, width, one, exact);
      return (
        text(left, y, name, { class: "live__name" }) +
        text(left + width, y, added(plain), { class: "live__small live__end" }) +
        half(y + 24, "softmax as it stands", plain) +
        half(y + 70, "the larger score subtracted first", shifted)
      );
    })
    .join("");
}

function draw(state, found, narrow) {
  const [first, apart] = narrow ? [82, 48] : [72, 30];
  const y = 44;
  const foot = first + 2 * apart + 22;
  const at = places(narrow);
  const bands = found.limits.map((limits, k) => band(first + k * apart, limits, found.formats[k], narrow)).join("");
  return {
    viewBox: narrow ? "0 0 340 586" : "0 0 714 398",
    inside:
      ruler(y, foot, found, narrow) +
      bands +
      element("circle", { cx: at(found.scores[0]), cy: y, r: 11, class: "live__handle", "data-drag": "score" }) +
      (narrow ? narrowResults(foot + 40, found) : wideResults(foot + 34, found)),
  };
}

function drag(state, handle, { x }, narrow) {
  const { left, right } = room(narrow);
  const reach = Math.asinh(MOST / BEND);
  const value = BEND * Math.sinh(scale([left, right], [-reach, reach])(x));
  return { score: Math.min(MOST, Math.max(-MOST, Math.round(value * 10) / 10)) };
}

// The last score, in tenths, for which the total of both weights is still a number.
const before = (format) => Math.floor((format.infinite - Math.log1p(Math.exp(-START.gap))) * 10) / 10;

export default define({
  name: "overflow-edge",
  title: "Where the exponential ends",
  caption:
    "Drag the ring. The upper bars reach from where an exponential becomes 0 to where it becomes infinite. " +
    "In the lower bars, two shares fill the whole: the mark is where they should meet.",
  start: START,
  controls: [
    { kind: "slider", name: "score", label: "larger score", min: -MOST, max: MOST, step: 0.1, bend: BEND },
    { kind: "slider", name: "gap", label: "how far the other lies behind", min: 0, max: 10, step: 0.1, most: MOST },
    ...FORMATS.map((format) => ({
      kind: "button",
      name: format.name,
      label: `To the edge of ${format.name}`,
      act: () => ({ score: before(format), gap: START.gap }),
    })),
  ],
  numbers,
  words,
  draw,
  drag,
});
