"""Hosts that give a recording less than usual: a page is recorded, or what is missing is named."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from page_server import Site

USER = ["--user", "--map-root-user"] if os.geteuid() else []
HOST = ["unshare", *USER, "--mount", "sh", "-c"]
COMMAND = [sys.executable, "-m", "trtc_recorder", "check", "--seconds", "2"]

READ_ONLY = "mount --bind /tmp /tmp && mount -o remount,bind,ro /"
NO_TMP = f"{READ_ONLY} && mount -o remount,bind,ro /tmp"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "variables", "code", "said"),
    [
        (READ_ONLY, {"HOME": "/nonexistent"}, 0, "TRTC can record this page as it is."),
        (NO_TMP, {"TMPDIR": "/dev/shm"}, 2, "the X server needs a /tmp that it can write to"),
        (NO_TMP, {"TMPDIR": "/nonexistent"}, 2, "there is no folder for temporary files"),
    ],
    ids=["read-only root file system", "read-only /tmp", "no folder for temporary files"],
)
def test_a_page_is_recorded_or_what_the_host_lacks_is_named(
    pages: Site, host: str, variables: dict[str, str], code: int, said: str
) -> None:
    if subprocess.run([*HOST, host], check=False).returncode:
        pytest.skip("namespaces cannot be made here")
    ran = subprocess.run(
        [*HOST, f'{host} && exec "$@"', "sh", *COMMAND, f"{pages.address}/clock"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, said in ran.stdout + ran.stderr) == (code, True), ran.stderr
