"""The SDK's server: more threads, errors as their message, and no work for an engine that is gone.

The real server is that of `tests/faults/test_sdk_versions.py`; here it is its parts.
"""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from trtc_webrecord.api.pacing import WORKERS
from trtc_webrecord.dynamic.sdk_patches import pause, shorten_errors, widen_pool
from trtc_webrecord.errors import RecordingError


def most_together(pool: ThreadPoolExecutor, calls: int) -> int:
    """How many of so many calls, each waiting for the others, the pool has under way at once."""
    arrived = threading.Semaphore(0)
    leave = threading.Event()

    def call() -> None:
        arrived.release()
        leave.wait(10)

    futures = [pool.submit(call) for _ in range(calls)]
    together = 0
    while together < calls and arrived.acquire(timeout=0.5):
        together += 1
    leave.set()
    for future in futures:
        future.result()
    return together


@pytest.mark.parametrize(("threads", "then"), [(4, WORKERS), (WORKERS + 8, WORKERS + 8)])
def test_the_pool_that_runs_the_caller_has_at_least_so_many_threads(
    threads: int, then: int
) -> None:
    with ThreadPoolExecutor(threads) as pool:
        assert pool.submit(widen_pool, WORKERS).result() is True
        assert most_together(pool, WORKERS + 8) == then


def test_without_a_pool_around_the_caller_nothing_is_touched() -> None:
    assert widen_pool(WORKERS) is False
    with ThreadPoolExecutor(4) as bystander:
        assert most_together(bystander, 5) == 4


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


class Call:
    """The context of a call, as grpc gives it to the SDK's methods."""

    def __init__(self, active: bool) -> None:
        self._active = active

    def is_active(self) -> bool:
        return self._active


def served(context: object) -> None:
    """Stands for the SDK's method, in whose frame the context is found by its name."""
    pause(0)


@pytest.mark.parametrize("context", [Call(active=True), None, object()])
def test_work_goes_on_while_the_engine_waits_or_where_the_sdk_tells_nothing_of_it(
    context: object,
) -> None:
    served(context)


def test_a_call_that_nobody_waits_for_ends_at_its_next_pause() -> None:
    with pytest.raises(RecordingError, match="has ended"):
        served(Call(active=False))
