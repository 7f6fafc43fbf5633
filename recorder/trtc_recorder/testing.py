"""The service for tests: in this process or as the real command, with the same methods."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time as system_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .control_client import Recorder
from .http import Server, endpoint, listen
from .service import Service
from .settings import Settings
from .tasks.capture import Capture
from .tasks.uploads import Uploads

__all__ = [
    "SECRET_ID",
    "SECRET_KEY",
    "Recorder",
    "RunningCommand",
    "RunningService",
    "local_settings",
    "running_command",
    "running_service",
]

START_TIMEOUT = 20
"""Seconds for a service to start or to stop."""

SECRET_ID = "AKIDlocaltest"  # noqa: S105
SECRET_KEY = "local-test-secret-key"  # noqa: S105


def local_settings(**changes: Any) -> Settings:
    """SECRET_ID and SECRET_KEY, a free port, tasks in memory; `changes` are fields of Settings."""
    options = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "port": 0, "data": None}
    return Settings(**{**options, **changes})


class RunningService(Recorder):
    """A service in this process; `service` is the service itself."""

    def __init__(self, endpoint: str, service: Service) -> None:
        super().__init__(endpoint)
        self.service = service


@contextmanager
def running_service(
    settings: Settings | None = None,
    *,
    capture: Capture | None = None,
    uploads: Uploads | None = None,
    time: Callable[[], float] = system_time.time,
) -> Iterator[RunningService]:
    """A service on a thread of this process, with `local_settings()` by default.

    `time` returns Unix seconds; the service's clock is based on it.
    """
    settings = settings or local_settings()
    ready = threading.Event()
    with (
        listen(settings.host, settings.port) as listener,
        Service(settings, capture=capture, uploads=uploads, time=time) as service,
    ):
        server = Server(service, listener, ready.set)
        thread = threading.Thread(target=server.run, name="trtc-recorder", daemon=True)
        thread.start()
        try:
            if not ready.wait(START_TIMEOUT):
                raise RuntimeError("the service did not start")
            yield RunningService(endpoint(listener), service)
        finally:
            server.should_exit = True
            thread.join(START_TIMEOUT)


class RunningCommand(Recorder):
    """The command in a process of its own; its log is in the file `log`."""

    def __init__(self, endpoint: str, process: subprocess.Popen[str], log: Path) -> None:
        super().__init__(endpoint)
        self.process = process
        self.log = log

    def kill(self) -> None:
        """SIGKILL: without a clean shutdown."""
        self.process.kill()
        self.process.wait(START_TIMEOUT)

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(START_TIMEOUT)


@contextmanager
def running_command(log: Path, *options: str, **environment: str) -> Iterator[RunningCommand]:
    """`trtc-recorder OPTIONS` as a process; it is terminated at the end of the block.

    `log` gets its stderr. By default it listens on a free port and records no page. Its
    environment is the current one, with SECRET_ID, SECRET_KEY and `environment` added.
    """
    keys = {
        "TRTC_RECORDER_SECRET_ID": SECRET_ID,
        "TRTC_RECORDER_SECRET_KEY": SECRET_KEY,
        "TRTC_RECORDER_CAPTURE": "off",
    }
    command = [sys.executable, "-m", "trtc_recorder", "--port", "0", *options]
    with (
        log.open("a") as stderr,
        subprocess.Popen(  # noqa: S603
            command,
            env={**os.environ, **keys, **environment},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101
            line = process.stdout.readline()
            if " listening on " not in line:
                raise RuntimeError(f"trtc-recorder did not start: {log.read_text()}")
            yield RunningCommand(line.split()[-1], process, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(START_TIMEOUT)
