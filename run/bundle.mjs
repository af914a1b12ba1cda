// node bundle.mjs FOLDER: the scripts of Run, each with what it imports, into FOLDER. Says what they contain.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const here = import.meta.dirname;
// page.js is no module: a module does not start on a page that was opened from disk, and this one has to say so.
const entries = { page: "iife", client: "esm", worker: "esm", editor: "esm" };
const packages = new Set();

for (const [name, format] of Object.entries(entries)) {
  const { metafile } = await build({
    entryPoints: [join(here, `${name}.js`)],
    outfile: join(folder, `${name}.js`),
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "eof",
    metafile: true,
    logLevel: "error",
  });
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
}

// Each licence stands beside what is under it.
const texts = [...packages].sort().map((name) => {
  const place = join(here, "..", "node_modules", name);
  const file = readdirSync(place).find((one) => /^licen[cs]e/i.test(one));
  return `${name}\n\n${file ? readFileSync(join(place, file), "utf8") : "No licence file."}`;
});
writeFileSync(join(folder, "licences.txt"), texts.join("\n\n"));
