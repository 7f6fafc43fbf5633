"""As process 1 of a container, the service reaps what its recordings leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

USER = ["--user", "--map-root-user"] if os.geteuid() else []
CONTAINER = ["unshare", *USER, "--pid", "--fork", "--mount-proc", "--kill-child"]

ORPHANED = """
import os, signal, subprocess, sys, time
from pathlib import Path
from trtc_recorder.init_process import reap_orphans
reap_orphans()
own = subprocess.Popen(["sh", "-c", "sleep 0.1 & sleep 0.1 & exit 3"])
time.sleep(0.5)
assert own.wait() == 3
assert {path.name for path in Path("/proc").glob("[0-9]*")} == {"1", str(os.getpid())}
signal.signal(signal.SIGTERM, lambda *_: sys.exit(4))
os.kill(1, signal.SIGTERM)
signal.pause()
"""
KILLED = """
import os, signal
from trtc_recorder.init_process import reap_orphans
reap_orphans()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("program", "code"), [(ORPHANED, 4), (KILLED, 128 + signal.SIGKILL)])
def test_process_1_reaps_orphans_forwards_signals_and_exits_as_the_service(
    program: str, code: int
) -> None:
    if subprocess.run([*CONTAINER, "true"], check=False).returncode:
        pytest.skip("namespaces cannot be made here")
    assert (
        subprocess.run([*CONTAINER, sys.executable, "-c", program], check=False).returncode == code
    )
