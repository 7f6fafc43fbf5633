"""RecordIds that are known to be used, so that a start need not wait for them.

A RecordId is known to be used when StartWebRecord returned `TaskExist` for it and no task was
visible for longer than a new one needs. One whose task was stopped counts only after such a
response for another stopped one, which shows that the service does not reuse them: the vendor does
not document it. Another machine finds the same by trying: it takes longer.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from ..environment_variables import PULUMI_HOME


def memory() -> Path:
    """The folder for what is kept for later runs: in PULUMI_HOME."""
    home = os.environ.get(PULUMI_HOME)
    return (Path(home) if home else Path.home() / ".pulumi") / "trtc-webrecord"


class RecordIdCache:
    """What this run and earlier ones found out about RecordIds. Thread-safe.

    It is kept in `folder`, in a file for each day and endpoint; with None, for this run alone. A
    file that cannot be read or written is ignored: it only saves time.
    """

    def __init__(self, folder: Path | None, endpoint: str) -> None:
        self._folder = folder
        self._prefix = f"{hashlib.sha256(endpoint.encode()).hexdigest()[:12]}-"
        self._lock = threading.Lock()
        self._entries: set[str] | None = None
        self.ended: set[str] = set()
        """RecordIds whose task has ended, by one response of this run or by the state. This may be
        wrong, so a start tries these again; those before them are used."""

    def is_used(self, record_id: str) -> bool:
        """Whether the RecordId is known to be used."""
        with self._lock:
            entries = self._known()
            if f"stopped {record_id}" not in entries:
                return f"used {record_id}" in entries
            return any(f"used {entry.removeprefix('stopped ')}" in entries for entry in entries)

    def add_used(self, record_id: str) -> None:
        """Remember a RecordId that returned `TaskExist` and shows no task."""
        self._add(f"used {record_id}")

    def add_stopped(self, record_id: str) -> None:
        """Remember a RecordId whose task was stopped."""
        self._add(f"stopped {record_id}")

    def _add(self, entry: str) -> None:
        with self._lock:
            if entry not in self._known():
                self._known().add(entry)
                self._write(entry)

    def _known(self) -> set[str]:
        if self._entries is None:
            self._entries = self._read()
        return self._entries

    def _read(self) -> set[str]:
        """The entries of today and yesterday; older files are removed."""
        entries: set[str] = set()
        if self._folder is None:
            return entries
        yesterday = (_today() - timedelta(days=1)).isoformat()
        with suppress(OSError):
            for path in self._folder.glob("*-????-??-??"):
                if path.name[-10:] < yesterday:
                    path.unlink(missing_ok=True)
                elif path.name.startswith(self._prefix):
                    entries.update(path.read_text(encoding="utf-8", errors="replace").splitlines())
        return entries

    def _write(self, entry: str) -> None:
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._prefix}{_today().isoformat()}"
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{entry}\n")


def _today() -> date:
    return datetime.now(timezone.utc).date()
