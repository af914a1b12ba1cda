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

const asking = fetch(beside("manifest.json")).then((answer) => answer.json());
const parts = asking.then((manifest) => beside(manifest.parts));
const cancelled = new Set();
const loaded = new Set();
const listeners = new Set();
let current = null;
let python = null;
let line = Promise.resolve();

// A file of the parts: from the cache, or from the site and then into the cache. Without a cache it works as well.
const plainly = self.fetch.bind(self);
const cache = (async () => {
  try {
    const { digest } = await asking;
    const name = `run-${digest}`;
    for (const old of await caches.keys()) if (old.startsWith("run-") && old !== name) await caches.delete(old);
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
const fetchPart = async (address) => {
  const bytes = size(await asking, address);
  progress.of += bytes;
  const store = await cache;
  const kept = await store?.match(address).catch(() => null);
  if (kept) {
    came(bytes);
    return kept;
  }
  const answer = await plainly(address);
  if (!answer.ok) throw new Error(`${new URL(address).pathname} could not be loaded: ${answer.status}`);
  // Kept is whole; a full disk is no reason to stop.
  const keeping = store ? store.put(address, answer.clone()) : Promise.resolve();
  keeping.catch(() => {}).then(() => came(bytes));
  return answer;
};
// Pyodide asks for its own files through this too.
self.fetch = async (what, options) => {
  const address = beside(String(what?.url ?? what));
  if (!address.startsWith(await parts)) return plainly(what, options);
  const under = fetched.get(address) ?? fetchPart(address);
  fetched.delete(address);
  return under;
};
const ahead = (address) => {
  if (!fetched.has(address)) fetched.set(address, fetchPart(address));
  fetched.get(address).catch(() => {});
};

const tell = (kind, data) => {
  for (const each of current ? [current.port] : listeners) each.postMessage({ id: current?.id, kind, data });
};

const bytesOf = async (address) => (await fetch(address)).arrayBuffer();
const unpack = (bytes, folder) => python.unpackArchive(bytes, "zip", { extractDir: folder });

// Python alone, and our own sources. What the first program needs is under way at the same time.
const start = async () => {
  const manifest = await asking;
  const base = await parts;
  const { sources } = manifest;
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) ahead(beside(name, base));
  const [{ loadPyodide }] = await Promise.all([import(beside("pyodide.mjs", base)), import(beside("pyodide.asm.mjs", base))]);
  const ours = plainly(beside(sources.file)).then((answer) => answer.arrayBuffer());
  python = await loadPyodide({
    indexURL: base,
    stdLibURL: beside("python_stdlib.zip", base),
    // Whatever a program looks up by itself, it finds nothing outside this site.
    packageBaseUrl: base,
    env: { HOME: "/home/pyodide", PYTHONINSPECT: "" },
  });
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

const run = async (port, { id, look, ...program }) => {
  current = { id, port };
  const out = outlet();
  try {
    const codes = [...(program.before ?? []), program.code];
    guess(codes.join("\n")).catch(() => {});
    if (!python) tell("state", "loading");
    const runner = await ready();
    const modules = codes.flatMap((code) => JSON.parse(runner.needed(code)));
    await load(modules);
    if (cancelled.delete(id)) return tell("done", { ok: false, stopped: true });
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
    // Not an error of the program, but of Python or of the network. This worker is used no more.
    tell("done", { ok: false, broken: true, error: String(error?.message ?? error).trim().split("\n").at(-1) });
    starting = null;
  } finally {
    current = null;
  }
};

const listen = (port) => {
  listeners.add(port);
  port.onmessage = ({ data }) => {
    if (data.kind === "close") self.close();
    else if (data.kind === "cancel") cancelled.add(data.id);
    else if (data.kind === "hello") {
      port.postMessage({ kind: "here" });
      ready().catch(() => {});
    } else if (data.kind === "run") {
      port.postMessage({ id: data.id, kind: "taken" });
      line = line.then(() => run(port, data));
    }
  };
};

if ("onconnect" in self) self.onconnect = ({ ports }) => listen(ports[0]);
else listen(self);
