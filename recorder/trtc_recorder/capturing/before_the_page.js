// Runs in every frame before the page's own scripts.
(() => {
  // The browser's own page about an error is never seen.
  if (location.protocol === "chrome-error:") {
    const hidden = new CSSStyleSheet();
    hidden.replaceSync(":root { background: #000 !important } body { display: none !important }");
    document.adoptedStyleSheets = [hidden];
    return;
  }

  // The way to the recorder. It is taken from the page, which could call it without end.
  const send = window.trtcRecorderSend;
  delete window.trtcRecorderSend;
  const MOST = 20; // messages of one kind from one document
  const sent = {};
  const tell = (kind, detail = "") => {
    sent[kind] = (sent[kind] ?? 0) + 1;
    if (sent[kind] <= MOST) send(kind, String(detail).slice(0, 200));
  };

  window.notifyReady = () => tell("ready");

  // Its dialog would cover the page.
  window.print = () => {};
})();
