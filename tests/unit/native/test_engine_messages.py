"""Messages to the engine: not through a proxy, and never the reason that an operation fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from trtc_webrecord.native import engine
from trtc_webrecord.native.engine import Engine
from unit.providers.engine_requests import EngineLog


@pytest.fixture
def log() -> Iterator[EngineLog]:
    with EngineLog() as engine_log:
        yield engine_log


@pytest.mark.parametrize("variable", ["grpc_proxy", "https_proxy", "http_proxy"])
def test_the_engine_is_not_reached_through_a_proxy(
    log: EngineLog, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for each in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(each, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        Engine(log.address).notify("adopted")
    assert log.messages() == "adopted"


def test_what_the_engine_does_not_take_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "LOG_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Engine(f"127.0.0.1:{silent.getsockname()[1]}").notify("adopt_task_id")
    assert capsys.readouterr().err == "adoptTaskId\n"


def test_a_message_with_half_a_character_is_printed(
    log: EngineLog, capsys: pytest.CaptureFixture[str]
) -> None:
    Engine(log.address).notify("adopted \ud83d")
    assert capsys.readouterr().err == "adopted \\ud83d\n"
