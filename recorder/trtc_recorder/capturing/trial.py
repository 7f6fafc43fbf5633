"""Tries whether a browser can be started here at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import children
from .reasons import of_browser
from .runtime import new_runtime

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
    runtime = new_runtime()
    try:
        ran = subprocess.run(  # noqa: S603
            [str(chromium), *FLAGS, *sandbox, f"--user-data-dir={runtime}/profile"],
            env={**children.environment(runtime), "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
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
    finally:
        shutil.rmtree(runtime, ignore_errors=True)
    return (
        f"Pages are not recorded here because Chromium cannot be started: {why}. Then restart the "
        "service."
    )
