// The derivation of the page, one step at a time, for scores of the reader's own.
import { double, scientific } from "./shared/exact.mjs";
import { World } from "./shared/expression.mjs";
import { define } from "./shared/figure.mjs";
import { escaped, shown } from "./shared/svg.mjs";

const CLASSES = [0, 1, 2];
const START = { short: true, step: 1, term: "none", s0: 0.1, s1: 5, s2: -0.3, label: "0", moved: "1" };
const score = (k) => ({ kind: "slider", name: `s${k}`, label: `score of class ${k}`, min: -8, max: 8, step: 0.1, least: -1000, most: 1000 });
const chosen = Object.fromEntries(CLASSES.map((k) => [k, `class ${k}`]));

// --- the numbers --------------------------------------------------------------------------

// Also what no double can hold: 2.577e-869.
function text(value) {
  const near = double(value);
  if (value[0] === 0n) return "0";
  if (Number.isFinite(near) && near !== 0) return shown(near).replaceAll("-", "−");
  const [front, exponent] = scientific(value);
  return `${shown(front)}e${exponent}`.replaceAll("-", "−");
}

// Scores that have not moved need no new work: a reader walks more than they change.
let last = { key: undefined };
function world(state, data) {
  const key = JSON.stringify([state.s0, state.s1, state.s2, state.label, state.moved, data.sizes, data.given]);
  if (key !== last.key) {
    const row = CLASSES.slice(0, data.sizes.C).map((k) => state[`s${k}`]);
    const put = (all, mine) => all.map((one, sample) => (sample === data.at.a ? mine : one));
    const given = { ...data.given, s: put(data.given.s, row), y: put(data.given.y, Number(state.label)) };
    const made = new World({ sizes: data.sizes, definitions: data.definitions, given });
    const at = { ...data.at, b: Number(state.moved) };
    last = { key, made, at, values: data.lines.map(({ tree }) => made.value(tree, at)) };
  }
  return last;
}

// The lines that are in sight, by their numbers.
const inSight = (state, data) =>
  state.short ? data.short.map((step) => data.steps[step].now) : [data.steps[state.step - 1].before, data.steps[state.step - 1].now];

// The parts with a name of the lines in sight, in the order in which they are read.
const termsInSight = (state, data) => [
  ...new Set(inSight(state, data).flatMap((line) => [...data.lines[line].html.matchAll(/data-term="(\d+)"/g)].map(([, term]) => Number(term)))),
];

// The part that the reader looks at, if it is in sight.
function looked(state, data) {
  const term = Number(state.term.slice(1));
  return state.term !== "none" && termsInSight(state, data).includes(term) ? term : undefined;
}

function numbers(state, data) {
  const { made, at, values } = world(state, data);
  const result = { values: values.map(double), texts: values.map(text) };
  const term = looked(state, data);
  if (term === undefined) return result;
  const { tree, each } = data.terms[term];
  if (!each.length) return { ...result, term: [{ value: double(made.value(tree, at)), text: text(made.value(tree, at)) }] };
  const [[index, sort, size]] = each;
  return {
    ...result,
    term: [...Array(data.sizes[size]).keys()].map((k) => {
      const value = made.value(tree, { ...at, [index]: k });
      return { of: `${sort} ${k}`, value: double(value), text: text(value) };
    }),
  };
}

// --- in words -----------------------------------------------------------------------------

const named = ({ words }, state) => words.replace("{b}", state.moved).replace("{y}", state.label);
const listed = (term) => term.map(({ of, text }) => (of ? `${text} for ${of}` : text)).join(", ");
const capital = (words) => words[0].toUpperCase() + words.slice(1);

function words(state, { values, texts, term }, data) {
  const lines = inSight(state, data).map((line) => texts[line]);
  const { rules, aside, now } = data.steps[state.step - 1];
  const total = aside && !state.short;
  const told = [
    state.short
      ? `Three of the ${data.steps.length} steps.`
      : `Step ${state.step} of ${data.steps.length}${total ? ", an aside about the total" : ""}: by ${rules.join(" and ")}.`,
    new Set(lines).size === 1 ? `Each line is ${lines[0]}.` : `The lines are ${lines.join(" and ")}.`,
  ];
  const slope = values[state.short ? 0 : now];
  const moved = `Raise the score of class ${state.moved} by 0.01, and the ${total ? "row's total weight" : "loss"}`;
  if (Math.abs(slope) < 1e-6) told.push(`${moved} hardly moves.`);
  else if (Math.abs(slope) < 1e6) told.push(`${moved} ${slope < 0 ? "falls" : "rises"} by about ${shown(Math.abs(slope) / 100, 2)}.`);
  if (term) told.push(`${capital(named(data.terms[looked(state, data)], state))}: ${listed(term)}.`);
  return told.join(" ");
}

// --- the lines ----------------------------------------------------------------------------

// A line with the parts marked that change in this step, and those that the reader looks at.
function formula({ html }, parts, kind, term) {
  return html.replace(/class="enclosing" data-part="(\d+)"( data-term="(\d+)")?/g, (all, part, pair = "", name) => {
    const classes = ["enclosing"];
    if (parts?.includes(Number(part))) classes.push(kind);
    if (name !== undefined && Number(name) === term) classes.push("held__looked");
    return `class="${classes.join(" ")}" data-part="${part}"${pair}`;
  });
}

const GRADIENT = "held__value--gradient";

// left: what all lines say, which stands before the first of them.
const line = (left, drawn, value, kind) =>
  `<div class="held__line"><div class="held__left">${left}</div><span class="held__equals">${drawn ? "=" : ""}</span>` +
  `<div class="held__formula">${drawn}</div><span class="held__value ${kind}">${drawn ? value : ""}</span></div>`;

function why(rules, data, place) {
  const all = rules.map(
    (name) => `<p><a href="${data.rules[name].place}">${escaped(capital(name))}</a>: ${escaped(data.rules[name].says)}</p>`,
  );
  return (
    `<div class="held__by"><span class="held__rule">by ${escaped(rules.join(", "))}</span> ` +
    `<details><summary>Why is this allowed?</summary>${all.join("")}` +
    `<p><a href="${place}">The line in the text</a>, with what proves it.</p></details></div>`
  );
}

function lookedAt(state, { term }, data) {
  const at = looked(state, data);
  if (at === undefined) return `<p class="held__term">Point at a part of a line, or touch it, and read here what it is.</p>`;
  return (
    `<p class="held__term"><span class="held__sign">${data.terms[at].html}</span> ` +
    `${escaped(named(data.terms[at], state))}: <strong>${listed(term)}</strong></p>`
  );
}

const stage = (inside, label) => `<div class="held__lines" tabindex="0" role="group" aria-label="${label}">${inside}</div>`;

function short(state, numbers, data) {
  const term = looked(state, data);
  const rows = data.short.map((at, k) => {
    const { now } = data.steps[at];
    const from = k ? data.short[k - 1] + 1 : 0;
    const between = data.steps.slice(from, at + 1).flatMap(({ rules }) => rules);
    const by = [...new Set(between)].join(", ");
    return (
      (k ? `<div class="held__by"><span class="held__rule">${at + 1 - from} steps: ${escaped(by)}</span></div>` : "") +
      line(k ? "" : formula(data.lines[0], undefined, "", term), formula(data.lines[now], undefined, "", term), numbers.texts[now], GRADIENT)
    );
  });
  return (
    `<p class="held__where"><strong>In three lines</strong></p><p class="held__says">One derivative, ${data.steps.length} steps. Whoever knows the way needs these three lines.</p>` +
    stage(rows.join(""), "Three lines of the derivation")
  );
}

function full(state, numbers, data) {
  const term = looked(state, data);
  const at = state.step - 1;
  const { before, now, rules, act, says, aside, place } = data.steps[at];
  const quantity = aside ? data.steps.find((one) => one.aside).before : 0;
  const first = before === quantity;
  const kind = aside ? "" : GRADIENT;
  const old = formula(data.lines[before], data.lines[before].gone[at], "held__gone", term);
  const left = first ? old : formula(data.lines[quantity], undefined, "", term);
  return (
    `<p class="held__where"><strong>Step ${state.step} of ${data.steps.length}</strong> ${escaped(act)}</p>` +
    `<p class="held__says">${says}</p>` +
    stage(
      line(left, first ? "" : old, numbers.texts[before], kind) +
        why(rules, data, place) +
        line("", formula(data.lines[now], data.lines[now].fresh[at], "changed", term), numbers.texts[now], kind),
      "The line before, and the line after",
    )
  );
}

const html = (state, numbers, data) =>
  `<div class="held" data-search-exclude>${(state.short ? short : full)(state, numbers, data)}${lookedAt(state, numbers, data)}</div>`;

// --- moving about -------------------------------------------------------------------------

const steps = (data) => data.steps.length;
const walk = (state, data, by) => ({ short: false, step: Math.min(steps(data), Math.max(1, state.step + (state.short ? 0 : by))) });

function keys(state, key, data) {
  if (key === "ArrowRight") return walk(state, data, 1);
  if (key === "ArrowLeft") return walk(state, data, -1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const terms = termsInSight(state, data);
  const at = terms.indexOf(looked(state, data));
  const next = at < 0 ? (key === "ArrowDown" ? 0 : terms.length - 1) : at + (key === "ArrowDown" ? 1 : -1);
  return { term: next in terms ? `t${terms[next]}` : "none" };
}

export default define({
  name: "held-derivation",
  title: "The derivation, held in the hand",
  caption:
    "What changes is tinted in both lines. Walk with the buttons, or with the arrow keys on the lines: left and right for the steps, up and down for the parts.",
  start: START,
  first: ["back", "next", "short"],
  controls: [
    { kind: "button", name: "back", label: "Back", act: (state, _, data) => walk(state, data, -1), off: (state) => state.short || state.step === 1 },
    {
      kind: "button",
      name: "next",
      label: "Next step",
      act: (state, _, data) => walk(state, data, 1),
      off: (state, _, data) => !state.short && state.step === steps(data),
      now: (state) => (!state.short ? "Next step" : state.step === 1 ? "Walk through it" : `On with step ${state.step}`),
    },
    { kind: "switch", name: "short", label: "only three lines" },
    ...CLASSES.map(score),
    { kind: "choice", name: "label", label: "true class", options: chosen },
    { kind: "choice", name: "moved", label: "class whose score moves", options: chosen },
    {
      kind: "choice",
      name: "term",
      label: "part to look at",
      options: (state, data) => ({
        none: "no part",
        ...Object.fromEntries(termsInSight(state, data).map((term) => [`t${term}`, named(data.terms[term], state)])),
      }),
      now: (state, _, data) => (looked(state, data) === undefined ? "none" : state.term),
    },
    { kind: "button", name: "again", label: "Back to the example", act: () => ({ ...START, short: false }) },
  ],
  numbers,
  words,
  html,
  keys,
  pick: (state, term) => ({ term: `t${term}` }),
});
