"""Pages to record, from a server of the tests' own: good ones, and every way to be a bad one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from http_server import Handler, http_server

BITS = 24
BIT = 40
"""Pixels of a bit's width and height in the strip on top of the page."""

BEEP_EVERY = 2.0
"""Seconds between two beeps, each 0.2 s long, and the flashes that go with them."""

CLOCK = f"""
<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width">
<style>body{{margin:0;background:#135;overflow:hidden}}canvas{{display:block}}</style>
<canvas id=strip width={BITS * BIT} height={2 * BIT}></canvas>
<script>
const page = document.getElementById('strip').getContext('2d');
let number = 0;
const sound = new AudioContext(), tone = new OscillatorNode(sound), volume = new GainNode(sound);
volume.gain.value = 0;
tone.connect(volume).connect(sound.destination);
tone.start();
for (let beat = 1; beat < 300; beat++) {{
  volume.gain.setValueAtTime(0.8, beat * {BEEP_EVERY});
  volume.gain.setValueAtTime(0, beat * {BEEP_EVERY} + 0.2);
}}
function draw() {{
  number += 1;
  for (let bit = 0; bit < {BITS}; bit++) {{
    page.fillStyle = number >> bit & 1 ? '#fff' : '#000';
    page.fillRect(bit * {BIT}, 0, {BIT}, {BIT});
  }}
  const beat = sound.currentTime % {BEEP_EVERY};
  page.fillStyle = sound.currentTime > 1 && beat < 0.2 ? '#fff' : '#000';
  page.fillRect(0, {BIT}, {BITS * BIT}, {BIT});
  requestAnimationFrame(draw);
}}
draw();
</script>
"""
"""A strip that counts the painted frames in binary, and below it a flash at each beep."""

COVERED = """
<!doctype html><style>body{margin:0;background:#0a0}</style>
<script>window.open('/clock'); alert('look'); print();</script>
"""
"""A green page that opens all that could cover it."""

REPORT = """
<!doctype html><meta name=viewport content="width=device-width"><body>
<script>
fetch('/report?' + [innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints,
  / Mobile /.test(navigator.userAgent)].join());
</script>
"""

SCRIPTS = {
    "/ready": "setTimeout(() => notifyReady(), 300)",
    "/never-ready": "",
    "/ready-when-reloaded": "if (document.cookie) notifyReady(); document.cookie = 'seen=1'",
    "/intruder": """
        const service = new URL(location).searchParams.get('service');
        const tried = ['file:///etc/hostname', service + '/control/tasks',
          service + '/recordings.json', service + '/recordings/'];
        for (const url of tried) {
          const told = await fetch(url).then(response => response.status, () => 'refused');
          await fetch(`/report?${told}`);
        }
        const post = {method: 'POST', mode: 'no-cors'};
        await fetch(service + '/control/reset', post).catch(() => 0);
        await fetch(service + '/recordings/x/end', post).catch(() => 0);
        location = 'file:///etc/hostname';
        setTimeout(() => fetch(`/report?${location.protocol}`), 500);
    """,
    "/flood": "setInterval(() => { for (let i = 0; i < 500; i++) notifyReady(); }, 2)",
}

STATUSES = {"/404": 404, "/500": 500, "/favicon.ico": 404}


@dataclass
class Pages:
    """A running server of pages; `asked` are the paths that it was asked for, in order.

    `more`: the bodies of further pages, by path.
    """

    address: str
    asked: list[str] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)

    def reports(self) -> list[list[str]]:
        """What the pages reported."""
        marked = [path.partition("?")[2] for path in self.asked if path.startswith("/report")]
        return [words.split(",") for words in marked]


@contextmanager
def served_pages() -> Iterator[Pages]:
    """Serve the pages on a free port of this machine."""
    over, pages = threading.Event(), Pages("")

    class PageHandler(Handler):
        def do_GET(self) -> None:
            pages.asked.append(self.path)
            path = self.path.partition("?")[0]
            if path == "/hangs":
                over.wait(60)
                return
            if path == "/hanging-picture":
                self._answer(200, "<body>here<img src=/hangs>")
                return
            if path in STATUSES:
                self._answer(STATUSES[path], "<h1>No page</h1>")
                return
            self._answer(200, self._page(path))

        def _page(self, path: str) -> str:
            if path in SCRIPTS:
                return f"<!doctype html><body>{path}<script type=module>{SCRIPTS[path]}</script>"
            if path in pages.more:
                return f"<!doctype html><meta charset=utf-8><body>{pages.more[path]}"
            return {"/clock": CLOCK, "/viewport": REPORT, "/covered": COVERED}.get(
                path, "<!doctype html><body>hello"
            )

        def _answer(self, status: int, page: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

    with http_server(PageHandler) as port:
        pages.address = f"http://127.0.0.1:{port}"
        try:
            yield pages
        finally:
            over.set()
