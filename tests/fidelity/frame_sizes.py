"""Every pixel of the page at every size, and from the first frame on."""

from __future__ import annotations

from typing import Any

from fidelity.scenario import Scenario, scenarios, stop_after
from page_server import COLOUR, Answer, Paths, flat

SIZES = ((1280, 720), (1920, 1080), (640, 360), (320, 240), (854, 480), (1000, 1000), (333, 201))


def size(width: int, height: int) -> dict[str, Any]:
    return {"WebRecordVideoParams": {"Width": width, "Height": height, "Format": "mp4"}}


def phone(device: int, orientation: int) -> dict[str, Any]:
    params = {"MobileDeviceType": device, "ScreenOrientation": orientation}
    return {"EmulateMobileParams": params}


HOVER = f"""<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>
<style>
html {{ background: #{COLOUR}; overflow: hidden }}
html:hover {{ background: red }}
iframe {{ position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }}
</style>
<body title="a tooltip" onmouseover="document.body.style.background = 'red'"
  onpointermove="document.body.style.background = 'red'">"""
"""Red once a pointer is on it."""

UNHOVERED: Paths = {
    "/": Answer(f"{HOVER}<iframe src=http://localhost:PORT/framed></iframe>"),
    "/framed": Answer(HOVER),
}

LATE_PAINT = f"""<!doctype html><script>
const until = performance.now() + 2500;
while (performance.now() < until);
</script><body style="background: #{COLOUR}">"""

LATE_STYLE = "<!doctype html><link rel=stylesheet href=/style.css><body>"

REQUESTS = {
    **{f"{width}x{height}": size(width, height) for width, height in SIZES},
    "phone": phone(0, 0),
    "phone on its side": phone(0, 1),
    "tablet": phone(1, 0),
    "tablet on its side": phone(1, 1),
}
FIRST_FRAME: dict[str, Paths] = {
    "a script before the first paint": {"/": Answer(LATE_PAINT)},
    "a style sheet that comes late": {
        "/": Answer(LATE_STYLE),
        "/style.css": Answer(f"html {{ background: #{COLOUR} }}", "text/css", delay=2),
    },
    "a slow first byte": {"/": Answer(flat().body, delay=4)},
}

SCENARIOS = [
    *(
        Scenario("size", name, UNHOVERED, stop_after(1), request=request)
        for name, request in REQUESTS.items()
    ),
    Scenario("pointer", "hover, tooltip, movement", UNHOVERED, stop_after(4)),
    *scenarios("first frame", FIRST_FRAME, stop_after(1)),
]
