"""The process in which Pulumi's SDK serves the provider: more threads, errors without tracebacks,
no work for an engine that is gone, and a way to tell the user something.

The SDK offers no setting for the first three, so this reaches into what it runs. Where the SDK
looks different, nothing is touched: the provider then works as slowly, or tells as much, as the SDK
does.
"""

from __future__ import annotations

import inspect
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING

from .errors import RecordingError, WebRecordError

if TYPE_CHECKING:
    from .configuration import ProviderConfig
    from .recording.recordings import Recordings

WORKERS = 32
"""Calls served at once. At a round trip of 0.3 s, 6 keep up with the API's 20 starts a second; the
rest is for calls that wait for a young task or a slow stop."""


def widen_pool(workers: int = WORKERS) -> bool:
    """Let the thread pool that runs the caller have more threads; whether there was one to widen.

    The SDK's server has 4. A pool's worker holds a reference to its pool on its own stack.
    """
    frame = inspect.currentframe()
    while frame is not None:
        reference = frame.f_locals.get("executor_reference")
        if callable(reference) and isinstance(pool := reference(), ThreadPoolExecutor):
            pool._max_workers = max(pool._max_workers, workers)
            return True
        frame = frame.f_back
    return False


def pause(seconds: float) -> None:
    """Sleep. Raises RecordingError where nobody waits for the answer to the SDK's call any more.

    The process outlives an engine that is killed. Without this it would go on repeating a start
    whose recording no state would ever name.
    """
    time.sleep(seconds)
    frame = inspect.currentframe()
    while frame is not None:
        is_active = getattr(frame.f_locals.get("context"), "is_active", None)
        if callable(is_active):
            if not is_active():
                raise RecordingError("the run that this was done for has ended")
            return
        frame = frame.f_back


def shorten_errors(server: ModuleType | None = None) -> bool:
    """Have the SDK's server print our errors as their message alone; whether it prints tracebacks.

    SDK 3.272 and later answer an exception with `traceback.format_exc()`, older ones with its
    message. Any other exception is a defect, and keeps its traceback.
    """
    server = server or sys.modules["__main__"]
    if getattr(server, "traceback", None) is not traceback:
        return False
    server.traceback = _Short()  # type: ignore[attr-defined]
    return True


def say(message: str) -> None:
    """Tell the user: what a provider prints shows in `pulumi up`."""
    print(message, flush=True)  # noqa: T201


def recordings_of_this_process(config: ProviderConfig) -> Recordings:
    """What this process's run remembers, for every provider with this configuration.

    The SDK makes a provider for each pickle of its class that the state holds, and an upgrade of
    Python pickles otherwise: what one of them starts, another may be asked to delete.
    """
    for known, recordings in _of_this_process:
        if known == config:
            return recordings
    from .api.pacing import Clock
    from .stack_state import read_stack_state

    recordings = config.recordings(Clock(sleep=pause), say, read_stack_state)
    _of_this_process.append((config, recordings))
    return recordings


_of_this_process: list[tuple[ProviderConfig, Recordings]] = []


class _Short:
    @staticmethod
    def format_exc() -> str:
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, WebRecordError) else traceback.format_exc()
