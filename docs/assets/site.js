// The theme makes a landmark of each copy button, all without names. Whoever listens to a page can tell them apart.
let count = 0;
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.classList?.contains("md-code__nav")) node.setAttribute("aria-label", `Code ${(count += 1)}`);
}).observe(document.body, { childList: true, subtree: true });
