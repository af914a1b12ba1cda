// What all figures share: where their controls, their picture and their words come from, and how a reader moves them.
//
// A figure is an object:
//   name      of its custom element, with a hyphen in it
//   title     what it shows, in a few words
//   caption   what to do with it, and what to look for
//   start     its state at first: plain values by name
//   controls  a list; see CONTROLS below
//   numbers(state, data)               everything that it shows, as numbers of full precision
//   words(state, numbers, data)        the same in sentences, for whoever does not see the picture
//   links(state, numbers, data)        optional: where that is proved, as a list of words and address
//   draw(state, numbers, narrow, data) the picture: an SVG's viewBox and its inside; narrow is for a phone
//   html(state, numbers, data)         in place of draw: a picture that is made of text and formulas
//   keys(state, key, data)             optional: what changes when a key is pressed inside such a picture
//   pick(state, term, data)            optional: what changes when the pointer comes upon, or a finger touches, an
//             element of it with data-term
//   first     optional: names of the controls that stand above the picture
//   drag(state, handle, point, narrow, data)  optional: what changes when the handle, an element with
//             data-drag, is moved to this point of the picture
//   next(state, numbers, data)         optional: what changes in one step of a motion; nothing at its end
//   pace      optional: milliseconds from step to step
//   data      is whatever the build computes for it, as JSON
// The build calls these functions for the still picture, and the browser for each that follows, so both are one.
import { escaped, shown } from "./svg.mjs";

// A listener is told when the reader rests, not at each of fifty small moves.
const REST = 300;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

// Where a slider with a bend stands, from 0 to this; and the value there, in whole steps.
const POSITIONS = 600;
const bent = (bend, value) => Math.asinh(value / bend);
const position = ({ min, max, bend }, value) =>
  Math.round(((bent(bend, value) - bent(bend, min)) / (bent(bend, max) - bent(bend, min))) * POSITIONS);
function valueAt({ min, max, step, bend }, place) {
  const value = bend * Math.sinh(bent(bend, min) + (place / POSITIONS) * (bent(bend, max) - bent(bend, min)));
  return Number((Math.round(value / step) * step).toPrecision(12));
}

// The kinds of controls, each as HTML. value is the one of the state.
const CONTROLS = {
  // min, max, step: what the slider reaches. least, most: what may be typed beside it; as the slider unless given.
  // bend: the slider's steps grow with the value, from where it is about as large as this.
  slider: ({ name, label, min, max, step, bend }, value) =>
    `<div class="live__slider"><label>${escaped(label)}` +
    (bend
      ? `<input type="range" name="${name}" min="0" max="${POSITIONS}" value="${position({ min, max, bend }, value)}"></label>`
      : `<input type="range" name="${name}" min="${min}" max="${max}" step="${step}" value="${value}"></label>`) +
    `<input type="text" inputmode="decimal" name="${name}-typed" aria-label="${escaped(label)}, typed"` +
    ` value="${value}" autocomplete="off" spellcheck="false"></div>`,
  // options: value and words of each; or a function of state and data that returns them.
  choice: ({ name, label, options }, value) =>
    `<label class="live__choice">${escaped(label)}<select name="${name}">${optional(options, value)}</select></label>`,
  switch: ({ name, label }, value) =>
    `<label class="live__switch"><input type="checkbox" name="${name}"${value ? " checked" : ""}> ${escaped(label)}</label>`,
  // act(state, numbers, data): what changes; { play: true } starts the motion.
  button: ({ name, label, idle }) => `<button type="button" name="${name}" aria-disabled="${idle}">${escaped(label)}</button>`,
};

const optional = (options, value) =>
  Object.entries(options)
    .map(([one, words]) => `<option value="${one}"${one === String(value) ? " selected" : ""}>${escaped(words)}</option>`)
    .join("");

// The inside of the figure's element, as it stands in the page before any script runs.
export function still(figure, data) {
  const state = figure.start;
  const numbers = figure.numbers(state, data);
  const { first = [] } = figure;
  const above = figure.controls.filter((one) => first.includes(one.name));
  const below = figure.controls.filter((one) => !first.includes(one.name));
  const json = JSON.stringify(data ?? null).replaceAll("<", "\\u003c");
  return (
    `<figure class="live" aria-labelledby="${figure.name}-title">` +
    `<p class="live__title" id="${figure.name}-title">${escaped(figure.title)}</p>` +
    (above.length ? form(above, "Move through the figure", state, numbers, data) : "") +
    pictures(figure, state, numbers, data) +
    form(below, "Change the figure", state, numbers, data) +
    `<p class="live__words" id="${figure.name}-words">${escaped(figure.words(state, numbers, data))}</p>` +
    (figure.links ? `<ul class="live__links">${linked(figure, state, numbers, data)}</ul>` : "") +
    // What is said aloud; the same words, a little later.
    `<p class="live__hidden" role="status"></p>` +
    `<figcaption>${figure.caption}</figcaption>` +
    `<script type="application/json">${json}</script></figure>`
  );
}

function form(controls, legend, state, numbers, data) {
  const asShown = (one) => {
    if (one.kind !== "button") return { ...one, options: optionsOf(one, state, data) };
    return { ...one, label: one.now?.(state, numbers, data) ?? one.label, idle: one.off?.(state, numbers, data) ?? false };
  };
  const made = controls.map((one) => CONTROLS[one.kind](asShown(one), state[one.name])).join("");
  // Buttons that follow each other share a row.
  const visible = made.replace(/(<button .*?<\/button>)+/g, (row) => `<div class="live__buttons">${row}</div>`);
  // Without the script nothing in here would answer.
  return (
    `<form class="live__controls" autocomplete="off"><fieldset disabled>` +
    `<legend class="live__hidden">${legend}</legend>${visible}</fieldset></form>`
  );
}

const optionsOf = ({ options }, state, data) => (typeof options === "function" ? options(state, data) : options);

const linked = (figure, state, numbers, data) =>
  figure
    .links(state, numbers, data)
    .map(({ words, address }) => `<li><a href="${escaped(address)}">${escaped(words)}</a></li>`)
    .join("");

function pictures(figure, state, numbers, data) {
  if (figure.html) return `<div class="live__picture">${figure.html(state, numbers, data)}</div>`;
  return ["wide", "narrow"]
    .map((room) => `<div class="live__picture live__picture--${room}">${picture(figure, state, numbers, data, room)}</div>`)
    .join("");
}

// What stands there becomes the fresh one, and whatever is the same in both stays: its focus, and how far it is scrolled.
function morph(old, fresh) {
  // Whether a reason is open is the reader's.
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const pairs = [...fresh.childNodes].map((one, at) => [old.childNodes[at], one]);
  if (old.childNodes.length !== pairs.length || pairs.some(([one, other]) => one.nodeName !== other.nodeName)) {
    old.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const [one, other] of pairs) {
    if (other.nodeType === Node.ELEMENT_NODE) morph(one, other);
    else if (one.data !== other.data) one.data = other.data;
  }
}

function picture(figure, state, numbers, data, room) {
  const { viewBox, inside } = figure.draw(state, numbers, room === "narrow", data);
  return (
    `<svg viewBox="${viewBox}" role="img" aria-labelledby="${figure.name}-title"` +
    ` aria-describedby="${figure.name}-words">${inside}</svg>`
  );
}

// The state with these changes, or what is wrong with them.
export function changed(figure, state, changes) {
  const wrong = [];
  const next = { ...state };
  for (const [name, value] of Object.entries(changes)) {
    const control = figure.controls.find((one) => one.name === name);
    if (control?.kind === "slider") {
      const { label, min, max, least = min, most = max, whole = false } = control;
      const number = typeof value === "number" ? value : NUMBER.test(value.trim()) ? Number(value) : NaN;
      if (number >= least && number <= most && (!whole || Number.isInteger(number))) next[name] = number;
      else {
        const kind = whole ? "a whole number" : "a number";
        const got = String(value).trim() || "nothing";
        wrong.push(`The ${label} must be ${kind} from ${least} to ${most}, got ${got}.`);
      }
    } else if (control?.kind === "choice" && typeof control.options === "object" && !(String(value) in control.options)) {
      wrong.push(`The ${control.label} must be one of ${Object.keys(control.options).join(", ")}, got ${value}.`);
    } else next[name] = value;
  }
  return { state: wrong.length ? state : next, wrong };
}

// Make the custom element. In the build there are none, and the figure is only handed on.
export function define(figure) {
  if (typeof customElements === "undefined") return figure;
  customElements.define(
    figure.name,
    class extends HTMLElement {
      connectedCallback() {
        this.data = JSON.parse(this.querySelector("script").textContent);
        this.state = { ...figure.start };
        this.numbers = figure.numbers(this.state, this.data);
        for (const form of this.querySelectorAll("form")) {
          form.addEventListener("submit", (event) => event.preventDefault());
          form.addEventListener("input", (event) => this.controlled(event.target));
          form.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
          form.querySelector("fieldset").disabled = false;
        }
        for (const box of this.querySelectorAll(".live__picture")) figure.html ? this.readable(box) : this.holdable(box);
        this.reflect();
      }

      disconnectedCallback() {
        this.stop();
        clearTimeout(this.rest);
      }

      // Change some of the state, and show it. Throws a RangeError for what the controls do not allow.
      set(changes) {
        const { state, wrong } = changed(figure, this.state, changes);
        if (wrong.length) throw new RangeError(wrong.join(" "));
        this.state = state;
        this.show();
      }

      controlled(field) {
        this.stop();
        const name = field.name.replace(/-typed$/, "");
        const control = figure.controls.find((one) => one.name === name);
        const bends = field.type === "range" && control.bend;
        const value = field.type === "checkbox" ? field.checked : bends ? valueAt(control, Number(field.value)) : field.value;
        const { state, wrong } = changed(figure, this.state, { [name]: value });
        this.state = state;
        this.show(field, wrong.join(" "));
      }

      pressed(button) {
        if (!button) return;
        const playing = this.playing;
        this.stop();
        const control = figure.controls.find((one) => one.name === button.name);
        const { play = false, ...changes } = control.act(this.state, this.numbers, this.data) ?? {};
        this.set(changes);
        if (play && !playing) this.play();
      }

      // Step after step until the end; at once for a reader who wants no motion.
      play() {
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        const step = () => {
          const changes = figure.next(this.state, this.numbers, this.data);
          if (!changes) return false;
          this.state = { ...this.state, ...changes };
          this.numbers = figure.numbers(this.state, this.data);
          return true;
        };
        if (calm) {
          while (step());
          this.show();
          return;
        }
        this.playing = setInterval(() => {
          if (!step()) this.stop();
          this.show();
        }, figure.pace);
      }

      stop() {
        clearInterval(this.playing);
        this.playing = undefined;
      }

      // A handle follows the finger; the page scrolls wherever there is none.
      holdable(box) {
        const narrow = box.classList.contains("live__picture--narrow");
        let handle = null;
        const move = (event) => {
          const { x, y, width, height } = box.firstElementChild.getBoundingClientRect();
          const [left, top, wide, high] = box.firstElementChild.getAttribute("viewBox").split(" ").map(Number);
          const point = { x: left + ((event.clientX - x) / width) * wide, y: top + ((event.clientY - y) / height) * high };
          this.set(figure.drag(this.state, handle, point, narrow, this.data));
        };
        box.addEventListener("pointerdown", (event) => {
          handle = event.target.closest("[data-drag]")?.dataset.drag ?? null;
          if (handle === null) return;
          event.preventDefault();
          this.stop();
          box.setPointerCapture(event.pointerId);
          move(event);
        });
        box.addEventListener("pointermove", (event) => handle !== null && move(event));
        for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => (handle = null));
      }

      // A picture of text answers to keys, and its parts to the pointer.
      readable(box) {
        box.addEventListener("keydown", (event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const changes = figure.keys?.(this.state, event.key, this.data);
          if (!changes) return;
          event.preventDefault();
          this.set(changes);
        });
        const pick = (event) => {
          const term = event.target.closest("[data-term]")?.dataset.term;
          if (term !== undefined) this.set(figure.pick(this.state, term, this.data));
        };
        box.addEventListener("click", pick);
        box.addEventListener("pointerover", (event) => event.pointerType === "mouse" && pick(event));
      }

      // field: where the reader is just now, whose text stays as it was typed.
      show(field, wrong = "") {
        this.numbers = figure.numbers(this.state, this.data);
        for (const box of this.querySelectorAll(".live__picture")) {
          if (figure.html) {
            const fresh = document.createElement("div");
            fresh.innerHTML = figure.html(this.state, this.numbers, this.data);
            morph(box.firstElementChild, fresh.firstElementChild);
            continue;
          }
          const room = box.classList.contains("live__picture--narrow") ? "narrow" : "wide";
          box.innerHTML = picture(figure, this.state, this.numbers, this.data, room);
        }
        const words = wrong || figure.words(this.state, this.numbers, this.data);
        this.querySelector(".live__words").textContent = words;
        const list = this.querySelector(".live__links");
        if (list) list.innerHTML = linked(figure, this.state, this.numbers, this.data);
        this.reflect(field, wrong);
        clearTimeout(this.rest);
        this.rest = setTimeout(() => (this.querySelector("[role=status]").textContent = words), REST);
      }

      // The controls show the state.
      reflect(field, wrong = "") {
        for (const control of figure.controls) {
          const value = this.state[control.name];
          const main = this.querySelector(`[name="${control.name}"]`);
          if (control.kind === "switch") main.checked = value;
          else if (control.kind === "choice") {
            const inside = typeof control.options === "function" ? optional(control.options(this.state, this.data)) : main.innerHTML;
            if (main.innerHTML !== inside) main.innerHTML = inside;
            main.value = String(control.now?.(this.state, this.numbers, this.data) ?? value);
          }
          else if (control.kind === "button") {
            const off = control.off?.(this.state, this.numbers, this.data) ?? false;
            main.setAttribute("aria-disabled", String(off));
            const label = control.now?.(this.state, this.numbers, this.data) ?? control.label;
            if (main.textContent !== label) main.textContent = label;
          } else {
            const typed = this.querySelector(`[name="${control.name}-typed"]`);
            main.value = control.bend ? position(control, value) : value;
            main.setAttribute("aria-valuetext", shown(value));
            if (typed !== field) typed.value = shown(value);
            if (typed === field && wrong) typed.setAttribute("aria-invalid", "true");
            else typed.removeAttribute("aria-invalid");
          }
        }
      }
    },
  );
  return figure;
}
