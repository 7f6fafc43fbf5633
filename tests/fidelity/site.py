"""A site for one page of the table: its paths, each with an answer, on a free port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COLOUR = "00aa00"
"""The colour of a page on which every other pixel is foreign."""

FLAT = (
    "<!doctype html><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width'>"
    f"<style>html{{background:#{COLOUR}}}</style><body>"
)


@dataclass(frozen=True)
class Answer:
    """What the server answers on a path, `delay` seconds after the request."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0


Paths = Mapping[str, Answer | Callable[[Mapping[str, str]], Answer]]
"""Each path's answer, or what makes it of the request's headers (names in lower case)."""


def flat(script: str = "", body: str = "") -> Answer:
    """A page of one colour with a module script."""
    return Answer(f"{FLAT}{body}<script type=module>{script}</script>")


@dataclass
class Site:
    """A running site; `asked` are the paths that were requested, in order."""

    address: str
    asked: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> str:
        """The same site under another host name, so that its frames are cross-site."""
        return self.address.replace("127.0.0.1", "localhost")


@contextmanager
def served(paths: Paths) -> Iterator[Site]:
    """Serve the paths; others are 404. `{site}` and `{elsewhere}` in a body are the addresses."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.asked.append(self.path)
            answer = paths.get(path, Answer(status=404))
            if not isinstance(answer, Answer):
                answer = answer({name.lower(): value for name, value in self.headers.items()})
            over.wait(answer.delay)
            body = answer.body.replace("{site}", site.address)
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                self.send_header(name, value.replace("{site}", site.address))
            self.end_headers()
            self.wfile.write(body.replace("{elsewhere}", site.elsewhere).encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
