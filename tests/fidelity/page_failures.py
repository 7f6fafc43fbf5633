"""Pages that go wrong later: what is seen meanwhile, and whether they are shown again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from fidelity.scenario import (
    Scenario,
    by_itself,
    comes_back,
    ended_by,
    kill_renderer,
    reloaded,
    scenarios,
    stays,
)
from page_server import Answer, Paths, flat
from trtc_recorder.browser.options import CaptureOptions

WRONG_LATER = "goes wrong later"

BUSY = "setInterval(() => { const t = performance.now(); while (performance.now() < t + 20); }, 50)"
"""Makes a page's process known by its work."""

BROKEN = {"/broken": Answer(status=500), "/gone": Answer(status=404)}


def once(script: str) -> Answer:
    """A page that runs a script 1.5 s after it was opened for the first time."""
    later = f"setTimeout(() => {{ {script} }}, 1500)"
    return flat(f"if (!document.cookie) {{ document.cookie = 'seen=1'; {later}; }}")


def down_for(seconds: float) -> Callable[[], Answer]:
    """A page whose server fails for so many seconds from the second request on."""
    begun: list[float] = []

    def answer() -> Answer:
        begun.append(time.monotonic())
        if len(begun) == 1:
            return flat("setTimeout(() => location.reload(), 1500);")
        down = time.monotonic() - begun[1] < seconds
        return Answer(status=503) if down else flat()

    return answer


def fails(pages: dict[str, Paths], after: float = 3) -> list[Scenario]:
    """Pages that are loaded once more, and recorded for so many seconds then."""
    return scenarios(WRONG_LATER, pages, reloaded(after), comes_back)


def never_opens(
    name: str, answer: Answer, why: str, options: CaptureOptions | None = None
) -> Scenario:
    ended = f"Goto url timeout{why}"
    scenario = Scenario("never opens", name, {"/": answer}, by_itself, ended_by(ended), ended)
    return replace(scenario, options=options) if options else scenario


SCRIPTS = {
    "a link to an error of the server": "location = '/broken'",
    "a link to nothing": "location = '/gone'",
    "a server that refuses": "location = 'http://127.0.0.1:9/'",
    "a host without an address": "location = 'http://nowhere.invalid/'",
    "a server without TLS": "location = 'https://' + location.host",
    "a refresh into a dead server": """
        const meta = document.createElement('meta');
        meta.httpEquiv = 'refresh';
        meta.content = '0; url=http://127.0.0.1:9/';
        document.head.append(meta);""",
}
SPELLINGS = {
    "no slash before the fragment": "http://127.0.0.1:{port}#/class/7",
    "a host in upper case": "http://LOCALHOST:{port}/#/class/7",
    "a host in another script": "http://bücher.localhost:{port}/#/class/7",
    "a path in another script": "http://127.0.0.1:{port}/会/../#/class/7",
}
"""Addresses with a fragment, for whose page a second navigation would load nothing."""

HANGING = "<!doctype html><script>for (;;);</script>"

SCENARIOS = [
    *fails({name: {"/": once(script), **BROKEN} for name, script in SCRIPTS.items()}),
    *fails({"a server that is down for a while": {"/": down_for(5)}}, after=12),
    *(
        replace(fails({f"an address with {name}": {"/": down_for(3)}}, after=8)[0], url=url)
        for name, url in SPELLINGS.items()
    ),
    *fails({"a script that hangs": {"/": once("for (;;);")}}, after=4),
    Scenario(
        "stays as it is",
        "a link to a page that takes 26 s to answer",
        {"/": once("location = '/slow'"), "/slow": Answer(flat().body, delay=26)},
        stays(31),
    ),
    Scenario(
        "stays as it is",
        "a page that is busy for 8 s",
        {"/": once("const until = performance.now() + 8000; while (performance.now() < until);")},
        stays(12),
    ),
    Scenario(
        "stays as it is",
        "a page with a frame of another site that crashes",
        {
            "/": flat(
                body="<iframe src='http://localhost:PORT/busy' style='display: none'></iframe>"
            ),
            "/busy": Answer("<script>for (;;);</script>"),
        },
        stays(2, kill_renderer(4)),
    ),
    never_opens(
        "a page that does not answer",
        Answer(delay=30),
        ": no answer within 3 s",
        CaptureOptions(opening_timeout=3),
    ),
    never_opens(
        "a script that hangs while the page is loaded",
        Answer(HANGING),
        ": the page's script does not return",
        CaptureOptions(opening_timeout=4),
    ),
]
