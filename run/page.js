// The buttons below the code. Before the first click this file is all there is: nothing else is fetched.
"use strict";
{
  const here = document.currentScript.src;
  const beside = (name) => new URL(name, here).href;
  const client = () => import(beside("client.js"));
  const editing = () => import(beside("editor.js"));
  // For other scripts of the site.
  globalThis.pythonHere = async () => (await client()).python;

  const FROM_DISK =
    "This page was opened from a file, and from there a browser starts no Python. " +
    "It runs where the site is served: on its own address, or at home with: make site";
  const unreached = (what = "") =>
    `What runs Python could not be loaded${what && ` (${what})`}. Is there a connection? ` +
    "Press Run to try again, or load the page anew.";

  const element = (tag, name, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  };
  const button = (name, words, label, press) => {
    const made = element("button", `run__button ${name}`, words);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", press);
    return made;
  };
  const seconds = (time) => `${time < 10 ? time.toFixed(2) : time.toFixed(1)} s`;

  // A script with cells becomes cells again; other code is one cell.
  const cells = (code) => {
    const parts = code.split(/^(?=# %%)/m).filter((part) => part.trim());
    return parts.map((part, index) => {
      const [, words] = part.match(/^# %% \[markdown\]\n([^]*)/) ?? [];
      const id = `cell-${index + 1}`;
      const text = (words?.replace(/^# ?/gm, "") ?? part.replace(/^# %%.*\n/, "")).trim();
      const source = text.match(/.*\n|.+$/g) ?? [];
      if (words !== undefined) return { cell_type: "markdown", id, metadata: {}, source };
      return { cell_type: "code", id, metadata: {}, execution_count: null, outputs: [], source };
    });
  };
  // What a session goes on from comes along; our own modules have to be found.
  const OURS = /^ *(from|import) +(snippets|derivations)\b/m;
  const WHERE = "# %% [markdown]\n# Keep this notebook in the folder of One over N: from there Python finds `snippets` and `derivations`.\n";
  const cell = (code) => (code.startsWith("# %%") ? code : `# %%\n${code}`);
  const notebook = (codes) => ({
    cells: cells((codes.some((code) => OURS.test(code)) ? [WHERE, ...codes] : codes).map(cell).join("\n")),
    metadata: {
      kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
      language_info: { name: "python" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });

  // Where the page is not served safely there is no clipboard but the selection.
  const copy = async (text) => {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // There is none, or it is forbidden.
    }
    const field = element("textarea", "");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  // The codes of the page, with what a page does not show: imports and examples. One file, when it is needed.
  const files = new Map();
  const codeOf = async (box) => {
    const file = beside(box.dataset.codes);
    if (!files.has(file)) {
      const asked = await fetch(file);
      if (!asked.ok) throw new Error(`${asked.status}`);
      files.set(file, await asked.json());
    }
    const codes = files.get(file);
    const given = codes[box.dataset.code];
    // A session goes on from those above it.
    return { ...given, before: given.before.map((number) => codes[number].alone ?? codes[number].code) };
  };

  // One code of the page, from the first click on.
  const open = (box, given) => {
    const start = box.querySelector(".run__start");
    const name = box.dataset.runName.split(", ").at(-1);
    const shown = box.previousElementSibling?.matches(".highlight") ? box.previousElementSibling : null;
    // The last line of a file ends; an editor would show an empty one after it.
    const whole = given.code.replace(/\n+$/, "");
    let code = whole;
    let editor = null;
    let control = null;

    const state = element("span", "run__state");
    state.setAttribute("role", "status");
    const bar = element("progress", "run__progress");
    bar.setAttribute("aria-label", `How far ${name} is`);
    bar.hidden = true;
    const output = element("div", "run__output");
    output.setAttribute("role", "region");
    output.setAttribute("aria-label", `Output of ${name}`);
    output.tabIndex = 0;
    output.hidden = true;

    // A listener hears only what is new.
    const say = (words, how = "") => {
      if (state.textContent !== words) state.textContent = words;
      box.dataset.state = how;
    };
    const far = (how) => {
      bar.hidden = !how;
      if (how?.of) [bar.value, bar.max] = [how.done, how.of];
      else bar.removeAttribute("value");
    };

    // What comes out goes below what came before. The newest stays in sight, unless the reader has gone back.
    const add = (part, place = output) => {
      const follows = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
      output.hidden = false;
      place.append(part);
      if (follows) output.scrollTop = output.scrollHeight;
    };
    const text = (words, kind) => {
      const last = output.lastElementChild;
      if (last?.tagName === "PRE" && last.dataset.kind === kind) return add(words, last);
      const made = element("pre", `run__${kind}`, words);
      made.dataset.kind = kind;
      add(made);
    };
    const formula = (data) => {
      const made = element("div", "run__math");
      add(made);
      client()
        .then(({ typeset }) => typeset(made, data.tex))
        .catch(() => made.replaceWith(element("pre", "run__text", `${data.text}\n`)));
    };
    const bounded = ({ lines, lost }) => {
      const note = output.querySelector(".run__bounded") ?? element("p", "run__bounded");
      const what = lines ? `first ${lines} lines are` : "beginning is";
      note.textContent = `Only the ${what} shown${lines && lost ? `; ${lost} more were printed` : ""}.`;
      add(note);
    };
    const hear = (kind, data) => {
      if (kind === "text") text(data, "text");
      else if (kind === "error") text(data.text, "error");
      else if (kind === "math") formula(data);
      else if (kind === "bounded") bounded(data);
      else if (kind === "progress") far(data);
    };

    const words = { waiting: "waiting for another run", loading: "loading Python", running: "running" };
    const ended = (result) => {
      const nothing = result.ok && output.hidden ? ", and nothing was printed" : "";
      const where = result.line ? ` at line ${result.line}` : "";
      if (result.ok) say(`done in ${seconds(result.seconds)}${nothing}`, "done");
      else if (result.stopped) say(`stopped${where}`, "stopped");
      else if (result.broken) say("failed", "failed");
      else say(`failed${where}`, "failed");
      if (result.unreached) text(`${unreached(result.error)}\n`, "error");
      else if (result.broken) text(`Python itself broke off: ${result.error}\nThe next Run starts it anew.\n`, "error");
      if (result.line && !result.stopped) editor?.mark(result.line);
      line.hidden = !result.line;
      line.dataset.line = result.line ?? "";
    };

    const run = async () => {
      if (control) return;
      if (!editor) edited();
      control = new AbortController();
      start.setAttribute("aria-disabled", "true");
      stop.removeAttribute("aria-disabled");
      line.hidden = true;
      editor?.mark(0);
      output.replaceChildren();
      output.hidden = true;
      say("", "loading");
      // Where Python is ready nobody needs to hear of loading.
      const soon = setTimeout(() => say(words.loading, "loading"), 100);
      try {
        const { python } = await client();
        const program = { ...given, code, name: given.name ?? name, signal: control.signal };
        const told = (word, how) => {
          clearTimeout(soon);
          say(words[word], word);
          far(word === "loading" && how);
        };
        ended(await python.run(program, { output: hear, state: told }));
      } catch {
        clearTimeout(soon);
        say("failed", "failed");
        text(`${unreached()}\n`, "error");
      }
      far(null);
      control = null;
      start.removeAttribute("aria-disabled");
      stop.setAttribute("aria-disabled", "true");
    };

    const stop = button("run__stop", "Stop", `Stop ${name}`, () => control?.abort());
    stop.setAttribute("aria-disabled", "true");
    const reset = button("run__reset", "Reset", `Reset ${name} to the code of the page`, () => {
      code = whole;
      if (editor) editor.code = code;
      say("the code of the page is back");
    });
    const copied = button("run__copy", "Copy", `Copy ${name}`, async () => {
      await copy(code);
      say("copied");
    });
    const save = button("run__save", "Notebook", `Download ${name} as a notebook`, () => {
      const file = new Blob([JSON.stringify(notebook([...given.before, code]), null, 1)], { type: "application/x-ipynb+json" });
      const link = element("a", "");
      link.href = URL.createObjectURL(file);
      link.download = given.notebook;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      say("saved as a notebook");
    });
    const line = button("run__line", "Show the line", "Show the line in the editor", () => editor?.go(Number(line.dataset.line)));
    line.hidden = true;

    const buttons = element("div", "run__buttons", start, stop, reset, copied, save);
    buttons.setAttribute("role", "group");
    buttons.setAttribute("aria-label", name);
    const focused = document.activeElement === start;
    box.append(buttons, element("div", "run__said", state, line, bar), output);
    // To be moved costs a button the focus.
    if (focused) start.focus();

    // The editor takes the place and the height of the code; what lies below stays where it is on the screen.
    const put = ({ edit }) => {
      const host = element("div", "run__editor");
      const model = shown?.querySelector("code") ?? document.querySelector("article .highlight code");
      const style = model && getComputedStyle(model);
      if (style) {
        host.style.fontSize = style.fontSize;
        host.style.lineHeight = style.lineHeight;
        host.style.setProperty("--run-above", style.paddingTop);
      }
      const height = shown?.querySelector("pre").getBoundingClientRect().height ?? 0;
      const above = buttons.getBoundingClientRect().top;
      const lines = code.split("\n").length * parseFloat(style?.lineHeight ?? 20) + 2 * parseFloat(style?.paddingTop ?? 10);
      host.style.height = `${Math.max(height, Math.min(lines, innerHeight * 0.6))}px`;
      box.prepend(host);
      if (shown) shown.hidden = true;
      box.classList.add("run--open");
      editor = edit(host, { code, label: `The code of ${name}`, run, changed: (now) => (code = now) });
      scrollBy({ top: buttons.getBoundingClientRect().top - above, behavior: "instant" });
      if (line.dataset.line && box.dataset.state === "failed") editor.mark(Number(line.dataset.line));
    };
    // Without an editor the code runs all the same; the next Run asks for it again.
    let asked = null;
    const edited = () => {
      asked ??= editing()
        .then(put)
        .catch(() => (asked = null));
    };
    return run;
  };

  // Why nothing can run here, if so.
  const off = (box) => box.dataset.off || (location.protocol === "file:" ? FROM_DISK : "");

  const opened = new WeakMap();
  document.addEventListener("click", (event) => {
    const start = event.target.closest?.(".run__start");
    const box = start?.closest(".run");
    if (!box) return;
    const tell = (words) => {
      const said = box.querySelector(".run__off") ?? element("p", "run__off");
      said.setAttribute("role", "status");
      box.append(said);
      // Regions must be there before their words, or nobody hears them.
      setTimeout(() => (said.textContent = words));
    };
    const why = off(box);
    if (why) return tell(why);
    if (!opened.has(box)) {
      box.dataset.state = "loading";
      // Python begins to load while the code is still under way.
      client()
        .then(({ python }) => python.begin())
        .catch(() => {});
      opened.set(
        box,
        codeOf(box).then((given) => open(box, given)),
      );
    }
    opened.get(box).then(
      (run) => {
        box.querySelector(".run__off")?.remove();
        run();
      },
      () => {
        opened.delete(box);
        delete box.dataset.state;
        tell(unreached());
      },
    );
  });
}
