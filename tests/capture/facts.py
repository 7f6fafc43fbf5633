"""A page that reports what it knows of the browser, from its frames and workers too.

Reports: `page itself` and each of `PLACES`, and of touch and screen.
"""

from __future__ import annotations

from page_server import Answer

FACTS = """
const facts = async () => {
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
    FACTS
    + """
if (self.DedicatedWorkerGlobalScope) facts().then(postMessage);
oninstall = () => skipWaiting();
onmessage = async (event) => event.source?.postMessage(await facts());
"""
)

PAGE = f"""
<!doctype html><meta name=viewport content="width=device-width"><body><script>
{FACTS}
const where = location.hostname === '127.0.0.1' ? 'page' : 'frame';
const send = (name, value) => fetch('http://127.0.0.1:PORT/report', {{
  method: 'POST', mode: 'no-cors', body: JSON.stringify([`${{where}} ${{name}}`, value])}});
const shown = (media) => matchMedia(media).matches;
(async () => {{
  send('itself', await facts());
  send('touch', [navigator.maxTouchPoints, shown('(pointer: coarse)'), shown('(hover: none)'),
    shown('(any-pointer: fine)'), 'ontouchstart' in window]);
  send('screen', [screen.width, screen.height, devicePixelRatio, screen.orientation.type]);
  new Worker('/worker.js').onmessage = (event) => send('worker', event.data);
  if (where === 'page') {{
    const frame = document.createElement('iframe');
    frame.src = 'http://localhost:PORT/page?framed';
    document.body.append(frame);
    navigator.serviceWorker.onmessage = (event) => send('service worker', event.data);
    await navigator.serviceWorker.register('/worker.js');
    const worker = (await navigator.serviceWorker.ready).active;
    setInterval(() => worker.postMessage('facts'), 300);
  }}
}})();
</script>
"""

PAGES = {"/page": Answer(PAGE), "/worker.js": Answer(WORKER, "text/javascript")}

PLACES = ("page worker", "page service worker", "frame itself", "frame worker")
