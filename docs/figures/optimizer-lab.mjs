// One small network, trained twice: with the mean and with the sum. It is the training of snippets/two_conventions.py.
import { define } from "./shared/figure.mjs";
import { crossEntropy, rowGradient, sum } from "./shared/loss.mjs";
import { line, path, scale, shown, text } from "./shared/svg.mjs";

const NAMES = { sgd: "SGD", momentum: "Momentum", adam: "Adam", adamw: "AdamW" };
const CHANGES = { nothing: "changes nothing", rate: "divides the rate by N", all: "changes all that it must" };
const SETTINGS = {
  learning_rate: "learning rate",
  epsilon: "epsilon",
  l2: "L2 strength",
  weight_decay: "decoupled decay",
  clip_norm: "clipping norm",
};
// Below the first only rounding tells two runs apart; below the second nobody would see it in the curves.
const ROUNDING = 1e-9;
const TRACE = 1e-3;

// Numbers in [0, 1), the same as numpy's generator PCG64 gives from this state: shorter than to send them all.
function* uniforms({ state, increment }) {
  const low = (1n << 64n) - 1n;
  let at = BigInt(state);
  for (;;) {
    at = BigInt.asUintN(128, at * 0x2360ed051fc65da44385df649fccf645n + BigInt(increment));
    const high = at >> 64n;
    const mixed = (high ^ at) & low;
    const turn = high >> 58n;
    const turned = (mixed >> turn) | BigInt.asUintN(64, mixed << (64n - turn));
    yield Number(turned >> 11n) / 2 ** 53;
  }
}

// The samples, batch by batch, and the weights to start from, as snippets/measured_differences.py draws them.
const problems = new WeakMap();
function problem(data) {
  if (!problems.has(data)) {
    const { batch, steps, features, hidden, classes } = data.sizes;
    const random = uniforms(data.random);
    const draw = (...shape) =>
      shape.length ? Array.from({ length: shape[0] }, () => draw(...shape.slice(1))) : random.next().value;
    const inputs = draw(steps, batch, features).map((rows) => rows.map((row) => row.map((value) => 4 * value - 2)));
    const towards = draw(features, classes).map((row) => row.map((value) => 2 * value));
    const noise = draw(steps, batch, classes);
    const label = (row, extra) => {
      const scores = extra.map((more, k) => sum(row.map((value, f) => value * towards[f][k])) + more);
      return scores.indexOf(Math.max(...scores));
    };
    const batches = inputs.map((rows, step) => rows.map((row, b) => ({ row, label: label(row, noise[step][b]) })));
    const start = draw(features * hidden + hidden + hidden * classes + classes).map((value) => value - 0.5);
    problems.set(data, { batches, start });
  }
  return problems.get(data);
}

// Where each layer's weights and biases stand in the one long list of all.
function layers({ features, hidden, classes }) {
  const b1 = features * hidden;
  const W2 = b1 + hidden;
  return { b1, W2, b2: W2 + hidden * classes };
}

function forward(weights, row, sizes) {
  const { hidden, classes } = sizes;
  const { b1, W2, b2 } = layers(sizes);
  const outputs = [];
  for (let h = 0; h < hidden; h++) {
    let total = weights[b1 + h];
    for (let f = 0; f < row.length; f++) total += row[f] * weights[f * hidden + h];
    outputs.push(Math.tanh(total));
  }
  const scores = [];
  for (let k = 0; k < classes; k++) {
    let total = weights[b2 + k];
    for (let h = 0; h < hidden; h++) total += outputs[h] * weights[W2 + h * classes + k];
    scores.push(total);
  }
  return { outputs, scores };
}

// The gradient, in all weights, of the sum of the losses over the divisor.
function gradientOf(weights, samples, divisor, sizes) {
  const { hidden, classes } = sizes;
  const { b1, W2, b2 } = layers(sizes);
  const gradient = weights.map(() => 0);
  for (const { row, label } of samples) {
    const { outputs, scores } = forward(weights, row, sizes);
    const slopes = rowGradient(scores, label).map((slope) => slope / divisor);
    slopes.forEach((slope, k) => (gradient[b2 + k] += slope));
    outputs.forEach((output, h) => {
      let back = 0;
      for (let k = 0; k < classes; k++) {
        gradient[W2 + h * classes + k] += output * slopes[k];
        back += slopes[k] * weights[W2 + h * classes + k];
      }
      const inner = back * (1 - output ** 2);
      gradient[b1 + h] += inner;
      row.forEach((value, f) => (gradient[f * hidden + h] += value * inner));
    });
  }
  return gradient;
}

// The optimizers: each a function of the gradient and the rate that returns the change of the weights.
const STEPS = {
  sgd: () => (gradient, rate) => gradient.map((slope) => -rate * slope),
  momentum: ({ momentum }) => {
    let velocity;
    return (gradient, rate) => {
      velocity = velocity ? velocity.map((old, r) => momentum * old + gradient[r]) : gradient;
      return velocity.map((value) => -rate * value);
    };
  },
  adam: ({ beta1, beta2, epsilon }) => {
    let first, second;
    let time = 0;
    return (gradient, rate) => {
      time += 1;
      first = gradient.map((slope, r) => beta1 * (first?.[r] ?? 0) + (1 - beta1) * slope);
      second = gradient.map((slope, r) => beta2 * (second?.[r] ?? 0) + (1 - beta2) * slope ** 2);
      return first.map((value, r) => {
        const root = Math.sqrt(second[r] / (1 - beta2 ** time));
        return ((-rate * value) / (1 - beta1 ** time)) / (root + epsilon);
      });
    };
  },
};

// The weights before the first step and after each, and how many steps were clipped.
// each: all that must follow the size of a batch does, and the rate comes before the velocity.
function train(recipe, samplesOf, start, { sizes, each }) {
  const step = STEPS[recipe.optimizer](recipe);
  const all = [start];
  let clipped = 0;
  for (const samples of samplesOf) {
    const N = samples.length;
    const before = all.at(-1);
    const share = each ? N : 1;
    const { learning_rate: rate, l2, weight_decay: decay, clip_norm: clip } = recipe;
    let slope = gradientOf(before, samples, recipe.reduction === "mean" ? N : 1, sizes);
    slope = slope.map((value, r) => value + l2 * share * before[r]);
    if (clip) {
      const length = Math.sqrt(sum(slope.map((value) => value * value)));
      if (length > clip * share) clipped += 1;
      slope = slope.map((value) => value * ((clip * share) / Math.max(clip * share, length)));
    }
    const kept = decay ? before.map((value) => (1 - rate * decay) * value) : before;
    const change = each ? step(slope.map((value) => (rate / N) * value), 1) : step(slope, rate);
    all.push(kept.map((value, r) => value + change[r]));
  }
  return { all, clipped };
}

// The recipe of the run with the mean, all numbers as they are typed.
function meanRecipe(state, { rates, usual }) {
  return {
    ...usual,
    reduction: "mean",
    optimizer: state.optimizer,
    learning_rate: rates[state.optimizer] * state.rate,
    l2: state.l2,
    weight_decay: state.decay,
    clip_norm: Number(state.clip),
  };
}

const nameOf = ({ optimizer, decay }) => (optimizer === "adam" && decay ? "adamw" : optimizer);

// The rules that speak of what this recipe has: by which power of N the sum has to multiply each setting.
const rulesOf = (state, recipe, { rules }) =>
  rules.filter(({ setting, optimizers }) => optimizers.includes(nameOf(state)) && recipe[setting]);

function sumRecipe(state, mean, data) {
  const recipe = { ...mean, reduction: "sum" };
  if (followsEach(state)) return recipe;
  const powers = { nothing: {}, rate: { learning_rate: -1 } }[state.change];
  for (const { setting, power } of rulesOf(state, mean, data)) {
    recipe[setting] *= data.sizes.batch ** (powers ? (powers[setting] ?? 0) : power);
  }
  return recipe;
}

// Whether the run with the sum changes its settings from batch to batch. Under Adam even that would not do.
const followsEach = ({ ragged, change, optimizer }) => ragged && change === "all" && optimizer !== "adam";

function numbers(state, data) {
  const { batches, start } = problem(data);
  const { sizes } = data;
  const samples = batches.flat();
  const samplesOf = state.ragged ? batches.map((rows, step) => rows.slice(0, data.ragged[step])) : batches;
  const recipe = { mean: meanRecipe(state, data) };
  recipe.sum = sumRecipe(state, recipe.mean, data);
  const run = (kind) => {
    const { all, clipped } = train(recipe[kind], samplesOf, start, { sizes, each: kind === "sum" && followsEach(state) });
    const losses = all.map(
      (weights) => sum(samples.map(({ row, label }) => crossEntropy(forward(weights, row, sizes).scores, label))) / samples.length,
    );
    return { recipe: recipe[kind], all, losses, clipped, weights: all.at(-1) };
  };
  const [mean, both] = [run("mean"), run("sum")];
  const apart = mean.all.map((weights, at) => Math.max(...weights.map((value, r) => Math.abs(value - both.all[at][r]))));
  // The longest way of a weight from where it began.
  const way = Math.max(...[mean, both].flatMap(({ all }) => all.flatMap((weights) => weights.map((value, r) => Math.abs(value - start[r])))));
  const shownOf = ({ recipe, losses, clipped, weights }) => ({ recipe, losses, clipped, weights });
  return {
    mean: shownOf(mean),
    sum: shownOf(both),
    apart,
    worst: Math.max(...apart),
    way,
    reasons: reasons(state, mean.clipped, both.clipped, sizes),
  };
}

// Why the two runs part: a sentence and the formula's label for each reason. None if the theorems say that they agree.
function reasons(state, clippedMean, clippedSum, { batch, steps }) {
  const { optimizer, change, l2, decay, clip } = state;
  const adaptive = optimizer === "adam";
  // No step is as long as its gradient, so neither its length nor the size of its batch counts any more.
  const always = clippedMean === steps && clippedSum === steps;
  const ragged = state.ragged && !always;
  const found = [];
  const say = (words, link, label) => found.push({ words, link, label });
  if (adaptive && ragged)
    say(
      "Adam's averages add up gradients, each multiplied by the size of its own batch, and no recipe repairs that.",
      "the rate has to follow each batch",
      "eq:ragged",
    );
  if (adaptive && change === "rate")
    say(
      `Adam cancels the factor by itself, so the divided rate makes its steps ${batch} times shorter.`,
      "Adam cancels the factor",
      "eq:adam-invariant",
    );
  if (!adaptive && ragged && change === "rate")
    say("The batches differ in size, and no fixed rate makes up for a factor that changes.", "the rate has to follow each batch", "eq:ragged");
  if (!adaptive && change === "nothing" && !always)
    say(
      ragged
        ? "The gradient of the sum is as many times as long as the batch has samples, and the rate does not make up for it."
        : `The gradient of the sum is ${batch} times as long, and the rate does not make up for it.`,
      ragged ? "the rate has to follow each batch" : "the rate has to be divided",
      proofOfStep(optimizer, ragged)[1],
    );
  const clipped = "Both runs are clipped at every step, and what is clipped is as long as the norm, whatever the loss is divided by";
  if (change === "all") {
    // Averages of gradients from batches of several sizes, but none of them has kept its size.
    if (adaptive && state.ragged && always) say(`${clipped}.`, "a multiplied norm clips alike", "eq:clip-repaired");
    return found;
  }
  if (l2)
    say(
      state.ragged
        ? "The L2 strength is as before, so it counts less beside the sum."
        : `The L2 strength is as before, so it counts ${batch} times less beside the sum.`,
      "an unchanged L2 strength counts less",
      "eq:l2",
    );
  if (decay && !adaptive && change === "rate") say("The smaller rate shrinks the decay, too.", "a decay that is not multiplied", "eq:decay");
  if (always)
    say(
      clipped + (change === "rate" && !adaptive ? ": the divided rate only makes the steps shorter." : "."),
      "what an unchanged norm does",
      "eq:clip",
    );
  else if (clip !== "0")
    say(
      `The clipping norm is as before, ${clippedSum > clippedMean ? "and the sum reaches it sooner" : "but not what it is compared with"}: ` +
        `clipped are ${clippedMean} steps with the mean, ${clippedSum} with the sum.`,
      "an unchanged norm clips sooner",
      "eq:clip",
    );
  if (adaptive && !found.length)
    say("Adam cancels the factor by itself. Only the small epsilon weighs less beside the sum.", "an unchanged epsilon weighs less", "eq:adam-epsilon");
  return found;
}

// What is proved of the step of an optimizer.
const proofOfStep = (optimizer, ragged) =>
  ragged
    ? ["a rate for each batch takes the same step", "eq:ragged"]
    : {
        sgd: ["SGD takes the same step", "eq:sgd"],
        momentum: ["momentum keeps the same weights", "eq:same-weights"],
        adam: ["Adam keeps the same weights", "eq:adam-same-weights"],
      }[optimizer];

// Whether what lies between the runs is little beside the way that they have gone.
const traced = ({ worst, way }) => worst < TRACE && worst < TRACE * way;

function verdict(all) {
  if (all.worst === 0) return "They agree, to the last digit.";
  if (all.worst < ROUNDING) return "They agree, up to rounding.";
  if (traced(all)) return "They agree, but for a trace.";
  return all.worst < TRACE ? "They part, but neither goes far." : "They part.";
}

function words(state, all, data) {
  const { mean, sum: other, apart, worst, way, reasons: found } = all;
  const end = apart.at(-1);
  const told = [`${NAMES[nameOf(state)]}; the run with the sum ${CHANGES[state.change]}.`];
  if (worst === 0) told.push("The weights of both runs are the same at every step, to the last digit.");
  else if (worst < ROUNDING) told.push("The weights of both runs are the same at every step, up to rounding.");
  else if (traced(all)) told.push(`The weights of the two runs are never more than ${shown(worst, 2)} apart.`);
  else if (worst < TRACE) told.push(`The two runs part: their weights are up to ${shown(worst, 2)} apart, and have moved by no more than ${shown(way, 2)}.`);
  else if (end < TRACE) told.push(`The two runs part: on their way the weights are up to ${shown(worst, 2)} apart, and at the end ${shown(end, 2)}.`);
  else told.push(`The two runs part: at the end their weights are up to ${shown(end, 2)} apart.`);
  const ends = [mean, other].map(({ losses }) => shown(losses.at(-1), 3));
  told.push(
    ends[0] === ends[1] ? `The loss ends at ${ends[0]} in both.` : `The loss ends at ${ends[0]} with the mean, and at ${ends[1]} with the sum.`,
  );
  if (followsEach(state)) {
    told.push("All that it changes follows the size of each batch.");
    if (state.optimizer === "momentum") told.push("Its rate comes before the velocity, so that each gradient meets its own.");
  }
  if (!found.length && worst < ROUNDING) told.push("That is proved for every network and all data.");
  if (!found.length && worst >= ROUNDING) told.push("In exact numbers they would agree: a training as unsteady as this one enlarges what is rounded.");
  told.push(...found.map((one) => one.words));
  return told.join(" ");
}

function links(state, all, data) {
  const found = all.reasons;
  const named = found.length ? found.map(({ link, label }) => [link, label]) : proofs(state, all, data);
  return named.map(([link, label]) => ({ words: link, address: data.formulas[label] }));
}

// The theorems that make the two runs one.
function proofs(state, { mean }, data) {
  const repaired = {
    l2: "a multiplied L2 strength counts the same",
    weight_decay: "a multiplied decay counts the same",
    clip_norm: "a multiplied norm clips alike",
  };
  const others = rulesOf(state, mean.recipe, data).filter(({ setting, power }) => setting in repaired && power);
  return [proofOfStep(state.optimizer, state.ragged), ...others.map(({ setting, proof }) => [repaired[setting], proof])];
}

// A loss above this is no training any more: its curve leaves the picture.
const HIGHEST = 5;

// A round number that is not below the value.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 8, 10].map((one) => one * power).find((one) => one >= value * 0.9999);
}

function curves({ mean, sum: other, worst }, { left, right, top, bottom }) {
  const highest = Math.min(HIGHEST, ceiling(Math.max(...mean.losses, ...other.losses)));
  const across = scale([0, mean.losses.length - 1], [left, right]);
  const up = scale([0, highest], [bottom, top]);
  // Past the top there is nothing to see until the curve comes back.
  const seen = (losses, at) => losses.slice(Math.max(0, at - 1), at + 2).some((loss) => loss <= highest);
  const along = (losses, kind) =>
    losses
      .map((loss, at) => (seen(losses, at) ? [across(at), up(loss)] : null))
      .reduce((parts, point) => (point ? [...parts.slice(0, -1), [...parts.at(-1), point]] : [...parts, []]), [[]])
      .map((part) => (part.length ? path(part, { class: kind }) : ""))
      .join("");
  const grid = [0, highest / 2, highest].map(
    (loss) =>
      line(left, up(loss), right, up(loss), { class: loss ? "live__grid" : "live__axis" }) +
      text(left - 6, up(loss) + 4, shown(loss, 2), { class: "live__small live__end" }),
  );
  const lost = ({ losses }) => losses.at(-1) > highest;
  const end = (run) => (lost(run) ? `> ${highest}` : shown(run.losses.at(-1), 2));
  const label = (run, name, y) => text(right + 6, y, `${name} ${end(run)}`, { class: "live__small" });
  // The words at the ends keep clear of each other.
  const ends = [mean, other].map(({ losses }) => up(losses.at(-1)) + 4);
  const missing = Math.max(0, 15 - Math.abs(ends[0] - ends[1])) / 2;
  const sign = ends[0] < ends[1] ? -1 : 1;
  const room = Math.min(0, bottom + 4 - Math.max(ends[0] + sign * missing, ends[1] - sign * missing));
  const named =
    worst < TRACE || (lost(mean) && lost(other))
      ? label(mean, "both", ends[0])
      : label(mean, "mean", ends[0] + sign * missing + room) + label(other, "sum", ends[1] - sign * missing + room);
  return (
    text(left, top - 10, "mean loss over all samples", { class: "live__small" }) +
    grid.join("") +
    along(mean.losses, "lab__mean") +
    along(other.losses, "lab__sum") +
    named
  );
}

// How far the weights are apart, on a scale of powers of ten with a floor for 0.
function strip({ apart }, { left, right, top, bottom }) {
  const across = scale([0, apart.length - 1], [left, right]);
  const up = scale([-17, 2], [bottom, top]);
  const height = (value) => (value === 0 ? bottom : up(Math.log10(value)));
  const ticks = [
    [0, "0"],
    [1e-12, "1e-12"],
    [1e-6, "1e-6"],
    [1, "1"],
  ].map(
    ([value, name]) =>
      line(left, height(value), right, height(value), { class: value ? "live__grid" : "live__axis" }) +
      text(left - 6, height(value) + 4, name, { class: "live__small live__end" }),
  );
  const steps = [0, 10, 20, 30, 40].map((step) => text(across(step), bottom + 18, step, { class: "live__small live__middle" }));
  return (
    text(left, top - 10, "largest difference between their weights", { class: "live__small" }) +
    ticks.join("") +
    steps.join("") +
    text(right + 14, bottom + 18, "steps", { class: "live__small" }) +
    path(apart.map((value, at) => [across(at), height(value)]), { class: "live__stroke" })
  );
}

// The two recipes side by side; what differs is bold.
function recipes(state, { mean, sum: other }, data, { left, right, top }) {
  const [first, second] = [right - 74, right];
  const swatch = (x, y, kind) => line(x - 34, y, x, y, { class: kind });
  const size = state.ragged ? `${Math.min(...data.ragged)} to ${Math.max(...data.ragged)}` : data.sizes.batch;
  const each = followsEach(state);
  const value = (setting) => {
    const before = mean.recipe[setting];
    if (!each || setting === "epsilon") return shown(other.recipe[setting]);
    return `${shown(before)}${setting === "learning_rate" ? " / N" : " · N"}`;
  };
  const rows = [
    ["batch size", size, size],
    ...rulesOf(state, mean.recipe, data).map(({ setting }) => [SETTINGS[setting], shown(mean.recipe[setting]), value(setting)]),
  ];
  return (
    text(left, top, "recipe", { class: "live__name" }) +
    text(first, top, "mean", { class: "live__name live__end" }) +
    text(second, top, "sum", { class: "live__name live__end" }) +
    swatch(first, top + 8, "lab__mean") +
    swatch(second, top + 8, "lab__sum") +
    rows
      .map(
        ([name, before, after], at) =>
          text(left, top + 32 + at * 22, name, { class: "live__small" }) +
          text(first, top + 32 + at * 22, before, { class: "live__number live__end" }) +
          text(second, top + 32 + at * 22, after, { class: `live__end ${String(before) === String(after) ? "live__number" : "live__name"}` }),
      )
      .join("")
  );
}

function draw(state, all, narrow, data) {
  const [left, right] = narrow ? [44, 262] : [44, 400];
  const inside =
    text(0, 18, verdict(all), { class: "lab__verdict" }) +
    curves(all, { left, right, top: 58, bottom: 198 }) +
    strip(all, { left, right, top: 242, bottom: 302 });
  return narrow
    ? { viewBox: "0 0 340 500", inside: inside + recipes(state, all, data, { left: 0, right: 336, top: 356 }) }
    : { viewBox: "0 0 714 328", inside: inside + recipes(state, all, data, { left: 494, right: 706, top: 58 }) };
}

const start = { optimizer: "sgd", change: "rate", l2: 0, decay: 0, clip: "0", rate: 1, ragged: false };

export default define({
  name: "optimizer-lab",
  title: "One network trained twice: with the mean, and with the sum",
  caption: "Choose what takes part, and what the run with the sum changes. See whether the dashed curve stays on the other.",
  start,
  controls: [
    { kind: "choice", name: "optimizer", label: "optimizer", options: { sgd: "SGD", momentum: "Momentum", adam: "Adam; AdamW with decay" } },
    { kind: "choice", name: "change", label: "the run with the sum", options: CHANGES },
    { kind: "slider", name: "l2", label: "L2 strength", min: 0, max: 0.2, step: 0.01, most: 1 },
    { kind: "slider", name: "decay", label: "decoupled decay", min: 0, max: 0.2, step: 0.01, most: 1 },
    { kind: "choice", name: "clip", label: "clipping by norm", options: { 0: "no", 0.5: "at 0.5", 0.2: "at 0.2" } },
    { kind: "slider", name: "rate", label: "learning rate, times the usual", min: 0.25, max: 4, step: 0.25, least: 0.001, most: 20 },
    { kind: "switch", name: "ragged", label: "ragged batches" },
    { kind: "button", name: "again", label: "Back to the start", act: () => start },
  ],
  numbers,
  words,
  links,
  draw,
});
