"""The service for tests: in this process, or as the real command, behind the same handle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time as system_time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .api.calls import Call
from .api.faults import FaultRule
from .http import Server, endpoint, listen
from .service import Service
from .settings import Settings, Switches
from .tasks.capture import Capture
from .tasks.events import MediaFile
from .tasks.store import Task

START_PATIENCE = 20
"""Seconds that a service gets to come up or to go down."""

SECRET_ID = "AKIDlocaltest"  # noqa: S105
SECRET_KEY = "local-test-secret-key"  # noqa: S105


def local_settings(**changes: Any) -> Settings:
    """SECRET_ID and SECRET_KEY, a free port, tasks in memory; and `changes`, named as Settings."""
    options = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "port": 0, "data": None}
    return Settings(**{**options, **changes})


class Recorder:
    """A running service, watched and moved through its control plane."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        """Its URL, such as `http://127.0.0.1:8790`."""

    def reset(self) -> None:
        """Make everything as it was on the first start: no tasks, no calls, no faults."""
        self._ask("POST", "reset")

    def tasks(self) -> list[Task]:
        """Every task there ever was, oldest first."""
        tasks = self._ask("GET", "tasks")["tasks"]
        return [Task(**{k: v for k, v in task.items() if k != "live"}) for task in tasks]

    def live_tasks(self) -> list[Task]:
        """The tasks that are recording now."""
        return [task for task in self.tasks() if task.live]

    def end(self, task_id: str, reason: str = "ended by itself") -> None:
        """Let a task end by itself, now."""
        self._ask("POST", f"tasks/{task_id}/end", {"reason": reason})

    def files(self, task_id: str) -> list[MediaFile] | None:
        """The files that a recording has come to; None as long as they are not finished."""
        files = self._ask("GET", f"tasks/{task_id}/files")["files"]
        return None if files is None else [MediaFile(**file) for file in files]

    def calls(self, action: str | None = None) -> list[Call]:
        """The latest calls, of one action or of all, oldest first."""
        calls = [Call(**call) for call in self._ask("GET", "calls")["recent"]]
        return [call for call in calls if action in (None, call.action)]

    def call_counts(self) -> dict[str, dict[str, int]]:
        """How often each action had each outcome."""
        counts: dict[str, dict[str, int]] = self._ask("GET", "calls")["counts"]
        return counts

    def held_calls(self) -> int:
        """How many calls a fault holds right now: those that `hang`, before or after they ran."""
        return int(self._ask("GET", "calls")["held"])

    def reset_calls(self) -> None:
        """Forget the calls and their counts."""
        self._ask("DELETE", "calls")

    def inject(self, *rules: FaultRule, **rule: Any) -> None:
        """Put fault rules in force: `inject(action="StopWebRecord", what="cut")`."""
        given = [*rules, FaultRule(**rule)] if rule else rules
        self._ask("POST", "faults", {"rules": [r.model_dump() for r in given]})

    def faults(self) -> list[dict[str, Any]]:
        """The rules in force, each with how often it `matched` a call and `struck`."""
        rules: list[dict[str, Any]] = self._ask("GET", "faults")["rules"]
        return rules

    def clear_faults(self) -> None:
        """Take all fault rules out of force."""
        self._ask("DELETE", "faults")

    def settings(self) -> Switches:
        """The switches as they are."""
        return Switches(**self._ask("GET", "settings"))

    def switch(self, **changes: Any) -> None:
        """Change switches: `switch(visible_after=0, requests_per_second=0)`."""
        self._ask("PATCH", "settings", changes)

    def now(self) -> float:
        """Unix seconds by the service's clock."""
        return float(self._ask("GET", "clock")["now"])

    def advance(self, seconds: float) -> None:
        """Put the service's clock forward."""
        self._ask("POST", "clock", {"advance": seconds})

    def accept(
        self,
        secret_id: str,
        secret_key: str,
        *,
        token: str | None = None,
        expires_in: float | None = None,
    ) -> None:
        """Accept a further key pair; a temporary one has a token and `expires_in` seconds left."""
        given = {"secret_id": secret_id, "secret_key": secret_key}
        self._ask("POST", "credentials", {**given, "token": token, "expires_in": expires_in})

    def revoke(self, secret_id: str) -> None:
        """Accept this SecretId no more."""
        self._ask("DELETE", f"credentials/{secret_id}")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{self.endpoint}/control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=START_PATIENCE) as response:
                raw = response.read()
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(f"{method} {path}: {error.read().decode()}") from None
        return json.loads(raw) if raw else None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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
    time: Callable[[], float] = system_time.time,
) -> Iterator[RunningService]:
    """A service on a thread of this process, with `local_settings()` unless told otherwise.

    `time` tells Unix seconds; the service's clock stands on it.
    """
    settings = settings or local_settings()
    ready = threading.Event()
    with (
        listen(settings.host, settings.port) as listener,
        Service(settings, capture=capture, time=time) as service,
    ):
        server = Server(service, listener, ready.set)
        thread = threading.Thread(target=server.run, name="trtc-recorder", daemon=True)
        thread.start()
        try:
            if not ready.wait(START_PATIENCE):
                raise RuntimeError("the service does not come up")
            yield RunningService(endpoint(listener), service)
        finally:
            server.should_exit = True
            thread.join(START_PATIENCE)


class RunningCommand(Recorder):
    """The command in a process of its own; its log is in the file `log`."""

    def __init__(self, endpoint: str, process: subprocess.Popen[str], log: Path) -> None:
        super().__init__(endpoint)
        self.process = process
        self.log = log

    def kill(self) -> None:
        """SIGKILL: it gets no chance to tidy up."""
        self.process.kill()
        self.process.wait(START_PATIENCE)

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(START_PATIENCE)


@contextmanager
def running_command(log: Path, *options: str, **environment: str) -> Iterator[RunningCommand]:
    """`trtc-recorder OPTIONS` as a process; ended with the block, if it still runs.

    `log` gets its stderr. It listens on a free port and records no page unless told otherwise, and
    its environment is this one with SECRET_ID and SECRET_KEY and then `environment` added.
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
            said = process.stdout.readline()
            if " listening on " not in said:
                raise RuntimeError(f"trtc-recorder did not come up: {log.read_text()}")
            yield RunningCommand(said.split()[-1], process, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(START_PATIENCE)
