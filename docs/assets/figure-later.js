// A large figure is fetched when the reader turns to it, by pointer, finger or keyboard. Its picture is there before.
// What the reader does in the meantime is done once it has come.
for (const figure of document.querySelectorAll("[data-later]")) {
  const waiting = [];
  let fetched;
  const load = (source) =>
    new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed }));
    });
  const again = ({ target, type, key, value, checked }) => {
    if (type === "keydown") target.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }));
    else if (type === "click") target.dispatchEvent(new MouseEvent(type, { bubbles: true }));
    else {
      Object.assign(target, { value, checked });
      target.dispatchEvent(new Event(type, { bubbles: true }));
    }
  };
  const turned = (event) => {
    const { target, type, key } = event;
    if (type === "input") waiting.push({ target, type, value: target.value, checked: target.checked });
    if (type === "click" && target.closest("button, [data-term]")) waiting.push({ target, type });
    if (type === "keydown" && target.matches("[tabindex]") && key.startsWith("Arrow")) {
      event.preventDefault();
      waiting.push({ target, type, key });
    }
    fetched ??= figure.dataset.later
      .split(" ")
      .reduce((before, source) => before.then(() => load(source)), Promise.resolve())
      .then(() => {
        for (const kind of KINDS) figure.removeEventListener(kind, turned);
        waiting.forEach(again);
      });
  };
  const KINDS = ["pointerover", "pointerdown", "focusin", "input", "click", "keydown"];
  for (const kind of KINDS) figure.addEventListener(kind, turned);
  for (const fields of figure.querySelectorAll("fieldset")) fields.disabled = false;
}
