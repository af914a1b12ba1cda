// The index of the search is the largest file of the site, and the theme asks for it on every page, and for a worker.
// Here both wait until the reader turns to the search, by hand or by a link that carries a query.
{
  const index = "search/search_index.json";
  const worker = "/workers/search.";
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

  // What is said to a worker that waits is said to it once it is there.
  class Waiting extends EventTarget {
    constructor(address) {
      super();
      this.ready = turned.then(() => {
        const made = new Begun(address);
        for (const kind of ["message", "error"])
          made.addEventListener(kind, ({ data }) => this.dispatchEvent(new MessageEvent(kind, { data })));
        return made;
      });
    }

    postMessage(data) {
      this.ready.then((made) => made.postMessage(data));
    }

    terminate() {
      this.ready.then((made) => made.terminate());
    }
  }
  const Begun = window.Worker;
  window.Worker = new Proxy(Begun, {
    construct: (kind, [address, ...rest]) => (String(address).includes(worker) ? new Waiting(address) : new kind(address, ...rest)),
  });
}
