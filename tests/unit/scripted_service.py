"""A real HTTP server on loopback that answers by request number, as its script says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def action(self) -> str:
        return self.headers["X-TC-Action"]

    @property
    def body(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.raw)
        return read


@dataclass(frozen=True)
class Reply:
    """An answer. `cut` closes the connection instead: before or after reading the request."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    date: float | None = None
    cut: str = ""
    hang: bool = False


def ok(**fields: Any) -> Reply:
    """The API's own form of success."""
    return Reply(json.dumps({"Response": {"RequestId": "request-1", **fields}}).encode())


def error(code: str, message: str = "", *, date: float | None = None) -> Reply:
    """The API's own form of failure: HTTP 200 all the same."""
    answer = {"Error": {"Code": code, "Message": message}, "RequestId": "request-1"}
    return Reply(json.dumps({"Response": answer}).encode(), date=date)


STARTED = ok(TaskId="task-1")
NOT_THERE = error("FailedOperation.TaskNotExist")
CUT_UNREAD = Reply(cut="before")
CUT = Reply(cut="after")
HANG = Reply(hang=True)

Script = Iterable[Reply | Callable[[Call], Reply]]


class ScriptedService(ThreadingHTTPServer):
    """Serves while entered. `calls` are the requests that were read, in order."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[Call] = []
        self.connections = 0
        self.over = threading.Event()
        self._script: Iterator[Reply | Callable[[Call], Reply]] = iter(script)
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> ScriptedService:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def next_reply(self) -> Reply | Callable[[Call], Reply]:
        with self._lock:
            self.connections += 1
            return next(self._script, Reply(status=500))


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedService

    def handle(self) -> None:
        self._planned = self.server.next_reply()
        if not (isinstance(self._planned, Reply) and self._planned.cut == "before"):
            super().handle()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = Call(self.path, dict(self.headers), raw)
        self.server.calls.append(call)
        reply = self._planned if isinstance(self._planned, Reply) else self._planned(call)
        if reply.hang:
            self.server.over.wait(5)
        if reply.cut or reply.hang:
            return
        self._date = reply.date
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(reply.body))}
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_DELETE = do_POST

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self._date, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        pass
