// What a letter of a formula means, beside the letter: pointed at, tapped, or all letters of a formula that has the focus.
// The words stand on the page itself, in the list of its letters; this script finds the right ones and shows a copy.
"use strict";
{
  const list = [...document.querySelectorAll(".letters__list > [data-keys]")];
  const known = new Map();
  for (const one of list) {
    for (const key of one.dataset.keys.split(" ")) known.set(key, [...(known.get(key) ?? []), one]);
  }

  // What stands below a letter, without spaces; nothing if only something stands above.
  const below = (box) => {
    const scripts = box.nextElementSibling;
    if (!scripts?.classList.contains("msupsub")) return "";
    return scripts.querySelector(":scope > .vlist-t2 > .vlist-r > .vlist > span")?.textContent.replace(/\s|\u200b/g, "") ?? "";
  };

  // Several letters may look alike: a digit below belongs to the name, and else the first index tells.
  const choose = (like, index) => {
    const named = like.filter((one) => one.dataset.number && index.startsWith(one.dataset.number));
    if (named.length) return named[0];
    const bare = like.filter((one) => !one.dataset.number);
    const rank = ({ dataset: { first = "" } }) => {
      if ((first !== "") !== (index !== "")) return 2;
      return index === "" || /^\d/.test(index) || first.split(" ").includes(index[0]) ? 0 : 1;
    };
    // Of several that fit, a number stands for the place that is counted last: a step, not a weight.
    const best = Math.min(...bare.map(rank));
    const fit = bare.filter((one) => rank(one) === best);
    return /^\d/.test(index) ? fit.at(-1) : fit[0];
  };

  // The row of the list that belongs to what is seen, or nothing.
  const meaning = (leaf) => {
    if (leaf.childElementCount || !leaf.closest(".katex-html") || leaf.matches(".mathbb, .mathbf")) return undefined;
    const accented = leaf.closest(".katex-accent");
    const marks = accented?.querySelector(".accent-body");
    if (marks?.contains(leaf)) return undefined;
    const like = known.get(leaf.textContent + (marks?.textContent ?? ""));
    return like && choose(like, below(accented ?? leaf));
  };

  const leaves = (formula) => [...formula.querySelectorAll(".katex-html .mord, .katex-html .mop")];

  let note = null;
  // The formula that has the focus and is described by the note; nothing if the note is for who points.
  let owner = null;
  let leaving = 0;

  const hide = () => {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    for (const one of document.querySelectorAll(".letter--same")) one.classList.remove("letter--same");
    note?.remove();
    note = owner = null;
  };
  // Time enough to move from the letter to its note.
  const later = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 300);
  };

  // The note lies above the page, so nothing on the page moves.
  const show = (rows, target) => {
    hide();
    if (!rows.length) return;
    note = document.createElement("div");
    note.className = `letters--note ${rows.length > 1 ? "letters--all" : ""} md-typeset`;
    note.id = "letters-note";
    const copy = document.createElement("dl");
    copy.className = "letters__list";
    copy.append(...rows.map((row) => row.cloneNode(true)));
    note.append(copy);
    document.body.append(note);
    // Below the whole formula, unless it is so tall that the note would be far from the letter.
    const whole = target.closest(".katex")?.getBoundingClientRect();
    const box = target.getBoundingClientRect();
    const bottom = whole && whole.height < 110 ? Math.max(box.bottom, whole.bottom) : box.bottom;
    const room = document.documentElement.clientWidth - note.offsetWidth - 8;
    const above = box.top - note.offsetHeight - 8;
    const low = bottom + 8;
    const top = low + note.offsetHeight > innerHeight && above > 0 ? above : low;
    note.style.left = `${Math.max(8, Math.min(box.left - 16, room)) + scrollX}px`;
    note.style.top = `${top + scrollY}px`;
    note.addEventListener("pointerenter", () => clearTimeout(leaving));
    note.addEventListener("pointerleave", () => owner || later());
  };

  // A letter in a fraction lies below other boxes of the fraction, and letters are taller than they look:
  // of all that lie below the point, the one is meant whose middle is nearest.
  const seen = (formula, x, y) => {
    const far = (leaf) => {
      const { top, bottom } = leaf.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - y);
    };
    const found = document.elementsFromPoint(x, y).filter((one) => formula.contains(one) && meaning(one));
    return found.sort((one, other) => far(one) - far(other))[0];
  };

  let pointed = null;
  const point = ({ target, clientX, clientY }) => {
    if (note?.contains(target)) return;
    // A figure has words of its own for what is in it.
    const formula = target.closest?.("article .katex:not(.live .katex)");
    const leaf = formula && seen(formula, clientX, clientY);
    if (leaf && leaf === pointed && note) {
      clearTimeout(leaving);
    } else if (leaf) {
      const row = meaning(leaf);
      show([row], leaf);
      pointed = leaf;
      for (const one of leaves(formula)) one.classList.toggle("letter--same", meaning(one) === row);
    } else if (pointed && note && !owner) {
      pointed = null;
      later();
    }
  };
  document.addEventListener("pointermove", (event) => event.pointerType === "touch" || point(event));
  document.addEventListener("click", (event) => {
    if (note?.contains(event.target)) return;
    hide();
    point(event);
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  // Who comes with the keyboard points at no letter, and sees all letters of the formula. That needs no further stop.
  document.addEventListener("focusin", ({ target }) => {
    if (note?.contains(target)) return;
    hide();
    if (!target.matches("article .equation__formula:focus-visible")) return;
    show([...new Set(leaves(target).map(meaning).filter(Boolean))], target);
    if (!note) return;
    owner = target;
    owner.setAttribute("aria-describedby", note.id);
  });
}
