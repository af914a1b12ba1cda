// A session in the console is copied without its prompts, and without what it printed.
const typed = (session) => {
  let typing = false;
  const lines = session.split("\n").filter((line) => {
    typing = line.startsWith(">>>") || (typing && line.startsWith("..."));
    return typing;
  });
  return lines.map((line) => line.slice(4)).join("\n");
};

// The theme makes a landmark of each copy button, all without names. Whoever listens to a page can tell them apart.
let count = 0;
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.classList?.contains("md-code__nav")) {
        node.setAttribute("aria-label", `Code ${(count += 1)}`);
        // The theme copies what this attribute says, if there is one.
        const code = node.parentElement.querySelector("code");
        if (code.textContent.startsWith(">>>")) code.dataset.copy = typed(code.textContent);
      }
}).observe(document.body, { childList: true, subtree: true });
