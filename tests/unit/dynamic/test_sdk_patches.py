"""The SDK's server: more threads, errors as their message, and no work for an engine that is gone.

The real server is that of `tests/faults/test_sdk_versions.py`; here it is its parts.
"""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace

import pytest
from trtc_webrecord.api.pacing import WORKERS
from trtc_webrecord.dynamic.sdk_patches import pause, shorten_errors, widen_pool
from trtc_webrecord.errors import RecordingError


def runs_at_once(pool: ThreadPoolExecutor, calls: int) -> bool:
    """Whether the pool runs so many calls at the same time."""
    together = threading.Barrier(calls)
    futures = [pool.submit(together.wait, 0.5) for _ in range(calls)]
    return not any(future.exception() for future in futures)


@pytest.mark.parametrize(("threads", "then"), [(4, WORKERS), (WORKERS + 8, WORKERS + 8)])
def test_the_callers_pool_has_at_least_so_many_threads(threads: int, then: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        assert pool.submit(widen_pool, WORKERS).result() is True
        assert runs_at_once(pool, then)
        assert not runs_at_once(pool, then + 1)


def test_without_a_pool_around_the_caller_nothing_is_touched() -> None:
    assert widen_pool(WORKERS) is False
    with ThreadPoolExecutor(4) as bystander:
        assert not runs_at_once(bystander, 5)


def test_our_own_errors_are_their_message_and_defects_keep_their_traceback() -> None:
    server = ModuleType("server")
    server.traceback = traceback  # type: ignore[attr-defined]
    assert shorten_errors(server) is True
    try:
        raise RecordingError("what to do")
    except RecordingError:
        assert server.traceback.format_exc() == "what to do"
    try:
        raise ValueError("a defect")
    except ValueError:
        assert "Traceback" in server.traceback.format_exc()
        assert "ValueError: a defect" in server.traceback.format_exc()


def call(active: bool) -> SimpleNamespace:
    """The context of a call, as grpc gives it to the SDK's methods."""
    return SimpleNamespace(is_active=lambda: active)


def served(context: object) -> None:
    """Stands for the SDK's method, in whose frame the context is found by its name."""
    pause(0)


@pytest.mark.parametrize("context", [call(active=True), None, object()])
def test_work_goes_on_while_the_engine_waits_or_may_be_waiting(context: object) -> None:
    served(context)


def test_a_call_that_nobody_waits_for_ends_at_its_next_pause() -> None:
    with pytest.raises(RecordingError, match="has ended"):
        served(call(active=False))
