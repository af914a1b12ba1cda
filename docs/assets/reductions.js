// The form of learning-rate.md. All rules and sentences come from the page, where Python wrote them:
// this script reads the form, multiplies, and puts the sentences in their places.
"use strict";
{
  const form = document.getElementById("convert");
  const data = JSON.parse(form.querySelector("script").textContent);
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const ALLOWED = {
    count: (value) => value >= 1 && Number.isInteger(value),
    positive: (value) => value > 0,
    strength: (value) => value >= 0,
    number: () => true,
  };

  const fill = (text, words) => text.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  const scaled = (value, N, power) => (value * N ** Math.max(power, 0)) / N ** Math.max(-power, 0);
  const described = (power, N) =>
    power ? `${power > 0 ? "multiplied" : "divided"} by ${N ** Math.abs(power)}` : "unchanged";

  // At most 12 digits, as people write them.
  const shown = (value) => {
    const [digits, exponent] = value.toExponential(11).split("e");
    if (value === 0 || (exponent > -5 && exponent < 12)) return String(Number(value.toPrecision(12)));
    return `${Number(digits)}e${Number(exponent)}`;
  };

  // What the form says, or what is wrong with it.
  const read = () => {
    const optimizer = form.elements.optimizer.value;
    const recipe = { reduction: form.elements.reduction.value, optimizer, ragged: form.elements.ragged.checked };
    const wrong = [];
    for (const [name, { words, kind, optimizers, default: usual }] of Object.entries(data.settings)) {
      const field = form.elements[name];
      const mine = optimizers.includes(optimizer);
      field.parentElement.hidden = !mine;
      field.removeAttribute("aria-invalid");
      if (!mine) continue;
      const text = field.value.trim();
      const value = Number(text);
      if (text === "" && !data.required.includes(name)) recipe[name] = usual;
      else if (NUMBER.test(text) && Number.isFinite(value) && ALLOWED[kind](value)) recipe[name] = value;
      else {
        wrong.push(`The ${words} must be ${data.kinds[kind]}, got ${text || "nothing"}.`);
        field.setAttribute("aria-invalid", "true");
      }
    }
    if (recipe.ragged && recipe.batch_size === 1) wrong.push(`No: ${data.oneSample}.`);
    return { recipe, wrong };
  };

  // The same loop as `convert` in snippets/reductions.py.
  const convert = (recipe, to, onlyRate) => {
    const changes = [];
    const reasons = [];
    const notes = [];
    const N = recipe.batch_size;
    for (const rule of data.rules) {
      const before = recipe[rule.setting];
      if (!rule.optimizers.includes(recipe.optimizer) || !before) continue;
      const { words } = data.settings[rule.setting];
      const shift = data.gradient[rule.meets][to] - data.gradient[rule.meets][recipe.reduction];
      const power = N > 1 ? rule.power * shift : 0;
      const change = described(power, N);
      if (recipe.ragged) {
        const proof = rule.setting === "learning_rate" ? data.ragged : rule.proof;
        if (shift && rule.ragged) reasons.push({ text: rule.ragged, proof });
      } else if (onlyRate && power && rule.setting !== "learning_rate") {
        reasons.push({ text: fill(data.onlyRate, { words, change }), proof: rule.proof });
      }
      if (power && rule.note) notes.push(rule.note);
      const after = shown(scaled(before, N, power));
      changes.push({ words, before: shown(before), after, change, proof: rule.proof });
    }
    return reasons.length ? { changes: [], reasons, notes: [] } : { changes, reasons, notes };
  };

  const element = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };
  const put = (selector, ...children) => form.querySelector(selector).replaceChildren(...children);

  const link = (text, address) => {
    const made = element("a", text);
    made.href = address;
    return made;
  };
  const row = ({ words, before, after, change, proof }) =>
    element("tr", ...[words, before, after, link(change, proof)].map((cell) => element("td", cell)));

  const command = (to) => {
    const { elements } = form;
    const parts = ["python -m snippets.reductions", `--from ${elements.reduction.value}`, `--to ${to}`];
    parts.push(`--optimizer ${elements.optimizer.value}`);
    for (const name of Object.keys(data.settings)) {
      const field = elements[name];
      const text = field.value.trim();
      if (text && !field.parentElement.hidden) parts.push(`--${name.replaceAll("_", "-")} ${text}`);
    }
    for (const name of ["ragged", "only_rate"]) {
      if (elements[name].checked) parts.push(`--${name.replaceAll("_", "-")}`);
    }
    return parts.flatMap((part) => [element("span", part), " "]).slice(0, -1);
  };

  const answer = () => {
    const to = form.elements.to.value;
    const { recipe, wrong } = read();
    const { changes, reasons, notes } = wrong.length
      ? { changes: [], reasons: [], notes: [] }
      : convert(recipe, to, form.elements.only_rate.checked);
    const names = { new: data.names[to], old: data.names[recipe.reduction] };
    const values = changes.map(({ words, after }) => `${words} ${after}`).join(", ");
    let sentence = fill(data.none, names);
    if (wrong.length) sentence = wrong.join(" ");
    else if (changes.length) sentence = `${fill(data.identical, names)} ${values}. ${data.rest}`;
    // A listener hears only what is new.
    if (form.querySelector("[role=status] p").textContent !== sentence) put("[role=status] p", sentence);
    put(".convert__reasons", ...reasons.map(({ text, proof }) => element("li", `${text} `, link("formula", proof))));
    put("tbody", ...changes.map(row));
    form.querySelector("table").hidden = !changes.length;
    put(".convert__notes", ...notes.map((text) => element("li", text)));
    put(".convert__command", ...command(to));
  };

  form.querySelector("fieldset").disabled = false;
  form.addEventListener("input", answer);
  form.addEventListener("submit", (event) => event.preventDefault());
  answer();
}
