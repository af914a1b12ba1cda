// A page's way to Python: `python.run` sends a program to the worker and tells what comes back.
// Where the browser has shared workers that outlive a page, the next page finds Python as this one left it.

const here = import.meta.url;
const address = new URL("worker.js", here);
// A program that does not look up within this time after Stop is left behind.
const PATIENCE = 300;
// A worker that does not answer at all within this time is busy with the program of another page.
const BUSY = 4000;
const SHARED = "run-worker";

// Shared workers have names; a new name begins a new one. The number is remembered from page to page.
const number = () => {
  try {
    return Number(localStorage.getItem(SHARED)) || 0;
  } catch {
    return 0;
  }
};
const another = () => {
  try {
    localStorage.setItem(SHARED, String(number() + 1));
  } catch {
    // Without a memory the worker ends with this page.
    sharing = false;
  }
};

let sharing = typeof SharedWorker === "function";
let worker = null;
let count = 0;
let running = null;
let line = Promise.resolve();

// A worker of this page alone. It may fail before anybody listens.
const own = () => {
  const made = new Worker(address, { type: "module" });
  const one = { port: made, made, leave: () => made.terminate(), failed: (event) => (one.dead = event) };
  made.onerror = (event) => one.failed(event);
  made.postMessage({ kind: "hello" });
  return one;
};

// A worker that all pages share. Raises an error where there is none, or where modules are not taken.
const shared = () =>
  new Promise((found, failed) => {
    const known = number();
    const options = { type: "module", name: `python-${known}`, extendedLifetime: true };
    const made = new SharedWorker(address, options);
    made.onerror = () => failed(new Error("no shared worker"));
    // The first page that leaves it takes the next number, and the others follow.
    const leave = () => {
      made.port.postMessage({ kind: "close" });
      if (known === number()) another();
    };
    // It may be busy, with the program of another page. Then it says nothing for a while; so does a slow network.
    const next = () => {
      leave();
      if (sharing) shared().then(found, failed);
      else failed(new Error("the shared worker is busy, and no other can be named"));
    };
    let busy = setTimeout(async () => {
      await fetch(address).catch(() => {});
      if (busy) busy = setTimeout(next, PATIENCE);
    }, BUSY);
    made.port.onmessage = ({ data }) => {
      if (data.kind !== "here") return;
      clearTimeout(busy);
      busy = null;
      found({ port: made.port, made, leave, known });
    };
    made.port.postMessage({ kind: "hello" });
  });

const connect = async () => {
  if (sharing)
    try {
      return await shared();
    } catch {
      sharing = false;
    }
  return own();
};

const leave = (one) => {
  one.leave();
  worker = null;
};

const send = async (program, { output = () => {}, state = () => {} }, mine) => {
  if (mine.stopped) return { ok: false, stopped: true };
  python.state = "loading";
  // Another page may have left the shared worker behind since. One that nobody wants any more shall end.
  const old = worker && (await Promise.race([worker, mine.over]));
  if (old && (old.known ?? number()) !== number()) leave(old);
  worker ??= connect();
  const one = await Promise.race([worker, mine.over]);
  if (mine.stopped) return { ok: false, stopped: true };
  const { port, made } = one;
  const look = URL.createObjectURL(new Blob(["wanted"]));
  mine.revoke = () => URL.revokeObjectURL(look);
  return new Promise((resolve) => {
    // The worker may be busy with the program of another page; then this one gets a new one.
    const silent = setTimeout(() => {
      if (made instanceof Worker) return;
      leave(one);
      finish({ ok: false, again: true });
    }, BUSY);
    const finish = (result) => {
      clearTimeout(silent);
      clearTimeout(mine.waiting);
      port.removeEventListener("message", hear);
      mine.revoke();
      resolve(result);
    };
    const hear = ({ data: { id, kind, data } }) => {
      if (id !== mine.id) return;
      clearTimeout(silent);
      if (kind === "state") state((python.state = data));
      else if (kind === "loading") state("loading", data);
      else if (kind === "output") for (const [what, words] of data) output(what, words);
      else if (kind === "done") {
        if (data.broken || data.blind || data.again) leave(one);
        finish(mine.stopped && !data.ok ? { ...data, stopped: true } : data);
      }
    };
    one.failed = ({ message }) => {
      leave(one);
      finish({ ok: false, broken: true, unreached: !message, error: message || "the worker could not be started" });
    };
    if (one.dead) return one.failed(one.dead);
    mine.stop = () => {
      mine.revoke();
      port.postMessage({ kind: "cancel", id: mine.id });
      mine.waiting = setTimeout(() => {
        leave(one);
        finish({ ok: false, stopped: true });
      }, PATIENCE);
    };
    port.addEventListener("message", hear);
    port.postMessage({ kind: "run", id: mine.id, look, ...program });
  });
};

export const python = {
  // "idle", "waiting", "loading" or "running".
  state: "idle",

  // Begin to load; a program will come.
  begin() {
    worker ??= connect();
  },

  // Run a program: {code, name, files, shown, before, derivation}. `output(kind, data)` hears "text" (what it printed),
  // "error" ({text, line}), "math" ({tex, text}), "progress" ({done, of}) and "bounded" ({lines, lost}); `state(word, how far)`
  // hears "waiting", "loading" and "running". The promise gives {ok, seconds, error, line, stopped, broken, unreached}.
  async run(program, heard = {}) {
    const { signal, ...sent } = program;
    const mine = { id: `${Math.random()}-${(count += 1)}`, stopped: false, stop() {} };
    mine.over = new Promise((resolve) => {
      mine.end = () => {
        mine.stopped = true;
        mine.stop();
        resolve();
      };
    });
    // Stop may have been pressed before this file was here.
    if (signal?.aborted) mine.end();
    signal?.addEventListener("abort", mine.end);
    const before = line;
    let free;
    line = new Promise((done) => (free = done));
    if (running) heard.state?.("waiting");
    // What has not begun need not wait for its turn to be stopped.
    await Promise.race([before, mine.over]);
    if (mine.stopped) {
      before.then(free);
      return { ok: false, stopped: true };
    }
    running = mine;
    try {
      const result = await send(sent, heard, mine);
      if (result.stopped || !(result.blind || result.again)) return result;
      // A shared worker that cannot look for Stop could never be stopped.
      if (result.blind) sharing = false;
      return await send(sent, heard, mine);
    } finally {
      running = null;
      python.state = "idle";
      free();
    }
  },

  // Stop what runs now.
  stop() {
    running?.end();
  },
};

// KaTeX's style sheet, with all its signs. The site's own has only those of its pages, under the same names.
const beside = async () => {
  const manifest = await (await fetch(new URL("manifest.json", here))).json();
  return new URL(`${manifest.parts}katex/`, here);
};
const FACE = /@font-face\{(.*?)\}/gs;
const value = (rule, name) => rule.match(new RegExp(`${name}:\\s*([^;}]+)`))?.[1];
let setting = null;
const typesetter = async () => {
  const base = await beside();
  const [{ default: katex }, css] = await Promise.all([
    import(new URL("katex.mjs", base)),
    fetch(new URL("katex.min.css", base)).then((answer) => answer.text()),
  ]);
  const all = css.replaceAll("KaTeX_", "KaTeX_all_");
  for (const [, rule] of all.matchAll(FACE)) {
    const file = rule.match(/url\((fonts\/[\w-]+\.woff2)\)/)[1].replace("KaTeX_all_", "KaTeX_");
    const face = new FontFace(value(rule, "font-family").replaceAll('"', ""), `url(${new URL(file, base)})`, {
      style: value(rule, "font-style"),
      weight: value(rule, "font-weight"),
    });
    document.fonts.add(face);
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${all.replace(FACE, "")}.katex-display{margin:0!important}.katex-display.fleqn>.katex{padding-left:0!important}`);
  return { katex, sheet };
};

// Put a formula into an element; loaded when the first one comes.
export const typeset = async (element, tex) => {
  const { katex, sheet } = await (setting ??= typesetter());
  const root = element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const inner = document.createElement("div");
  katex.render(tex, inner, { displayMode: true, fleqn: true, throwOnError: true, strict: false });
  root.append(inner);
};

// A page that is left wants nothing any more, even if the browser keeps it for the way back.
addEventListener("pagehide", () => python.stop());
