"""A real HTTP server on loopback that answers by request number, as its script says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from http_server import Handler, http_server


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


class ScriptedService:
    """Serves while entered. `calls` are the requests that were read, in order."""

    def __init__(self, script: Script) -> None:
        self.calls: list[Call] = []
        self.connections = 0
        self.over = threading.Event()
        self._script: Iterator[Reply | Callable[[Call], Reply]] = iter(script)
        self._lock = threading.Lock()
        self._serving = http_server(type("Scripted", (_Handler,), {"service": self}))

    def __enter__(self) -> ScriptedService:
        self.endpoint = f"http://127.0.0.1:{self._serving.__enter__()}"
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self._serving.__exit__(None, None, None)

    def next_reply(self) -> Reply | Callable[[Call], Reply]:
        with self._lock:
            self.connections += 1
            return next(self._script, Reply(status=500))


class _Handler(Handler):
    service: ScriptedService

    def handle(self) -> None:
        self._planned = self.service.next_reply()
        if not (isinstance(self._planned, Reply) and self._planned.cut == "before"):
            super().handle()

    def do_POST(self) -> None:
        call = Call(self.path, dict(self.headers), self.body())
        self.service.calls.append(call)
        reply = self._planned if isinstance(self._planned, Reply) else self._planned(call)
        if reply.hang:
            self.service.over.wait(5)
        elif not reply.cut:
            self._date = reply.date
            json_type = {"Content-Type": "application/json"}
            self.respond(reply.body, reply.status, {**json_type, **reply.headers})

    do_GET = do_DELETE = do_POST

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self._date, usegmt=True)
