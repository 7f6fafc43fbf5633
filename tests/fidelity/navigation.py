"""Pages that leave their document, or would close it, and what is recorded then."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from capture.certificate_authority import authority
from capture.recording_service import RecordingService
from fidelity.browser_ui import HELPERS, OTHER_PATHS, scripted
from fidelity.page_failures import BROKEN, BUSY, WRONG_LATER, fails, never_opens, once
from fidelity.scenario import Scenario, comes_back, kill_renderer, reloaded, scenarios, stop_after
from page_server import COLOUR, FLAT, Answer, Paths, Site, flat, served

STAYING = {
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


AFTER_A_CRASH = flat(f"""
{HELPERS}
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

    def record(self, service: RecordingService, task_id: str, site: Site) -> None:
        with TemporaryDirectory() as folder:
            server = authority(Path(folder), "localhost").server
            with served({"/": flat()}, server) as secure:
                self._port = secure.port
                reloaded(3)(service, task_id, site)


UNTRUSTED = Untrusted()

PAGES: dict[str, Paths] = {
    **{name: scripted(script) for name, script in STAYING.items()},
    "a refresh each second": {"/": Answer(REFRESHING)},
    "reloading with a style sheet that is slow": {"/": Answer(STYLED), "/style.css": STYLE},
    "moving on to a page that was to be prerendered, which calls": {
        "/": flat(PRERENDERED),
        "/next": flat("setInterval(() => { alert(1); print(); open('/other'); }, 200)"),
        **OTHER_PATHS,
    },
}
ELSEWHERE = once_at("http://localhost:PORT/away")
TO_BROKEN = flat("setTimeout(() => location = '/broken', 1500)").body
FAILING: dict[str, Paths] = {
    "a page that was to be prerendered, to an error": {
        "/": flat(PRERENDERED),
        "/next": once_at("/broken"),
        **BROKEN,
    },
    "another site, to an error": {"/": ELSEWHERE, "/away": once_at("/broken"), **BROKEN},
    "a page of its own browsing context group, to an error": {
        "/": once_at("/apart"),
        "/apart": Answer(TO_BROKEN, headers=ISOLATED),
        **BROKEN,
    },
    "a redirect loop": {
        "/": once_at("/loop"),
        "/loop": Answer(status=302, headers={"Location": "/loop"}),
    },
    "a port that is not allowed": {"/": once_at("http://127.0.0.1:6000/")},
}

SCENARIOS = [
    *scenarios("navigation", PAGES, stop_after(5)),
    *fails(FAILING),
    *fails({"another site, whose script hangs": {"/": ELSEWHERE, "/away": once("for (;;);")}}, 4),
    Scenario(
        WRONG_LATER,
        "a certificate that nobody trusts",
        UNTRUSTED.paths(),
        UNTRUSTED.record,
        comes_back,
    ),
    Scenario(
        WRONG_LATER,
        "a crash, then calls",
        {"/": AFTER_A_CRASH, **OTHER_PATHS},
        stop_after(2, kill_renderer(8)),
        comes_back,
        tolerated=2,  # of the browser's own notice, before the tab behind is in front
    ),
    Scenario(
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
    never_opens("a download", OTHER_PATHS["/attachment"], ": it is a download, no page"),
    never_opens(
        "an empty response",
        OTHER_PATHS["/nothing"],
        ": the response is empty (status 204), or a download",
    ),
]
