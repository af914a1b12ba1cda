// node live_figures.mjs FOLDER: each figure of docs/figures as one script into FOLDER, and beside it stills.mjs,
// which says for {"name": …, "data": …} on a line what stands in the page before any script runs.
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const source = join(import.meta.dirname, "..", "..", "docs", "figures");
const names = readdirSync(source)
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => name.slice(0, -".mjs".length));
const options = { bundle: true, charset: "utf8", logLevel: "error", target: "es2022" };

// Not modules: a module does not start on a page that was opened from disk.
for (const name of names) {
  await build({ ...options, entryPoints: [join(source, `${name}.mjs`)], outfile: join(folder, `${name}.js`), format: "iife", minify: true });
}
const list = names.map((name, at) => `import f${at} from "./${name}.mjs";`).join("\n");
const contents = `${list}
import { readFileSync } from "node:fs";
import { still } from "./shared/figure.mjs";
const figures = Object.fromEntries([${names.map((_, at) => `f${at}`).join(", ")}].map((one) => [one.name, one]));
const asked = JSON.parse(readFileSync(0, "utf8"));
const stills = Object.entries(asked).map(([name, data]) => [name, still(figures[name], data)]);
process.stdout.write(JSON.stringify(Object.fromEntries(stills)));
`;
await build({
  ...options,
  stdin: { contents, resolveDir: source, sourcefile: "stills.mjs" },
  outfile: join(folder, "stills.mjs"),
  format: "esm",
  platform: "node",
});
