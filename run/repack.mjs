// node repack.mjs PYODIDE FOLDER WHEEL...: all that Python imports, compiled by Pyodide's own Python.
// Makes FOLDER/python_stdlib.zip, and FOLDER/NAME.zip of each wheel.
// Compiling takes the reader's browser seconds at each start; unpacking takes a moment. Asserts stay.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, folder, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")).href);
const python = await loadPyodide({
  // A line's number is enough in a traceback; the columns would be a quarter of the byte code.
  env: { PYTHONNODEBUGRANGES: "1", PYTHONWARNINGS: "ignore" },
});
python.runPython(readFileSync(join(import.meta.dirname, "repack.py"), "utf8"));
const repack = python.globals.get("repack");
const library = python.runPython("next(place for place in __import__('sys').path if place.endswith('.zip'))");
const packages = python.runPython("__import__('sysconfig').get_path('purelib').replace('//', '/')");

// numpy.ma is made from the docstrings of numpy. Nothing else needs its own.
const MANUAL = "numpy";

function make(archive, name, place) {
  const data = python.globals.get("bytes")(python.toPy(new Uint8Array(readFileSync(archive))));
  const made = repack(data, place, name === `${MANUAL}.zip`);
  writeFileSync(join(folder, name), made.toJs());
  made.destroy();
}

make(join(pyodideFolder, "python_stdlib.zip"), "python_stdlib.zip", library);
for (const wheel of wheels) make(wheel, `${basename(wheel).split("-")[0]}.zip`, packages);
