"""Tries whether a browser can be started here at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from . import children
from .reasons import of_browser

TIMEOUT = 20.0
"""Seconds for a browser to start, show an empty page and end. It takes about one."""

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-crash-reporter",
    "--dump-dom",
    "about:blank",
)
SHOWN = b"<html>"


def failure(chromium: Path) -> str | None:
    """Why pages are not recorded here, one sentence; None if this browser starts."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        with TemporaryDirectory(prefix="trtc-recorder-", ignore_cleanup_errors=True) as folder:
            ran = subprocess.run(  # noqa: S603
                [str(chromium), *FLAGS, *sandbox, f"--user-data-dir={folder}/profile"],
                env={
                    **children.environment(Path(folder)),
                    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
    except subprocess.TimeoutExpired:
        why = f"it does not respond within {TIMEOUT:g} s"
    except OSError as error:
        why = str(error.strerror)
    else:
        if SHOWN in ran.stdout:
            return None
        why = of_browser(ran.stderr.decode(errors="replace"), ran.returncode)
    return (
        f"Pages are not recorded here because Chromium cannot be started: {why}. Then restart the "
        "service."
    )
