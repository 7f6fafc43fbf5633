"""Pages to record: one that counts its frames and beeps, and such as cannot be recorded."""

from __future__ import annotations

from contextlib import AbstractContextManager

from fidelity.flash_and_beep import CLOCKED, PAGE
from page_server import Answer, Site, served

BITS = 24
BIT = 20
"""Pixels of a bit's width and height in the strip on top of the page."""

FLASH = f"crop={BITS * BIT}:{BIT}:0:{BIT}"
"""ffmpeg's filter for the part of the strip that flashes."""

CLOCK = f"""{PAGE}{CLOCKED}volume.connect(sound.destination);
document.body.style.background = '#135';
const canvas = document.body.appendChild(document.createElement('canvas'));
canvas.width = {BITS * BIT};
canvas.height = {2 * BIT};
canvas.style = 'width: auto; height: auto';
const strip = canvas.getContext('2d');
let number = 0;
const draw = () => {{
  number += 1;
  for (let bit = 0; bit < {BITS}; bit++) {{
    strip.fillStyle = number >> bit & 1 ? '#fff' : '#000';
    strip.fillRect(bit * {BIT}, 0, {BIT}, {BIT});
  }}
  strip.fillStyle = lit() ? '#fff' : '#000';
  strip.fillRect(0, {BIT}, {BITS * BIT}, {BIT});
  requestAnimationFrame(draw);
}};
draw();
</script>"""
"""A strip that counts the painted frames in binary, and below it a flash at each beep."""

VIEWPORT = """
<!doctype html><meta name=viewport content="width=device-width"><body>
<script>
fetch('/report', {method: 'POST', body: JSON.stringify([location.search, [innerWidth, innerHeight,
  devicePixelRatio, navigator.maxTouchPoints, / Mobile /.test(navigator.userAgent)]])});
</script>
"""

INTRUDER = """
const service = new URL(location).searchParams.get('service');
const post = (url, body) => fetch(url, {method: 'POST', mode: 'no-cors', body}).catch(() => 0);
const report = (value) => post('/report', JSON.stringify(['intruder', value]));
for (const url of ['file:///etc/hostname', service + '/control/tasks',
    service + '/recordings.json', service + '/recordings/'])
  await report(await fetch(url).then((response) => response.status, () => 'rejected'));
await post(service + '/control/reset');
await post(service + '/recordings/x/end');
location = 'file:///etc/hostname';
setTimeout(() => report(location.protocol), 500);
setTimeout(() => location = service + '/recordings/', 3000);
"""
"""Reports whether it reads files and the service, tries to end recordings, moves to the viewer."""


def page(body: str, script: str = "") -> Answer:
    """A page with a module script."""
    html = f"<!doctype html><meta charset=utf-8><body>{body}"
    return Answer(f"{html}<script type=module>{script}</script>")


PAGES = {
    "/clock": Answer(CLOCK),
    "/viewport": Answer(VIEWPORT),
    "/hangs": Answer(delay=60),
    "/500": Answer("<h1>No page</h1>", status=500),
    "/never-ready": page("never ready"),
    "/ready-when-reloaded": page(
        "cookie", "if (document.cookie) notifyReady(); document.cookie = 'seen=1'"
    ),
    "/intruder": page("intruder", INTRUDER),
    "/flood": page(
        "flood", "setInterval(() => { for (let i = 0; i < 500; i++) notifyReady(); }, 2)"
    ),
}


def served_pages() -> AbstractContextManager[Site]:
    """Serve the pages on a free port of this machine."""
    return served(PAGES)
