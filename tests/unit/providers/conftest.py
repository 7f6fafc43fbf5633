"""One request of the engine to one of the two providers, at a real service, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trtc_recorder.testing import RunningService
from trtc_webrecord.api.pacing import Clock
from unit.providers.engine_requests import DynamicProvider, EngineState, NativeProvider, Provider

HURRY = 20


@pytest.fixture
def engine_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineState:
    """What a provider reads with `pulumi stack export`."""
    state = EngineState(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return state


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a provider's waits take a twentieth of their time."""

    def clock(sleep: Callable[[float], None]) -> Clock:
        return Clock(
            monotonic=lambda: time.monotonic() * HURRY, sleep=lambda seconds: sleep(seconds / HURRY)
        )

    monkeypatch.setattr("trtc_webrecord.api.pacing.Clock", clock)
    monkeypatch.setattr("trtc_webrecord.native.provider.Clock", clock)


@pytest.fixture
def native(recorder: RunningService, engine_state: EngineState) -> Iterator[NativeProvider]:
    with NativeProvider(recorder.endpoint) as provider:
        yield provider


@pytest.fixture(params=["dynamic", "native"])
def provider(
    request: pytest.FixtureRequest,
    recorder: RunningService,
    engine_state: EngineState,
    capsys: pytest.CaptureFixture[str],
) -> Provider:
    """Each of the two, in turn."""
    if request.param == "dynamic":
        return DynamicProvider(recorder.endpoint, capsys)
    native: NativeProvider = request.getfixturevalue("native")
    return native
