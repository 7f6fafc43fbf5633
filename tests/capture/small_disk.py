"""A disk that is soon full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A disk of `size` bytes at `folder`. Raises CalledProcessError where that is not permitted."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@cache
def may_be_mounted() -> bool:
    """Whether this machine permits it."""
    with TemporaryDirectory() as folder:
        try:
            with mounted(Path(folder), 4096):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False
