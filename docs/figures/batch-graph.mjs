// The graph of a batch: a copy of each node for every sample, and the nodes in which they meet. Forward, then back.
import { define } from "./shared/figure.mjs";
import { crossEntropy, rowGradient, softmax, sum } from "./shared/loss.mjs";
import { bar, element, line, path, shown, text } from "./shared/svg.mjs";

const ENDS = { divide: "the mean: add, then divide", mean: "the mean, as one node", sum: "the sum" };
// All steps in their order. Without a node of its own for the division there are two less.
const STEPS = ["scores", "shares", "losses", "meet", "divided", "one", "undivided", "parted", "by the shares", "by the scores"];
const LAST = STEPS.length - 1;
const stepsOf = (state) => STEPS.filter((name) => state.end === "divide" || !["divided", "undivided"].includes(name));
// Where the reader is: the last step of this graph that is not after the one of the state.
const at = (state) => stepsOf(state).findLastIndex((name) => STEPS.indexOf(name) <= state.step);
const reached = (state, name) => stepsOf(state).indexOf(name) <= at(state);
const now = (state, name) => stepsOf(state)[at(state)] === name;
const moved = (state, by) => ({ step: STEPS.indexOf(stepsOf(state)[at(state) + by]) });
const atEnd = (state) => at(state) === stepsOf(state).length - 1;

function numbers(state, data) {
  const N = Number(state.samples);
  const scores = data.scores.slice(0, N);
  const labels = data.labels.slice(0, N);
  const shares = scores.map(softmax);
  const losses = scores.map((row, i) => crossEntropy(row, labels[i]));
  const divisor = state.end === "sum" ? 1 : N;
  return {
    scores,
    labels,
    shares,
    losses,
    divisor,
    total: sum(losses),
    loss: sum(losses) / divisor,
    back: {
      loss: 1,
      total: 1 / divisor,
      losses: losses.map(() => 1 / divisor),
      // Minus the logarithm of the label's share is all that a loss looks at.
      shares: shares.map((row, i) => row.map((share, j) => (j === labels[i] ? -1 / (divisor * share) : 0))),
      scores: scores.map((row, i) => rowGradient(row, labels[i]).map((value) => value / divisor)),
    },
  };
}

// Three places, fewer for large numbers, no zeros at the end.
function short(value) {
  const size = Math.abs(value);
  if (size < 5e-4 || size >= 1e4 || Number.isNaN(value)) return shown(value, 2);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 2 : 3)));
}

function words(state, { scores, shares, losses, divisor, total, loss, back }) {
  const N = scores.length;
  const rows = (table) => table.map((row, i) => `${i ? "s" : "S"}ample ${i}: ${row.map(short).join(", ")}`).join("; ");
  const singles = (values) => values.map((value, i) => `${i ? "s" : "S"}ample ${i}: ${short(value)}`).join("; ");
  const told = {
    scores: `Each sample brings its scores. ${rows(scores)}.`,
    shares: `Softmax makes shares of each sample's scores. ${rows(shares)}.`,
    losses: `A loss is minus the logarithm of the label's share. ${singles(losses)}.`,
    meet:
      N === 1
        ? `Here the samples of a batch meet. There is only one, so their ${state.end === "mean" ? "mean" : "sum"} is its loss: ${short(loss)}.`
        : state.end === "mean"
        ? `Here the samples meet for the first time: the mean of their losses is ${short(loss)}.`
        : `Here the samples meet for the first time: the sum of their losses is ${short(total)}.`,
    divided: `The sum, divided by ${N}, is the loss of the batch: ${short(loss)}.`,
    one: "Now back. How strongly does the loss react to each number? To itself one to one: 1.",
    undivided:
      N === 1
        ? `To divide by 1 changes nothing, so ${short(back.total)} goes back.`
        : `What enters the division reaches the loss divided by ${N}. So ${short(back.total)} goes back: here the division comes in.`,
    parted:
      N === 1
        ? `There is only one sample, so what goes back to it is what came: ${short(back.total)}.`
        : state.end === "mean"
        ? `What enters the mean reaches the loss divided by ${N}. So ${short(back.total)} goes back to every sample: here the division comes in.`
        : `An addition hands back what it got: ${short(back.total)} to every sample.`,
    "by the shares": `A loss looks at one share, the label's, so all others get 0. ${rows(back.shares)}.`,
    "by the scores": `What has come back to the scores is the gradient. ${rows(back.scores)}.`,
  };
  const steps = stepsOf(state);
  const said = [`Step ${at(state) + 1} of ${steps.length}. ${told[steps[at(state)]]}`];
  if (atEnd(state)) said.push(compared(N, divisor));
  if (reached(state, "by the shares") && back.shares.flat().includes(-Infinity))
    said.push("A share is too small for a computer's number, so what comes back to it is infinite; the scores' gradient is computed without it.");
  return said.join(" ");
}

function compared(N, divisor) {
  if (N === 1) return "With one sample, sum and mean are the same.";
  if (divisor === 1) return `Nothing is divided. With the mean, the loss and all that comes back to the samples would be divided by ${N}.`;
  return `With the sum, each number marked ÷ ${N} would be ${N} times as large, and no other number would change.`;
}

// Where things stand. A line is given from where to where it runs.
const WIDE = { width: 714, name: 12, score: [62, 150], softmax: [150, 214], share: [214, 302], out: [302, 348], loss: [348, 436], lane: 440, row: 40, turned: false };
const NARROW = { width: 340, name: 4, score: [54, 130], softmax: [130, 146], share: [146, 225], out: [225, 241], loss: [241, 312], lane: 314, row: 42, turned: true };
const TOP = 30;
const GAP = 8;
const TITLE = 24;
const ROUND = 17;
// What a number leaves free at the end of its line, for the mark beside it.
const MARK = 30;

// Without a space, so that the words do not touch their frame.
const pill = (x, y, words) =>
  bar(x, y - 11, x + 22, y + 3, { rx: 7, class: "live__pill" }) +
  text(x + 11, y - 0.5, words.replace(" ", ""), { class: "live__mark live__middle" });

// Above a line what flows forward, below it what flows back, and beside that what it was divided by.
function onLine(state, right, y, { ahead, back, after, before, mark }) {
  const parts = [];
  const put = (value, step, down, kind) => {
    if (!reached(state, step)) return;
    // A ground for what is new. Digits are about twice as wide as a point.
    const wide = [...short(value)].reduce((all, sign) => all + (/\d/.test(sign) ? 9 : 5), 0);
    if (now(state, step)) parts.push(bar(right - wide - 2, y + down - 12, right + 2, y + down + 4, { rx: 3, class: "live__now" }));
    parts.push(text(right, y + down, short(value), { class: `live__end ${kind}` }));
  };
  put(ahead, after, -6, "live__number");
  put(back, before, 17, "live__gradient");
  if (mark?.ahead && reached(state, after)) parts.push(pill(right + 4, y - 6, mark.words));
  if (mark?.back && reached(state, before)) parts.push(pill(right + 4, y + 17, mark.words));
  return parts.join("");
}

const arrow = (x, y, away = 1) => path([[x - 5 * away, y - 3.5], [x, y], [x - 5 * away, y + 3.5]], { class: "live__wire live__wire--seen" });
const wire = (points, seen) => path(points, { class: seen ? "live__wire live__wire--seen" : "live__wire" });

function box([left, right], top, bottom, name, turned, active) {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const words = { class: "live__middle", ...(turned && { transform: `rotate(-90 ${x} ${y})` }) };
  return bar(left, top, right, bottom, { rx: 4, class: `live__node${active ? " live__node--now" : ""}` }) + text(x, y + 4.5, name, words);
}

// The node of a sign is round, and that of a word has room for it.
const node = (x, y, half, sign, active) =>
  bar(x - half, y - ROUND, x + half, y + ROUND, { rx: ROUND, class: `live__node${active ? " live__node--now" : ""}` }) +
  text(x, y + 4.5, sign, { class: "live__middle" });

function lane(state, numbers, i, top, room) {
  const { scores, shares, losses, labels, back, divisor } = numbers;
  const bottom = top + TITLE + scores[i].length * room.row;
  const level = (j) => top + TITLE + (j + 0.5) * room.row - 4;
  const middle = level((scores[i].length - 1) / 2);
  const mark = (value) => ({ back: divisor !== 1 && value !== 0, words: `÷ ${divisor}` });
  const right = ([, to]) => to - MARK;
  const parts = [
    bar(0.5, top, room.lane, bottom, { rx: 6, class: "live__lane" }),
    text(room.name, top + 16, `sample ${i}`, { class: "live__name" }),
    text(room.lane - 8, top + 16, `label: class ${labels[i]}`, { class: "live__label live__end" }),
  ];
  scores[i].forEach((score, j) => {
    const y = level(j);
    parts.push(
      text(room.name, y + 4.5, `class ${j}`, { class: j === labels[i] ? "live__small live__label" : "live__small" }),
      wire([[room.score[0], y], [room.score[1], y]], true),
      onLine(state, right(room.score), y, { ahead: score, back: back.scores[i][j], after: "scores", before: "by the scores", mark: mark(back.scores[i][j]) }),
      wire([[room.share[0], y], [room.share[1], y]], reached(state, "shares")),
      onLine(state, right(room.share), y, { ahead: shares[i][j], back: back.shares[i][j], after: "shares", before: "by the shares", mark: mark(back.shares[i][j]) }),
    );
  });
  parts.push(
    box(room.softmax, top + TITLE, bottom - 8, "softmax", room.turned, now(state, "shares") || now(state, "by the scores")),
    box(room.out, top + TITLE, bottom - 8, "loss", room.turned, now(state, "losses") || now(state, "by the shares")),
    onLine(state, right(room.loss), middle, { ahead: losses[i], back: back.losses[i], after: "losses", before: "parted", mark: mark(1) }),
  );
  return { drawn: parts.join(""), middle, bottom };
}

const halfOf = (state) => (state.end === "mean" ? 24 : ROUND);

// The two nodes at the end, or the one, from left to right or, on a phone, from right to left.
function meeting(state, numbers, nodes, end, y, away) {
  const { total, loss, back, divisor } = numbers;
  const two = state.end === "divide";
  const words = `÷ ${divisor}`;
  const divided = divisor !== 1;
  const right = (one, other) => Math.max(one, other) - MARK - 3;
  const half = halfOf(state);
  const last = two ? nodes[1] : nodes[0];
  const parts = [
    wire([[last + away * half, y], [end, y]], reached(state, two ? "divided" : "meet")) + arrow(end, y, away),
    onLine(state, right(last + away * half, end), y, {
      ahead: loss, back: back.loss, after: two ? "divided" : "meet", before: "one", mark: { ahead: divided, words },
    }),
    node(nodes[0], y, half, { sum: "+", divide: "+", mean: "mean" }[state.end], now(state, "meet") || now(state, "parted")),
  ]; // prettier-ignore
  if (two)
    parts.push(
      wire([[nodes[0] + away * ROUND, y], [last - away * ROUND, y]], reached(state, "meet")) + arrow(last - away * ROUND, y, away),
      onLine(state, right(nodes[0] + away * ROUND, last - away * ROUND), y, {
        ahead: total, back: back.total, after: "meet", before: "undivided", mark: { back: divided, words },
      }),
      node(last, y, half, `÷ ${numbers.scores.length}`, now(state, "divided") || now(state, "undivided")),
    ); // prettier-ignore
  return parts.join("");
}

function draw(state, numbers, narrow) {
  const room = narrow ? NARROW : WIDE;
  const lanes = [];
  for (const i of numbers.scores.keys()) lanes.push(lane(state, numbers, i, (lanes.at(-1)?.bottom ?? TOP - GAP) + GAP, room));
  const bottom = lanes.at(-1).bottom;
  const y = narrow ? bottom + 44 : (lanes[0].middle + lanes.at(-1).middle) / 2;
  const half = halfOf(state);
  const nodes = narrow ? [339 - half, 186] : [475 + half, 612];
  const rail = 322;
  const wires = lanes.map(({ middle }) => {
    const start = room.loss[0];
    if (narrow) return wire([[start, middle], [rail, middle], [rail, y - ROUND]], reached(state, "losses"));
    const turn = room.lane + 8;
    const d = `M${start} ${middle}L${turn} ${middle}C${turn + 22} ${middle} ${turn + 16} ${y} ${nodes[0] - half} ${y}`;
    return element("path", { d, class: `live__wire${reached(state, "losses") ? " live__wire--seen" : ""}` });
  });
  const tip = narrow
    ? path([[rail - 3.5, y - ROUND - 5], [rail, y - ROUND], [rail + 3.5, y - ROUND - 5]], { class: "live__wire live__wire--seen" })
    : arrow(nodes[0] - half, y);
  const legend =
    text(room.name, 14, "above a line: forward →", { class: "live__number" }) +
    text(narrow ? 334 : room.lane, 14, "below it: ← back", { class: "live__gradient live__end" });
  const [keyX, keyY] = narrow ? [room.name, bottom + 88] : [room.lane + 36, 14];
  const key =
    numbers.divisor === 1
      ? ""
      : pill(keyX, keyY, `÷ ${numbers.divisor}`) + text(keyX + 31, keyY, `divided by ${numbers.divisor} on its way`, { class: "live__small" });
  const grounds = lanes.map(({ drawn }) => drawn).join("");
  return {
    viewBox: `0 0 ${room.width} ${narrow ? bottom + 96 : bottom + 4}`,
    inside: legend + key + grounds + wires.join("") + tip + meeting(state, numbers, nodes, narrow ? 72 : 712, y, narrow ? -1 : 1),
  };
}

export default define({
  name: "batch-graph",
  title: "A batch, forward and back",
  caption: "Go through it step by step. Then take the sum in place of the mean.",
  start: { end: "divide", samples: "2", step: LAST },
  controls: [
    { kind: "button", name: "back", label: "One step back", off: (state) => at(state) === 0, act: (state) => (at(state) === 0 ? {} : moved(state, -1)) },
    {
      kind: "button",
      name: "on",
      label: "One step on",
      now: (state) => (atEnd(state) ? "From the start" : "One step on"),
      act: (state) => (atEnd(state) ? { step: 0 } : moved(state, 1)),
    },
    { kind: "button", name: "play", label: "Play", act: (state) => ({ ...(atEnd(state) && { step: 0 }), play: true }) },
    { kind: "choice", name: "end", label: "loss of the batch", options: ENDS },
    { kind: "choice", name: "samples", label: "samples in the batch", options: { 1: "1", 2: "2", 3: "3", 4: "4" } },
  ],
  numbers,
  words,
  draw,
  next: (state) => (atEnd(state) ? undefined : moved(state, 1)),
  pace: 1800,
});
