// The one script of a host page: <script src="https://care.example/messenger.js" data-site="KEY" async></script>
// It brings the element in as a module and offers window.Coterie, whose calls wait until the element is there.
(() => {
  const tag = document.currentScript;
  if (!tag || window.Coterie) return;
  const home = new URL("/messenger/code/__DIGEST__/", tag.src);
  const element = import(new URL("element.js", home).href).then(({ embed }) => embed(home, tag.dataset));
  const later = (verb) => (...words) => element.then((messenger) => messenger?.[verb](...words));
  window.Coterie = Object.freeze({
    open: later("open"),
    close: later("close"),
    identify: later("identify"),
    signOut: later("signOut"),
  });
  element.catch((error) => console.warn("Coterie messenger:", error.message));
})();
