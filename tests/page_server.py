"""A server of pages on loopback; it keeps the requests and what pages report."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from http_server import Handler, http_server

REPORT = "/report"

COLOUR = "00aa00"
"""The colour of a page on which every other pixel is foreign."""

FLAT = (
    "<!doctype html><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width'>"
    f"<style>html{{background:#{COLOUR}}}</style><body>"
)


@dataclass(frozen=True)
class Answer:
    """A response, `delay` seconds after the request; `type` is its media type."""

    body: str = ""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0


Paths = Mapping[str, Answer | Callable[[], Answer]]
"""The response of each path, or a function that returns it."""


def flat(script: str = "", body: str = "") -> Answer:
    """A page of one colour with a module script."""
    return Answer(f"{FLAT}{body}<script type=module>{script}</script>")


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]


@dataclass
class Site:
    """A running server; `reports` are the JSON values that pages posted to `/report`."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Its URL. Under the name `localhost` it is another site."""
        return f"http://127.0.0.1:{self.port}"

    def headers(self, path: str) -> Mapping[str, str]:
        """Those of the first request for a path, with names in lower case."""
        return next(asked.headers for asked in self.asked if asked.path == path)

    def report(self, name: str) -> Any:
        """The second part of the report `[name, …]`; None if there is none yet."""
        return next((value for first, value in self.reports if first == name), None)


@contextmanager
def served(
    paths: Paths, certificate: tuple[Path, Path] | None = None, port: int = 0
) -> Iterator[Site]:
    """Serve on a port of loopback, with TLS if there is a certificate (and its key).

    `PORT` in a body or a header is the server's port. The response of any other path is 404.
    """
    over, site = threading.Event(), Site(0)

    class PageHandler(Handler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append(Asked(self.path, headers))
            answer = paths.get(self.path.partition("?")[0], Answer(status=404))
            self._send(answer if isinstance(answer, Answer) else answer())

        def do_POST(self) -> None:
            body = self.body()
            if self.path == REPORT:
                site.reports.append(json.loads(body))
            self._send(Answer())

        def _send(self, answer: Answer) -> None:
            over.wait(answer.delay)
            body = answer.body.replace("PORT", str(site.port)).encode()
            headers = {k: v.replace("PORT", str(site.port)) for k, v in answer.headers.items()}
            self.respond(body, answer.status, {"Content-Type": answer.type, **headers})

    with http_server(PageHandler, certificate, port) as site.port:
        try:
            yield site
        finally:
            over.set()
