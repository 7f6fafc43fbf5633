"""The provider process of Pulumi's SDK: more threads, errors without tracebacks, cancellation once
the engine has exited, and messages to the user.

The SDK has no settings for the first three, so this patches its server. If an SDK version differs,
nothing is patched: the provider then has the SDK's number of threads and its tracebacks.
"""

from __future__ import annotations

import inspect
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Cancelled, WebRecordError
from ..output import print_line

if TYPE_CHECKING:
    import grpc

    from ..configuration import ProviderConfig
    from ..recording.outcome import MayRun, Running
    from ..recording.recordings import Recordings


def widen_pool(workers: int) -> bool:
    """Raise the size of the thread pool that runs the caller; whether one was found.

    The SDK's server has 4 threads. The stack of a pool's thread has a reference to its pool.
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
    """Sleep. Raises Cancelled if the engine's gRPC request is no longer active.

    This process outlives a killed engine. Without this check it would keep retrying a start whose
    recording would be in no state.
    """
    time.sleep(seconds)
    call = _grpc_call()
    if call and not call.context.is_active():
        why = "the Pulumi run that made this request has ended"
        raise Cancelled(why, why)


def store_partial_state(unfinished: Running | MayRun) -> None:
    """Have the engine store the resource of a create that fails, with its inputs and outputs."""
    call = _grpc_call()
    if call is None:
        return
    from google.protobuf.struct_pb2 import Struct

    from ..partial_state import add_partial_state

    inputs = call.request.properties
    properties = Struct()
    properties.CopyFrom(inputs)
    properties.update(unfinished.outputs)
    add_partial_state(call.context, unfinished.id, properties, inputs, unfinished.problem)


class _Call(NamedTuple):
    """A request of the engine and its gRPC context."""

    request: Any
    context: grpc.ServicerContext


def _grpc_call() -> _Call | None:
    """The call of the SDK's servicer that this thread serves; None outside of one."""
    frame = inspect.currentframe()
    while frame is not None:
        context: Any = frame.f_locals.get("context")
        if callable(getattr(context, "is_active", None)):
            return _Call(frame.f_locals.get("request"), context)
        frame = frame.f_back
    return None


def shorten_errors(server: ModuleType | None = None) -> bool:
    """Show this package's errors without a traceback; whether the SDK shows tracebacks.

    SDK 3.272 and later report an exception with `traceback.format_exc()`, older ones with its
    message. Any other exception is a bug, and keeps its traceback.
    """
    server = server or sys.modules["__main__"]
    if getattr(server, "traceback", None) is not traceback:
        return False
    server.traceback = _ShortTraceback()  # type: ignore[attr-defined]
    return True


def notify(message: str) -> None:
    """Show the user a message: Pulumi displays what a provider prints."""
    print_line(message, sys.stdout)


def recordings_of_this_process(config: ProviderConfig) -> Recordings:
    """The run's recordings, shared by all provider instances with the same configuration.

    The SDK creates an instance for each distinct pickle of the class in the state, and another
    Python version pickles differently: one instance may have to delete what another has started.
    """
    for known, recordings in _of_this_process:
        if known == config:
            return recordings
    from ..api.pacing import Clock
    from ..provider_run import recordings_of_a_run
    from ..pulumi_cli.stack import read_stack_config, read_stack_state
    from ..recording.record_id_cache import memory

    recordings = recordings_of_a_run(
        config,
        Clock(sleep=pause),
        notify,
        read_stack_state,
        memory(),
        read_config=read_stack_config,
    )
    _of_this_process.append((config, recordings))
    return recordings


_of_this_process: list[tuple[ProviderConfig, Recordings]] = []


class _ShortTraceback:
    @staticmethod
    def format_exc() -> str:
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, WebRecordError) else traceback.format_exc()
