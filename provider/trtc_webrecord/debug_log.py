"""The log of the API's requests, which `pulumi up --debug` shows."""

from __future__ import annotations

import logging
from contextlib import suppress

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

TIMEOUT = 5.0
"""Seconds that the engine may take for a record; nothing waits for it."""


def engine_stub(address: str) -> engine_pb2_grpc.EngineStub:
    """The engine, which is on this host: never through a proxy of the environment."""
    return engine_pb2_grpc.EngineStub(
        grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
    )


def send_debug_log(address: str) -> None:
    """Send this package's log to the engine of this process."""
    logger = logging.getLogger(__package__)
    if not logger.handlers:
        logger.addHandler(_EngineHandler(address))
        logger.setLevel(logging.DEBUG)


class _EngineHandler(logging.Handler):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._engine = engine_stub(address)

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(ValueError):  # half a character
            request = engine_pb2.LogRequest(
                severity=engine_pb2.LogSeverity.DEBUG, message=self.format(record)
            )
            self._engine.Log.future(request, timeout=TIMEOUT)
