// The form of doctor.md. Python judges, in a worker, and says what to show; this script carries both ways.
// Nothing is loaded before the first press, and nothing that is pasted leaves the page.
"use strict";
{
  const form = document.getElementById("doctor");
  const data = JSON.parse(form.querySelector("script").textContent);
  const { source, name, reduction, diagnose, stop } = form.elements;
  const status = form.querySelector("[role=status]");
  const answer = form.querySelector(".doctor__answer");
  let python = null;
  let halting = null;
  // Which question is being asked; 0 is none. An answer to one that was stopped is not shown.
  let running = 0;
  let asked = 0;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };

  const element = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };

  // As hooks/forms/diagnoses.py writes the first answer, block by block. What is wide is moved sideways, by keyboard too.
  const scrolled = (...children) => {
    const made = element("code", ...children);
    made.tabIndex = 0;
    return made;
  };
  const diff = (text) => {
    const lines = text.split("\n").map((line) => {
      const made = element("span", `${line}\n`);
      made.className = { "+": "doctor__new", "-": "doctor__old" }[line[0]] ?? "";
      return made;
    });
    const box = element("pre", scrolled(...lines));
    box.className = "doctor__fix";
    return box;
  };
  const link = (words, address) => {
    const made = element("a", words);
    made.href = data.root + address;
    return made;
  };
  const BLOCKS = {
    text: ({ text }) => element("p", text),
    head: ({ text }) => element("p", element("strong", text)),
    list: ({ items }) => element("ul", ...items.map((item) => element("li", item))),
    numbers: ({ text }) => element("pre", scrolled(text)),
    diff: ({ text }) => diff(text),
    link: ({ text, address }) => element("p", link(text, address)),
  };
  // On a phone the answer comes below what can be seen. The space that is kept free around it stands in the CSS.
  const show = (blocks) => {
    answer.replaceChildren(...blocks.map((block) => BLOCKS[block.kind](block)));
    status.scrollIntoView({ block: "nearest" });
  };

  const turn = (question) => {
    const on = question > 0;
    running = question;
    form.toggleAttribute("data-running", on);
    answer.hidden = on;
    stop.hidden = !on;
    // A button that has the focus must not vanish under it.
    diagnose.setAttribute("aria-disabled", String(on));
    if (!on && document.activeElement === stop) diagnose.focus();
  };

  const ask = async () => {
    if (running) return;
    const question = ++asked;
    turn(question);
    say(data.words.loading);
    halting = new AbortController();
    let printed = "";
    let failed = "";
    try {
      if (location.protocol === "file:") throw new Error(data.words.disk);
      python ??= (await import(new URL(data.client, location.href))).python;
      if (running !== question) return;
      const said = JSON.stringify([source.value, { name: name.value.trim() || null, reduction: reduction.value }]);
      const code = `${data.code}\nanswer(${JSON.stringify(said)})\n`;
      const { ok, error } = await python.run(
        { code, name: "doctor", shown: false, signal: halting.signal },
        {
          output: (kind, text) => {
            if (kind === "text") printed += text;
            else if (kind === "error") failed += text.text;
          },
          state: (text) => running === question && say(data.words[text] ?? data.words.loading),
        },
      );
      if (!ok && !failed) failed = String(error ?? "");
    } catch (error) {
      failed = error.message ?? String(error);
    }
    if (running !== question) return;
    turn(0);
    const found = printed.lastIndexOf(data.mark);
    if (found < 0) {
      say(data.words.failed);
      show([{ kind: "numbers", text: failed || printed }, { kind: "text", text: data.words.instead }]);
      return;
    }
    const { sentence, blocks } = JSON.parse(printed.slice(found + data.mark.length));
    say(sentence);
    show(blocks);
  };

  const halt = () => {
    if (!running) return;
    turn(0);
    answer.replaceChildren();
    say(data.words.stopped);
    diagnose.focus();
    halting.abort();
  };

  if (data.client) form.querySelector("fieldset").disabled = false;
  diagnose.addEventListener("click", ask);
  stop.addEventListener("click", halt);
  form.addEventListener("submit", (event) => event.preventDefault());
  source.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    }
  });
  // An answer to other code than what stands there would mislead.
  form.addEventListener("input", () => {
    if (running || answer.hidden) return;
    answer.hidden = true;
    say(data.words.changed);
  });
}
