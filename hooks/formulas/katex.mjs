// Reads one JSON object a line, {tex, display}; answers with one a line, {html} or {error}.
import { createInterface } from "node:readline";
import katex from "katex";

const CLASSES = ["changed", "gradient", "label"];
// The parts of a line of the derivation that a reader holds are numbered: hooks/live/held_derivation.py.
const numbered = (attributes) =>
  Object.entries(attributes).every(([name, value]) => ["data-part", "data-term"].includes(name) && /^\d+$/.test(value));
const options = {
  // What people see, and MathML for those who listen.
  output: "htmlAndMathml",
  throwOnError: true,
  // Anything doubtful is an error, but for the one command that we need ourselves.
  strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
  // The only commands that may write HTML mark what has changed, what is the gradient or the label, and parts of a line.
  // (To return false would show the command in red letters and go on.)
  trust: (context) => {
    if (context.command === "\\htmlClass" && CLASSES.includes(context.class)) return true;
    if (context.command === "\\htmlData" && numbered(context.attributes)) return true;
    throw new Error(`${context.command} is not for formulas.`);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, { ...options, displayMode: display }) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
