"""Pages to record: one that counts its frames and beeps, and such as cannot be recorded."""

from __future__ import annotations

from contextlib import AbstractContextManager

from page_server import Answer, Site, served

BITS = 24
BIT = 20
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
"""
"""Reports whether it reads files and the service, and tries to end recordings."""


def page(body: str, script: str = "") -> Answer:
    """A page with a module script."""
    html = f"<!doctype html><meta charset=utf-8><body>{body}"
    return Answer(f"{html}<script type=module>{script}</script>")


PAGES = {
    "/clock": Answer(CLOCK),
    "/covered": Answer(COVERED),
    "/viewport": Answer(VIEWPORT),
    "/hangs": Answer(delay=60),
    "/hanging-picture": page("here<img src=/hangs>"),
    "/500": Answer("<h1>No page</h1>", status=500),
    "/ready": page("ready", "setTimeout(() => notifyReady(), 300)"),
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
