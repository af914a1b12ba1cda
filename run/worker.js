// Python itself: Pyodide, kept alive in a worker, so that the next click, and the next page, find it ready.
// Everything comes from the folder of the site. What does not change is kept in the browser's Cache Storage.

const HOME = "/home/pyodide/one-over-n";
const PACKAGES = "/lib/python3.14/site-packages";
const here = import.meta.url;
const beside = (name, base = here) => new URL(name, base).href;

// At most so many posts in so many milliseconds; the lines in between travel together.
const POSTS = 20;
const WINDOW = 50;
// How often a running program is asked whether the reader still wants it.
const LOOK = 50;
// How long a worker that is left goes on for others.
const GRACE = 10_000;

// A file of the site, or an error that names it.
const plainly = self.fetch.bind(self);
const nameOf = (address) => new URL(address).pathname.split("/").at(-1);
const asked = async (address, options) => {
  const name = nameOf(address);
  const answer = await plainly(address, options).catch(() => {
    throw new Error(`${name}: no answer`);
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
};
const asking = asked(beside("manifest.json")).then((answer) => answer.json());
asking.catch(() => {});
const parts = asking.then((manifest) => beside(manifest.parts));
// The programs that were sent and do not run yet, each with its way back.
const waiting = new Map();
const loaded = new Set();
let current = null;
let python = null;
// After a failure of Python itself, or of the network. Whoever asks then is sent to a new worker.
let over = false;
let line = Promise.resolve();

// Other sites may share the host, and its caches.
const CACHES = "one-over-n-run-";
const cache = (async () => {
  try {
    const { digest } = await asking;
    const name = `${CACHES}${digest}`;
    for (const old of await caches.keys()) if (old.startsWith(CACHES) && old !== name) await caches.delete(old);
    return await caches.open(name);
  } catch {
    return null;
  }
})();
const fetched = new Map();
// How far loading has come, by the sizes that the build wrote down.
const progress = { done: 0, of: 0 };
const came = (bytes) => {
  progress.done += bytes;
  tell("loading", { ...progress });
};
const size = ({ core, packages }, address) => {
  const name = address.split("/").at(-1);
  return core[name] ?? Object.values(packages).find(({ file }) => file === name)?.bytes ?? 0;
};
// Pyodide waits for ever for a part that does not come whole.
let lose;
const lost = new Promise((_, failed) => (lose = failed));
lost.catch(() => {});
// A file of the parts: from the cache, or from the site and then into the cache. Without a cache it works as well.
const fetchPart = async (address) => {
  const bytes = size(await asking, address);
  progress.of += bytes;
  const store = await cache;
  const kept = await store?.match(address).catch(() => null);
  if (kept) {
    came(bytes);
    return kept;
  }
  const answer = await asked(address).catch((error) => {
    lose(error);
    throw error;
  });
  // Only what is whole is kept; a full disk is no reason to stop.
  store?.put(address, answer.clone()).catch(() => {});
  whole(answer.clone(), address).then(() => came(bytes), lose);
  return answer;
};
// Pyodide asks for its own files through this too.
self.fetch = async (what, options) => {
  const address = beside(String(what?.url ?? what));
  if (!address.startsWith(await parts)) return asked(address, options);
  const under = fetched.get(address) ?? fetchPart(address);
  fetched.delete(address);
  return under;
};
const ahead = (address) => {
  if (!fetched.has(address)) fetched.set(address, fetchPart(address));
  fetched.get(address).catch(() => {});
};

const tell = (kind, data) => current?.port.postMessage({ id: current.id, kind, data });

const whole = async (answer, address) =>
  answer.arrayBuffer().catch(() => {
    throw new Error(`${nameOf(address)}: broken off`);
  });
const bytesOf = async (address) => whole(await fetch(address), address);
const unpack = (bytes, folder) => python.unpackArchive(bytes, "zip", { extractDir: folder });

const script = (name, base) =>
  import(beside(name, base)).catch(() => {
    throw new Error(`${name}: no answer`);
  });

// Python alone, and our own sources. What the first program needs is under way at the same time.
const start = async () => {
  const manifest = await asking;
  const base = await parts;
  const { sources } = manifest;
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) ahead(beside(name, base));
  const [{ loadPyodide }] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs"].map((name) => script(name, base)));
  const ours = bytesOf(beside(sources.file));
  ours.catch(() => {});
  const loading = loadPyodide({
    indexURL: base,
    stdLibURL: beside("python_stdlib.zip", base),
    // Whatever a program looks up by itself, it finds nothing outside this site.
    packageBaseUrl: base,
    env: { HOME: "/home/pyodide", PYTHONINSPECT: "" },
  });
  loading.catch(() => {});
  python = await Promise.race([lost, loading]);
  unpack(await ours, HOME);
  python.FS.chdir(HOME);
  python.runPython(`import sys; sys.path.insert(0, ${JSON.stringify(HOME)})`);
  const runner = python.pyimport("run.runner");
  return { needed: runner.needed, run: runner.run };
};

let starting = null;
const ready = () => (starting ??= start());

// The files of packages, with those they rest on. A package is unpacked once.
const withDepends = (names, { packages }, all = new Set()) => {
  for (const name of names)
    if (packages[name] && !all.has(name)) {
      all.add(name);
      withDepends(packages[name].depends, { packages }, all);
    }
  return all;
};

// A name in the code is a guess, good enough to begin to load; what is needed is read from the code by Python.
const guess = async (code) => {
  const manifest = await asking;
  const base = await parts;
  const words = new Set(code.match(/[A-Za-z_][\w.]*/g));
  const names = [...words].flatMap((word) => manifest.needs[word] ?? []);
  if (/\b(from|import) derivations\b/.test(code)) names.push("sympy", "lark");
  for (const name of withDepends(names, manifest)) if (!loaded.has(name)) ahead(beside(manifest.packages[name].file, base));
};

const load = async (modules) => {
  const manifest = await asking;
  const base = await parts;
  const longest = (name) => {
    for (let part = name; part; part = part.slice(0, Math.max(part.lastIndexOf("."), 0)))
      if (manifest.needs[part]) return manifest.needs[part];
    return [];
  };
  const names = [...withDepends(modules.flatMap(longest), manifest)].filter((name) => !loaded.has(name));
  for (const name of names) ahead(beside(manifest.packages[name].file, base));
  for (const name of names) {
    unpack(await bytesOf(beside(manifest.packages[name].file, base)), PACKAGES);
    loaded.add(name);
  }
};

// The reader's page holds a small blob for each run. When it is gone, the run is no longer wanted.
const gone = (address) => {
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    return request.status !== 200;
  } catch {
    return true;
  }
};

// Lines go out at once while there are few of them, and together while there are many.
const outlet = () => {
  let posts = 0;
  let since = 0;
  let waiting = [];
  const flush = () => {
    if (!waiting.length) return;
    tell("output", waiting);
    waiting = [];
    posts += 1;
  };
  const due = () => {
    const now = performance.now();
    if (now - since > WINDOW) [since, posts] = [now, 0];
    return posts < POSTS;
  };
  const put = (kind, data) => {
    const last = waiting.at(-1);
    if (last?.[0] === kind && kind === "text") last[1] += data;
    else if (last?.[0] === kind && kind === "progress") last[1] = data;
    else waiting.push([kind, data]);
    if (due()) flush();
  };
  return { put, flush, due };
};

// Python looks at element 0 of this while it runs: 2 means that somebody pressed Stop.
const interrupt = (look, out) => {
  let next = performance.now() + LOOK;
  let stop = false;
  return {
    get 0() {
      const now = performance.now();
      if (now >= next) {
        if (out.due()) out.flush();
        next = now + LOOK;
        stop ||= gone(look);
      }
      return stop ? 2 : 0;
    },
    // Python clears it after each look. A program that catches the interrupt and goes on is interrupted again later.
    set 0(value) {
      if (stop) next = performance.now() + 3 * LOOK;
      stop = false;
    },
  };
};

// Python cannot tell more than that it is no more.
const ENDED = "the program has ended it, or has filled its stack or its memory.";

// Whoever waits here shall ask another worker.
const elsewhere = () => {
  for (const [id, port] of waiting) port.postMessage({ id, kind: "done", data: { ok: false, again: true } });
  waiting.clear();
};

const run = async (port, { id, look, ...program }) => {
  if (!waiting.has(id)) return;
  if (over) return elsewhere();
  current = { id, port };
  const out = outlet();
  try {
    const codes = [...(program.before ?? []), program.code];
    guess(codes.join("\n")).catch(() => {});
    if (!python) tell("state", "loading");
    const runner = await ready();
    const modules = codes.flatMap((code) => JSON.parse(runner.needed(code)));
    await load(modules);
    // Stopped meanwhile, and told so.
    if (!waiting.delete(id)) return;
    for (const [path, text] of Object.entries(program.files ?? {})) python.FS.writeFile(`${HOME}/${path}`, text);
    // Where a policy forbids the look, only a worker that can be ended from outside may run a program.
    const looks = look && !gone(look);
    if (look && !looks && "onconnect" in self) return tell("done", { ok: false, blind: true });
    tell("state", "running");
    if (looks) python.setInterruptBuffer(interrupt(look, out));
    let result;
    try {
      result = runner.run(JSON.stringify(program), (kind, data) => out.put(kind, kind === "text" ? data : JSON.parse(data)));
    } finally {
      python.setInterruptBuffer(undefined);
    }
    out.flush();
    tell("done", JSON.parse(result));
  } catch (error) {
    out.flush();
    // Not an error of the program, but of Python or, before it runs, of the network. This worker is used no more.
    over = true;
    const words = String(error?.message ?? error).trim().split("\n").at(-1).replace(/^Pyodide already .*/, ENDED);
    tell("done", { ok: false, broken: true, unreached: waiting.delete(id), error: words });
  } finally {
    current = null;
  }
};

const listen = (port) => {
  port.onmessage = ({ data }) => {
    // What other pages have sent already is done first, if it comes to an end.
    if (data.kind === "close") {
      line.then(() => self.close());
      setTimeout(() => (elsewhere(), self.close()), GRACE);
    } else if (data.kind === "cancel") {
      // What has not had its turn is stopped at once. Loading cannot be stopped: the page leaves this worker.
      const early = waiting.delete(data.id) && current?.id !== data.id;
      if (early) port.postMessage({ id: data.id, kind: "done", data: { ok: false, stopped: true } });
    } else if (data.kind === "hello") {
      port.postMessage({ kind: "here" });
      ready().catch(() => {});
    } else if (data.kind === "run") {
      port.postMessage({ id: data.id, kind: "taken" });
      waiting.set(data.id, port);
      line = line.then(() => run(port, data)).catch(() => {});
    }
  };
};

if ("onconnect" in self) self.onconnect = ({ ports }) => listen(ports[0]);
else listen(self);
