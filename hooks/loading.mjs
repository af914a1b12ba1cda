// Style sheets without the rules that can apply to nothing of a site. Given: the site, and the sheets. Said: their texts.
import { globSync, readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [site, ...sheets] = process.argv.slice(2);
const [theme, ours] = [true, false].map((of) =>
  globSync(`${site}/assets/**/*.js`).filter((name) => name.includes("/javascripts/") === of),
);
// The theme's scripts know of much that only other sites have; what they make by themselves begins like this.
const made = theme.flatMap((name) => readFileSync(name, "utf8").match(/\b(?:data-)?md-[\w-]+/g) ?? []);
const thinned = await new PurgeCSS().purge({
  content: [...globSync(`${site}/**/*.html`), ...ours, { raw: made.join(" "), extension: "html" }],
  css: sheets.map((name) => ({ raw: readFileSync(`${site}/${name}`, "utf8") })),
  // Marks that come and go while a page is read.
  safelist: ["js", "tooltip"],
  // While the colours change, these stop every transition of everything. Only that of the header is asked for.
  blocklist: [/data-md-color-switching/],
});
console.log(JSON.stringify(thinned.map((one) => one.css)));
