// The editor: CodeMirror, with the colours of the page, in a shadow root of its own.
// There it adopts its style sheets, as the page's policy asks: style elements are not allowed.

import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name) => `var(--md-code-hl-${name}-color)`;
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.self, tags.null, tags.bool], color: colour("keyword") },
  { tag: [tags.number], color: colour("number") },
  { tag: [tags.string, tags.special(tags.string)], color: colour("string") },
  { tag: [tags.comment], color: colour("comment") },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: colour("function") },
  { tag: [tags.operator, tags.derefOperator], color: colour("operator") },
  { tag: [tags.punctuation, tags.bracket], color: colour("punctuation") },
  { tag: [tags.meta], color: colour("special") },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--md-code-fg-color)" },
  "&.cm-focused": { outline: "2px solid var(--label)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", overflow: "auto" },
  ".cm-content": { padding: "var(--run-above) 0", caretColor: "var(--md-code-fg-color)" },
  ".cm-line": { padding: "0 1em 0 0.6em" },
  ".cm-cursor": { borderLeftColor: "var(--md-code-fg-color)", borderLeftWidth: "2px" },
  ".cm-gutters": { background: "none", border: "none", color: "var(--quiet)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.4em", padding: "0 0.4em 0 0" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--gradient) 28%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "none", outline: "1px solid var(--quiet)" },
  // Known by its bar, not by its tint alone.
  ".cm-failed": {
    background: "color-mix(in srgb, var(--failed) 14%, transparent)",
    boxShadow: "inset 3px 0 0 var(--failed)",
  },
});

const mark = StateEffect.define();
const failedLine = Decoration.line({ class: "cm-failed", attributes: { "aria-invalid": "true" } });
// The mark goes as soon as the reader changes anything: the error may be gone, too.
const marked = StateField.define({
  create: () => Decoration.none,
  update: (marks, change) => {
    for (const effect of change.effects)
      if (effect.is(mark)) {
        const { lines } = change.state.doc;
        const known = effect.value >= 1 && effect.value <= lines;
        return known ? Decoration.set([failedLine.range(change.state.doc.line(effect.value).from)]) : Decoration.none;
      }
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// Put an editor into an element. `run` and `changed` are called for the keys and for each change.
export const edit = (host, { code, label, run, changed }) => {
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: code,
      extensions: [
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        python(),
        syntaxHighlighting(COLOURS),
        THEME,
        marked,
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-description": "Control and Enter runs the code. Escape, then Tab, leaves the editor.",
        }),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
        keymap.of([
          { key: "Mod-Enter", run: () => (run(), true) },
          { key: "Escape", run: temporarilySetTabFocusMode },
          indentWithTab,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  const all = (text) => ({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  return {
    get code() {
      return view.state.doc.toString();
    },
    set code(text) {
      view.dispatch(all(text));
    },
    // Line 0 takes the mark away.
    mark: (line) => view.dispatch({ effects: mark.of(line) }),
    show: (line) => {
      const place = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines)).from;
      view.dispatch({ effects: EditorView.scrollIntoView(place, { y: "start" }) });
    },
    go: (line) => {
      const place = view.state.doc.line(Math.min(line, view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: place }, scrollIntoView: true });
      view.focus();
    },
  };
};
