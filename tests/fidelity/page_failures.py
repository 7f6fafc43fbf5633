"""Pages that go wrong later: what is seen meanwhile, and whether they are shown again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from capture.processes import busiest_renderer
from capture.studio import LocalStudio
from fidelity.frames import BLACK, WHITE, foreign_frames, last_frames_are_the_pages
from fidelity.scenario import Case, Seen
from page_server import Answer, Site, flat
from trtc_recorder.browser.options import CaptureOptions
from waiting import until

ONCE = "if (!document.cookie) {{ document.cookie = 'seen=1'; setTimeout(() => {{ {} }}, 1500); }}"
"""What a page does once, 1.5 s after it was opened for the first time."""


BUSY = "setInterval(() => { const t = performance.now(); while (performance.now() < t + 20); }, 50)"
"""Makes a page's process known by its work."""


def once(script: str) -> Answer:
    return flat(ONCE.format(script))


def reloaded(after: float, wait: float = 60) -> Callable[[LocalStudio, str, Site], None]:
    """Record until the page was reloaded, and so many seconds more."""

    def live(studio: LocalStudio, task_id: str, site: Site) -> None:
        studio.await_start(task_id)
        until(lambda: (803, 1) in studio.callbacks.types(task_id), wait)
        time.sleep(after)
        studio.stop(task_id)

    return live


def comes_back(studio: LocalStudio, task_id: str, site: Site) -> Seen:
    """Nothing but the page, or black or white while it was wrong; and the page in the end."""
    (file,) = studio.files(task_id)
    wrong = "" if last_frames_are_the_pages(file) else "it is not shown again"
    return Seen(*foreign_frames(file, BLACK, WHITE), wrong)


def down_for(seconds: float) -> Callable[[], Answer]:
    """A page whose server fails for so many seconds from the second request on."""
    begun: list[float] = []

    def answer() -> Answer:
        begun.append(time.monotonic())
        if len(begun) == 1:
            return flat("setTimeout(() => location.reload(), 1500);")
        down = time.monotonic() - begun[1] < seconds
        return Answer("", status=503) if down else flat()

    return answer


def crashes(studio: LocalStudio, task_id: str, site: Site) -> None:
    """Kill the page's own process after a while."""
    studio.await_start(task_id)
    time.sleep(2)
    os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
    time.sleep(5)
    studio.stop(task_id)


def stays(seconds: float) -> Callable[[LocalStudio, str, Site], None]:
    """Record for so long, in which the page must not be reloaded."""

    def live(studio: LocalStudio, task_id: str, site: Site) -> None:
        studio.await_start(task_id)
        time.sleep(seconds)
        assert (803, 1) not in studio.callbacks.types(task_id), "it was reloaded"
        studio.stop(task_id)

    return live


def ended_by(reason: str) -> Callable[[LocalStudio, str, Site], Seen]:
    """It ended by itself for this reason."""

    def judge(studio: LocalStudio, task_id: str, site: Site) -> Seen:
        ended = studio.task(task_id).end_reason
        return Seen(0, 0, "" if reason in ended else f"it ended: {ended}")

    return judge


def by_itself(studio: LocalStudio, task_id: str, site: Site) -> None:
    """Wait for the recording's own end."""


BROKEN = {"/broken": Answer("", status=500), "/gone": Answer("", status=404)}

CASES = [
    *(
        Case("goes wrong later", name, {"/": once(script), **BROKEN}, reloaded(3), comes_back)
        for name, script in {
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
        }.items()
    ),
    Case(
        "goes wrong later",
        "a server that is down for a while",
        {"/": down_for(5)},
        reloaded(12),
        comes_back,
    ),
    Case(
        "goes wrong later", "a script that hangs", {"/": once("for (;;);")}, reloaded(4), comes_back
    ),
    Case(
        "stays as it is",
        "a link to a page that takes 26 s to answer",
        {"/": once("location = '/slow'"), "/slow": Answer(flat().body, delay=26)},
        stays(31),
    ),
    Case(
        "stays as it is",
        "a page that is busy for 8 s",
        {"/": once("const until = performance.now() + 8000; while (performance.now() < until);")},
        stays(12),
    ),
    Case(
        "never opens",
        "a script that hangs while the page is loaded",
        {"/": Answer("<!doctype html><script>for (;;);</script>")},
        by_itself,
        ended_by("Goto url timeout: the page's script does not return"),
        ends="Goto url timeout",
        options=CaptureOptions(opening_timeout=4),
    ),
    Case(
        "goes wrong later",
        "a crash",
        {"/": flat(BUSY)},
        crashes,
        comes_back,
        tolerated=2,  # of the browser's own notice, before the tab behind is in front
    ),
]
