// node browser_python.mjs PARTS SOURCES SCRIPT ASKED: runs a Python script in the very Python that the site ships, with the
// packages and the sources as the browser unpacks them. The script finds the text of the file ASKED in `asked`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [parts, sources, script, asked] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(parts, "pyodide.mjs")).href);
const python = await loadPyodide({ stdLibURL: join(parts, "python_stdlib.zip") });
const packages = python.runPython("__import__('sysconfig').get_path('purelib')");
const unpack = (path, folder) =>
  python.unpackArchive(new Uint8Array(readFileSync(path)), "zip", { extractDir: folder });
for (const name of ["numpy", "mpmath", "sympy", "lark"]) unpack(join(parts, `${name}.zip`), packages);
const home = "/home/pyodide/one-over-n";
python.FS.mkdirTree(home);
unpack(sources, home);
python.runPython(`import os, sys; os.chdir("${home}"); sys.path.insert(0, "${home}")`);
python.globals.set("asked", readFileSync(asked, "utf8"));
await python.runPythonAsync(readFileSync(script, "utf8"));
