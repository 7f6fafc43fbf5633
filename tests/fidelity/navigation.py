"""Pages that leave their document, or would close it, and what they are in for then."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from capture.certificate_authority import authority
from capture.processes import busiest_renderer
from capture.studio import LocalStudio
from fidelity.browser_ui import CONCURRENT_DELAY, EVERYWHERE
from fidelity.page_failures import BROKEN, BUSY, by_itself, comes_back, ended_by, once, reloaded
from fidelity.scenario import Case, stop_after
from page_server import COLOUR, FLAT, Answer, Paths, Site, flat, served

STAYING = {
    "closing the window": """
        setInterval(() => { window.close(); open('', '_self').close(); top.close(); }, 300);""",
    "closing the window from a frame": """
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.style = 'display: none';
        setInterval(() => {
          frame.contentWindow.parent.close();
          frame.contentWindow.close();
          frame.contentWindow.close.call(window);
        }, 300);""",
    "going back": "setInterval(() => { history.back(); history.go(-3); }, 300);",
    "going back by the Navigation API": """
        setInterval(() => navigation.entries()[0] && navigation.traverseTo(
          navigation.entries()[0].key).committed.catch(() => 0), 300);""",
    "reloading again and again": "setTimeout(() => location.reload(), 700);",
    "reloading at once, again and again": "setTimeout(() => location.reload(), 30);",
    "a new hash, again and again": """
        let n = 0;
        setInterval(() => { location.hash = n++; history.pushState(0, '', `/${n}`); }, 10);""",
    "on and back again": """
        setTimeout(() => { location.search ? history.back() : location.search = 'next'; }, 700);""",
    "moving on to a blob": f"""
        const next = new Blob([`{FLAT}`], {{type: 'text/html'}});
        setTimeout(() => location = URL.createObjectURL(next), 700);""",
    "writing the document anew": f"""
        setTimeout(() => {{
          document.open();
          document.write(`{FLAT}`);
          document.close();
        }}, 700);""",
    "a host on a port that is not allowed, in a frame": """
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.style = 'display: none';
        frame.src = 'http://127.0.0.1:6000/';""",
}

REFRESHING = FLAT.replace("<body>", "<meta http-equiv=refresh content=1><body>")

STYLED = """<!doctype html><meta charset=utf-8><link rel=stylesheet href=/style.css><body>
<script>setTimeout(() => location.reload(), 1500)</script>"""
STYLE = Answer(f"html {{ background: #{COLOUR} }}", type="text/css", delay=0.4)

PRERENDERED = """
const rules = document.createElement('script');
rules.type = 'speculationrules';
rules.textContent = JSON.stringify({prerender: [{urls: ['/next'], eagerness: 'immediate'}]});
if (location.pathname === '/') {
  document.body.append(rules);
  setTimeout(() => location = '/next', 1500);
}
"""

HOPS = "<!doctype html><script>location.replace({!r})</script>"

ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin"}


def once_at(url: str) -> Answer:
    return once(f"location = '{url}'")


def crashes_then_calls(studio: LocalStudio, task_id: str, site: Site) -> None:
    studio.await_start(task_id)
    time.sleep(2)
    os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
    time.sleep(8)
    studio.stop(task_id)


AFTER_A_CRASH = flat(f"""
{EVERYWHERE}
{BUSY};
if (!document.cookie) document.cookie = 'seen=1';
else {{
  setInterval(() => {{
    alert(1); confirm(2); print(); open('/other'); location = 'zoommtg:x'; window.close();
    if (!document.hasFocus() || document.hidden) document.body.style.background = 'red';
  }}, 400);
  await tried(() => document.documentElement.requestFullscreen());
  await tried(() => navigator.mediaDevices.getDisplayMedia());
}}""")


class Untrusted:
    """A server whose certificate nobody trusts, for as long as a recording lasts."""

    def __init__(self) -> None:
        self._port: int | None = None

    def paths(self) -> Paths:
        return {
            "/": once("fetch('/where').then((r) => r.text()).then((to) => location = to)"),
            "/where": lambda: Answer(f"https://localhost:{self._port}/"),
        }

    def live(self, studio: LocalStudio, task_id: str, site: Site) -> None:
        with TemporaryDirectory() as folder:
            server = authority(Path(folder), "localhost").server
            with served({"/": flat()}, server) as secure:
                self._port = secure.port
                reloaded(3)(studio, task_id, site)


UNTRUSTED = Untrusted()

CASES = [
    *(
        Case("leaving", name, {"/": flat(script), **CONCURRENT_DELAY}, stop_after(5))
        for name, script in STAYING.items()
    ),
    Case(
        "leaving",
        "closing the window from a frame of another site",
        {
            "/": flat(
                body="<iframe src='http://localhost:PORT/frame' style='display: none'></iframe>"
            ),
            "/frame": flat("setInterval(() => top.close(), 300);"),
        },
        stop_after(5),
    ),
    Case("leaving", "a refresh each second", {"/": Answer(REFRESHING)}, stop_after(5)),
    Case(
        "leaving",
        "reloading with a style sheet that is slow",
        {"/": Answer(STYLED), "/style.css": STYLE},
        stop_after(5),
    ),
    Case(
        "leaving",
        "moving on to a page that was to be prerendered, which calls",
        {
            "/": flat(PRERENDERED),
            "/next": flat("setInterval(() => { alert(1); print(); open('/other'); }, 200)"),
            **CONCURRENT_DELAY,
        },
        stop_after(5),
    ),
    Case(
        "goes wrong later",
        "a page that was to be prerendered, to an error",
        {"/": flat(PRERENDERED), "/next": once_at("/broken"), **BROKEN},
        reloaded(3),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "another site, to an error",
        {"/": once_at("http://localhost:PORT/away"), "/away": once_at("/broken"), **BROKEN},
        reloaded(3),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "another site, whose script hangs",
        {"/": once_at("http://localhost:PORT/away"), "/away": once("for (;;);")},
        reloaded(4),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "a page of its own browsing context group, to an error",
        {
            "/": once_at("/apart"),
            "/apart": Answer(
                flat("setTimeout(() => location = '/broken', 1500)").body, headers=ISOLATED
            ),
            **BROKEN,
        },
        reloaded(3),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "a redirect loop",
        {"/": once_at("/loop"), "/loop": Answer(status=302, headers={"Location": "/loop"})},
        reloaded(3),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "a port that is not allowed",
        {"/": once_at("http://127.0.0.1:6000/")},
        reloaded(3),
        comes_back,
    ),
    Case(
        "goes wrong later",
        "a certificate that nobody trusts",
        UNTRUSTED.paths(),
        UNTRUSTED.live,
        comes_back,
    ),
    Case(
        "goes wrong later",
        "a crash, then calls",
        {"/": AFTER_A_CRASH, **CONCURRENT_DELAY},
        crashes_then_calls,
        comes_back,
        tolerated=2,
    ),
    Case(
        "first frame",
        "four pages that pass on, slowly",
        {
            "/": Answer(HOPS.format("/a")),
            "/a": Answer(HOPS.format("/b"), delay=2),
            "/b": Answer(HOPS.format("/c"), delay=2),
            "/c": Answer(flat().body, delay=2),
        },
        stop_after(2),
    ),
    Case(
        "never opens",
        "a download",
        {"/": CONCURRENT_DELAY["/attachment"]},
        by_itself,
        ended_by("Goto url timeout: it is a download, no page"),
        ends="Goto url timeout",
    ),
    Case(
        "never opens",
        "an empty response",
        {"/": CONCURRENT_DELAY["/nothing"]},
        by_itself,
        ended_by("Goto url timeout: the response is empty (status 204), or a download"),
        ends="Goto url timeout",
    ),
]
