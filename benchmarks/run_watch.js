// Press something, and say after how many milliseconds each mark stood in the page or in a frame of it.
// `press` is a selector that is clicked, or nothing: then the clock starts with the next key that is pressed.
({ press, marks }) =>
  new Promise((resolve, reject) => {
    const after = {};
    const watched = new Set();
    let began = null;
    const look = (text) => {
      if (began === null || !text) return;
      for (const mark of marks) if (!(mark in after) && text.includes(mark)) after[mark] = performance.now() - began;
      if (marks.every((mark) => mark in after)) {
        clearInterval(searching);
        resolve(after);
      }
    };
    // Only what is new counts: the answer to an earlier press may still stand there.
    const watch = (root) => {
      if (watched.has(root)) return;
      watched.add(root);
      new MutationObserver((records) => {
        for (const { type, target, addedNodes } of records)
          if (type === "characterData") look(target.data);
          else for (const node of addedNodes) look(node.textContent);
      }).observe(root, { childList: true, characterData: true, subtree: true });
      root.addEventListener?.("keydown", () => (began ??= performance.now()), true);
    };
    const search = () => {
      for (const { contentDocument } of document.querySelectorAll("iframe"))
        if (contentDocument && !watched.has(contentDocument)) {
          watch(contentDocument);
          if (press) look(contentDocument.body?.textContent);
        }
    };
    const searching = setInterval(search, 5);
    const texts = () => [document, ...watched].map((root) => root.body?.textContent.slice(-500)).join("\n");
    setTimeout(() => reject(new Error(`Only ${JSON.stringify(after)} of ${marks}:\n${texts()}`)), 180_000);
    watch(document);
    search();
    if (press) {
      began = performance.now();
      document.querySelector(press).click();
    }
  })
