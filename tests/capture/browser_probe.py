"""A page that reports what it knows of its browser, from its frames and workers too.

Reports: `page itself` and each of `CONTEXTS`, and of touch, screen and viewport.
"""

from __future__ import annotations

from page_server import Answer

BROWSER = """
const browser = async () => {
  const data = navigator.userAgentData;
  const hints = ['fullVersionList', 'model', 'platformVersion', 'formFactors'];
  return {
    agent: navigator.userAgent,
    platform: navigator.platform,
    languages: navigator.languages.join(),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    data: data && {brands: data.brands, mobile: data.mobile, platform: data.platform},
    more: data && await data.getHighEntropyValues(hints),
  };
};
"""

WORKER = (
    BROWSER
    + """
if (self.DedicatedWorkerGlobalScope) browser().then(postMessage);
oninstall = () => skipWaiting();
onmessage = async (event) => event.source?.postMessage(await browser());
"""
)

PAGE = f"""
<!doctype html><meta name=viewport content="width=device-width"><body><script>
{BROWSER}
const where = location.hostname === '127.0.0.1' ? 'page' : 'frame';
const send = (name, value) => fetch('http://127.0.0.1:PORT/report', {{
  method: 'POST', mode: 'no-cors', body: JSON.stringify([`${{where}} ${{name}}`, value])}});
const shown = (media) => matchMedia(media).matches;
(async () => {{
  send('itself', await browser());
  send('touch', [navigator.maxTouchPoints, shown('(pointer: coarse)'), shown('(hover: none)'),
    shown('(any-pointer: fine)'), 'ontouchstart' in window]);
  send('viewport', [innerWidth, innerHeight]);
  send('samples a second', new AudioContext().sampleRate);
  send('screen', [screen.width, screen.height, devicePixelRatio, screen.orientation.type]);
  new Worker('/worker.js').onmessage = (event) => send('worker', event.data);
  if (where === 'page') {{
    const frame = document.createElement('iframe');
    frame.src = 'http://localhost:PORT/page?framed';
    document.body.append(frame);
    navigator.serviceWorker.onmessage = (event) => send('service worker', event.data);
    await navigator.serviceWorker.register('/worker.js');
    const worker = (await navigator.serviceWorker.ready).active;
    setInterval(() => worker.postMessage('browser'), 300);
  }}
}})();
</script>
"""

PAGES = {"/page": Answer(PAGE), "/worker.js": Answer(WORKER, "text/javascript")}

CONTEXTS = ("page worker", "page service worker", "frame itself", "frame worker")
