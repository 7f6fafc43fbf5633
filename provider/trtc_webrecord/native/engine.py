"""The engine's side of a request: whose it is, its messages, and when it is over."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2

from ..debug_log import engine_stub
from ..declaration.declaration import declared_name
from ..errors import Cancelled, WebRecordError
from ..output import print_line
from .properties import in_camel_case

LOG_TIMEOUT = 5.0
"""Seconds that the engine may take for a message."""


@dataclass(frozen=True)
class Operation:
    """A request of the engine.

    `is_wanted` returns whether the engine still waits for the response, `deadline` until when
    (monotonic seconds; None: no limit). `if_cancelled` is what an end before it means for the
    recording.
    """

    urn: str
    is_wanted: Callable[[], bool]
    deadline: float | None
    if_cancelled: str


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)


def with_grpc_status(method: Callable[..., Any]) -> Callable[..., Any]:
    """Answer an error of this package with its message; any other is a bug, with its traceback."""

    @wraps(method)
    def wrapper(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except WebRecordError as error:
            context.abort(grpc.StatusCode.UNKNOWN, in_camel_case(str(error)))
        except Exception as error:
            context.abort(grpc.StatusCode.INTERNAL, "".join(traceback.format_exception(error)))

    return wrapper


class Engine:
    """The engine that runs this plugin: its log, and its cancellation. Thread-safe."""

    def __init__(self, address: str) -> None:
        self._stub = engine_stub(address) if address else None
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End all waiting; nothing is begun after that."""
        self._cancelled.set()

    @contextmanager
    def serving(
        self, urn: str, context: grpc.ServicerContext, seconds: float, if_cancelled: str
    ) -> Iterator[None]:
        """Serve one operation, for `seconds` at most (`customTimeouts`; 0: no limit)."""
        deadline = time.monotonic() + seconds if seconds else None
        token = _current.set(Operation(urn, context.is_active, deadline, if_cancelled))
        try:
            self.pause(0)
            yield
        finally:
            _current.reset(token)

    def notify(self, message: str) -> None:
        """Show a message beside the resource that is being served.

        Never fails: what the engine does not take is printed on stderr, which Pulumi shows, too.
        """
        operation = _current.get()
        text = in_camel_case(message)
        if not self._stub:
            return
        try:
            request = engine_pb2.LogRequest(
                severity=engine_pb2.LogSeverity.INFO,
                message=text,
                urn=operation.urn if operation else "",
            )
            self._stub.Log(request, timeout=LOG_TIMEOUT)
        except (grpc.RpcError, ValueError):  # ValueError: half a character
            print_line(text, sys.stderr)

    def pause(self, seconds: float) -> None:
        """Sleep. Raises Cancelled once the operation is cancelled or its time is over."""
        operation = _current.get()
        deadline = operation.deadline if operation else None
        left = seconds if deadline is None else min(seconds, deadline - time.monotonic())
        if self._cancelled.wait(max(left, 0)):
            raise _cancellation(operation, "the run was cancelled")
        if deadline is not None and time.monotonic() >= deadline:
            raise _cancellation(operation, "the time that customTimeouts allows is over")
        if operation and not operation.is_wanted():
            raise _cancellation(operation, "the run of this request has ended")


def _cancellation(operation: Operation | None, why: str) -> Cancelled:
    if operation is None:
        return Cancelled(f"{why}. Nothing was started or stopped.", why)
    name = declared_name({"resource_urn": operation.urn})
    return Cancelled(f"recording {name!r}: {why}. {operation.if_cancelled}", why)
