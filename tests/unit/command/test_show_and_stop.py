"""`trtc-webrecord show` and `stop`, at a real service, on the state of a stack."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, RunningService
from trtc_webrecord.api.pacing import Clock
from trtc_webrecord.command.main import main
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.provider_run import recordings_of_a_run
from trtc_webrecord.recording.recordings import Recordings
from trtc_webrecord.recording.state import StackState
from trtc_webrecord.recording.watching import Watch
from unit.account import unstored
from unit.declared import PROPS, declaration
from unit.providers.engine_requests import DynamicProvider, EngineState

HURRIED = Clock(monotonic=lambda: time.monotonic() * 20, sleep=lambda s: time.sleep(s / 20))
APP = str(PROPS["sdk_app_id"])


class StackFolder:
    """A folder with a selected stack, whose recordings are at the service."""

    def __init__(
        self, folder: Path, recorder: RunningService, capsys: pytest.CaptureFixture[str]
    ) -> None:
        keys = {"endpoint": recorder.endpoint, "secretId": SECRET_ID, "secretKey": SECRET_KEY}
        self._engine, self._capsys = EngineState(folder), capsys
        self._engine.configure(**keys)
        config = ProviderConfig.from_stack({f"trtc:{key}": value for key, value in keys.items()})
        self.recordings: Recordings = recordings_of_a_run(
            config, Clock(), print, lambda _: StackState()
        )
        self._held: list[dict[str, Any]] = []

    def has(self, name: str, modified: str = "", **changes: Any) -> str:
        """Start a recording, with these changes in the state; returns its TaskId."""
        urn = f"urn:pulumi:prod::web-recordings::{DynamicProvider.TYPE}::{name}"
        props = {**PROPS, "resource_urn": urn}
        started = self.recordings.start(declaration(resource_urn=urn), unstored)
        state = {**props, **started, **changes}
        entry = {"urn": urn, "type": DynamicProvider.TYPE, "id": state["task_id"]}
        self._held.append({**entry, "inputs": {}, "outputs": state, "modified": modified})
        self._engine.hold(*self._held)
        return str(state["task_id"])

    def runs(self, *words: str) -> tuple[int, str]:
        """A command's exit code and what it prints, blanks as one."""
        with pytest.raises(SystemExit) as exit_:
            main(words)
        printed = "".join(reversed(self._capsys.readouterr()))
        assert SECRET_KEY not in printed
        return int(str(exit_.value.code)), "\n".join(
            " ".join(line.split()) for line in printed.splitlines()
        )


@pytest.fixture
def stack(
    tmp_path: Path,
    recorder: RunningService,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> StackFolder:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("trtc_webrecord.command.stack.Clock", lambda: HURRIED)
    return StackFolder(tmp_path, recorder, capsys)


FILES = "recordings-1250000000"
SINCE, UNTIL = "2026-11-29T10:00:00+00:00", "2026-11-29T11:00:00+00:00"


def test_the_table_has_the_status_now_and_an_error_for_what_is_not_known(
    stack: StackFolder, recorder: RunningService
) -> None:
    assert stack.runs("show") == (0, "no recordings in the state")
    stack.has("adopted", record_id=None)
    run = {"started_at": SINCE, "ended_at": UNTIL}
    recorder.end(stack.has("yard", status="ended", max_duration_limit=3600, **run))
    code, table = stack.runs("show")
    assert (code, f"yard ended as planned before {UNTIL} {UNTIL}" in table) == (0, True)
    lobby = stack.has("lobby", started_at=SINCE, max_duration_limit=3600)
    hall = stack.has("hall", "2026-11-29T12:00:00.123Z", status="ended", started_at=SINCE)
    shop = stack.has("shop", started_at=None)
    for ended in (hall, shop):
        recorder.end(ended)
    code, table = stack.runs("show")
    row = f"lobby recording {SINCE} {UNTIL} {FILES}/{lobby}/"
    assert (code, row in table) == (1, True)
    assert "hall ended early before 2026-11-29T12:00:00+00:00 2026" in table
    assert re.search(
        rf"^shop ended: ended by itself before \S+ - {FILES}/{re.escape(shop)}/$",
        table,
        re.MULTILINE,
    )
    for words in (["lobby"], ["--", lobby], ["--sdk-app-id", APP, "--", lobby]):
        assert stack.runs("show", *words)[1].endswith(f"TaskId)\n{row}")
    stack.has("moved", region="ap-guangzhou")
    stack.has("never", status="unknown", record_id="never-0", task_id="never-0")
    code, table = stack.runs("show")
    assert (code, row in table, "moved unknown" in table) == (2, True, True)
    assert "never not running" in table
    assert "(ap-guangzhou), and the provider is configured for" in table


def test_a_task_that_the_stack_does_not_have_is_shown_and_stopped_by_its_record_id(
    stack: StackFolder, recorder: RunningService
) -> None:
    task = stack.recordings.start(declaration(), unstored)
    stack.has("lobby", record_id=task["record_id"], task_id="before")
    names = ("--sdk-app-id", APP, "--record-id", task["record_id"])
    code, told = stack.runs("show", *names)
    assert (code, f"task_id {task['task_id']}" in told) == (0, True)
    assert told.endswith("The stack does not have it.")
    code, told = stack.runs("stop", "--yes", *names)
    assert (code, "not of this stack" in told) == (0, True)
    assert told.endswith("is stopped and gone.")
    assert recorder.live_tasks() == []
    assert stack.runs("stop", "--yes", "--", "-gone")[0] == 2
    assert stack.runs("show", "--", "-gone")[0] == 2


@pytest.mark.parametrize(
    ("typed", "words", "code", "told"),
    [
        (None, ["--yes"], 0, "The stack still declares it: `pulumi up` does not restart it"),
        ("y\n", [], 0, "The stack still declares it"),
        ("\n", [], 1, "It was not stopped, and goes on."),
        ("", [], 1, "It was not stopped, and goes on."),
        (None, [], 2, "error: nothing was stopped: without a terminal to ask at, --yes is needed"),
    ],
)
def test_a_stop_asks_and_waits_until_the_task_is_gone(
    stack: StackFolder,
    recorder: RunningService,
    monkeypatch: pytest.MonkeyPatch,
    typed: str | None,
    words: list[str],
    code: int,
    told: str,
) -> None:
    task = stack.has("lobby", started_at=SINCE)
    terminal = io.StringIO(typed)
    terminal.isatty = lambda: typed is not None  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    found, printed = stack.runs("stop", *words, "lobby")
    assert (found, told in printed) == (code, True)
    assert f"TaskId {task} (RecordId lobby-" in printed
    assert len(recorder.live_tasks()) == (code > 0)
    if not code:
        assert stack.runs("stop", "--", task)[1].endswith("has ended. There is nothing to stop.")


def test_a_stop_that_fails_says_that_it_may_be_running(
    stack: StackFolder, recorder: RunningService
) -> None:
    task = stack.has("lobby", restart_policy="always")
    recorder.inject(action="StopWebRecord", what="error", code="UnauthorizedOperation")
    code, told = stack.runs("stop", "--yes", "--", task)
    assert code == 2
    assert f"error: TaskId {task} could not be stopped and may still be running. Stop" in told
    assert "pulumi up` restarts it" in stack.runs("stop", "--yes", "--", task)[1]


def test_an_interrupted_stop_says_that_the_task_may_go_on(
    stack: StackFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = stack.has("lobby", started_at=SINCE)
    monkeypatch.setattr(Watch, "stop", Mock(side_effect=KeyboardInterrupt))
    code, told = stack.runs("stop", "--yes", "--", task)
    assert (code, "may be stopped already, or go on: run the command again" in told) == (130, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stop"], "name the task: TASK_ID, or --sdk-app-id and --record-id"),
        (["show", "--record-id", "r"], "named by TASK_ID, or by --sdk-app-id and --record-id; "),
        (["show", "--record-id", "r", "--sdk-app-id", "0"], "--sdk-app-id = 0: must be from 1"),
    ],
)
def test_what_names_no_task_is_an_error(stack: StackFolder, words: list[str], told: str) -> None:
    code, printed = stack.runs(*words)
    assert (code, told in printed) == (2, True)
