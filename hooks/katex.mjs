// Reads one JSON object a line, {tex, display}; answers with one a line, {html} or {error}.
import { createInterface } from "node:readline";
import katex from "katex";

const CLASSES = ["changed", "gradient", "label"];
const options = {
  // What people see, and MathML for those who listen.
  output: "htmlAndMathml",
  throwOnError: true,
  // Anything doubtful is an error, but for the one command that we need ourselves.
  strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
  // The only command that may write HTML marks what has changed, and what is the gradient or the label.
  // (To return false would show the command in red letters and go on.)
  trust: (context) => {
    if (context.command === "\\htmlClass" && CLASSES.includes(context.class)) return true;
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
