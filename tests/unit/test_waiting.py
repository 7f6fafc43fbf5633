"""A test that waits in vain for a server says why it did not come up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from waiting import server, until


def test_a_server_that_ends_is_told_with_its_exit_code_and_its_logs(tmp_path: Path) -> None:
    own = tmp_path / "own.log"
    own.write_text("mkdir() failed")
    program = "import sys; sys.exit('no folder for the log')"
    with (
        pytest.raises(AssertionError) as failed,
        server([sys.executable, "-c", program], lambda: False, tmp_path / "log", own),
    ):
        pass
    told = str(failed.value)
    assert "ended with 1" in told
    assert "log:\nno folder for the log\n" in told
    assert "own.log:\nmkdir() failed" in told


def test_a_server_that_does_not_answer_in_time_is_told_as_running_with_its_output(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", "import time; print('loading', flush=True); time.sleep(60)"]
    with (
        pytest.raises(AssertionError, match="it runs\nlog:\nloading"),
        server(command, lambda: False, tmp_path / "log", seconds=2),
    ):
        pass


def test_what_did_not_happen_is_named_by_its_line() -> None:
    with pytest.raises(AssertionError, match=r"not within 0 s: .*test_waiting\.py:\d+"):
        until(lambda: False, seconds=0)
