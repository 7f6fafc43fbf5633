"""Requests that never reach the service, so that they were certainly not executed."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import Any

import pytest
from trtc_webrecord.api import transport
from trtc_webrecord.errors import NotSent
from unit.api_bench import BODY, Bench
from unit.scripted_service import STARTED


@pytest.fixture
def closed() -> str:
    """A host and port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("call", ["start", "describe", "stop"])
def test_a_service_that_cannot_be_reached_is_tried_for_half_a_minute(
    api_bench: Bench, call: str, closed: str
) -> None:
    with pytest.raises(NotSent, match=closed):
        getattr(api_bench.api(f"http://{closed}"), call)(BODY if call == "start" else "task-1")
    assert 30 <= api_bench.time.now < 40


def test_a_start_is_repeated_until_the_service_comes_up(
    api_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_bench.serve(STARTED)
    connect = socket.socket.connect

    def not_up_yet(client: socket.socket, address: Any) -> None:
        if api_bench.time.now < 5:
            raise ConnectionRefusedError
        connect(client, address)

    monkeypatch.setattr(socket.socket, "connect", not_up_yet)
    assert api.start(BODY).task_id == "task-1"
    assert 5 <= api_bench.time.now < 20


def test_a_name_that_is_not_known_means_not_sent(
    api_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match="NameResolutionError"):
        api_bench.api("https://trtc.example.com").start(BODY)


def test_a_connect_that_takes_too_long_means_not_sent(
    api_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CONNECT_TIMEOUT", 0.01)
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        with pytest.raises(NotSent, match="ConnectTimeout"):
            api_bench.api(f"http://127.0.0.1:{full.getsockname()[1]}").start(BODY)
