"""Messages to the engine: not through a proxy, and never the reason that an operation fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2_grpc
from trtc_webrecord.native import engine
from trtc_webrecord.native.engine import Engine


class Log(engine_pb2_grpc.EngineServicer):
    """The engine's log."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.messages.append(request.message)
        return Empty()


@pytest.fixture
def log() -> Iterator[tuple[Log, str]]:
    servicer = Log()
    server = grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield servicer, f"127.0.0.1:{port}"
    server.stop(None)


@pytest.mark.parametrize("variable", ["grpc_proxy", "https_proxy", "http_proxy"])
def test_the_engine_is_not_reached_through_a_proxy(
    log: tuple[Log, str], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for each in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(each, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        Engine(log[1]).notify("adopted")
    assert log[0].messages == ["adopted"]


def test_what_the_engine_does_not_take_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "LOG_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Engine(f"127.0.0.1:{silent.getsockname()[1]}").notify("adopt_task_id")
    assert capsys.readouterr().err == "adoptTaskId\n"


def test_a_message_with_half_a_character_is_printed(
    log: tuple[Log, str], capsys: pytest.CaptureFixture[str]
) -> None:
    Engine(log[1]).notify("adopted \ud83d")
    assert capsys.readouterr().err == "adopted \\ud83d\n"
