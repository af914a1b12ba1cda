// The index of the search is the largest file of the site, and the theme asks for it on every page.
// Here it waits until the reader turns to the search, by hand or by a link that carries a query.
{
  const index = "search/search_index.json";
  const turned = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    for (const kind of ["focusin", "pointerdown"])
      document.addEventListener(kind, ({ target }) => {
        if (target.closest?.("[data-md-component=search], [for=__search]")) resolve();
      });
  });
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    this.waits = String(address).endsWith(index);
    open.call(this, method, address, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.waits) turned.then(() => send.apply(this, body));
    else send.apply(this, body);
  };
}
