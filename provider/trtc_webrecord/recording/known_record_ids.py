"""RecordIds that are known to be used, so that a start need not try them again.

The service has answered `TaskExist` for them and showed no task for longer than a new one needs to
become visible. That they were stopped is not enough: nobody documents whether the RecordId of an
ended task can be used again. A later run on this machine skips them without a request. Another
machine finds the same by asking: it takes longer and comes to the same RecordId.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path


class KnownRecordIds:
    """The RecordIds that this run and those before it found used. Thread-safe.

    They are kept in `folder`, in a file for each day and endpoint; with None, for this run alone. A
    file that cannot be read or written is left out: it only saves time.
    """

    def __init__(self, folder: Path | None, endpoint: str) -> None:
        self._folder = folder
        self._prefix = f"used-{hashlib.sha256(endpoint.encode()).hexdigest()[:12]}-"
        self._lock = threading.Lock()
        self._used: set[str] | None = None
        self._ended: set[str] = set()

    def is_used(self, record_id: str) -> bool:
        """Whether the RecordId is known to be used."""
        with self._lock:
            if self._used is None:
                self._used = self._read()
            return record_id in self._used

    def add_used(self, record_id: str) -> None:
        """Remember a used RecordId, for later runs as well."""
        if self.is_used(record_id):
            return
        with self._lock:
            assert self._used is not None  # noqa: S101
            self._used.add(record_id)
            self._append(record_id)

    def is_ended(self, record_id: str) -> bool:
        """Whether this run has seen the RecordId's task as ended, or read so in the state."""
        return record_id in self._ended

    def add_ended(self, record_id: str) -> None:
        """Remember for this run that one response, or the state, shows the task as ended.

        It may be wrong, so a start asks for this RecordId again; those before it are used.
        """
        self._ended.add(record_id)

    @property
    def any_ended(self) -> bool:
        """Whether this run has seen any task as ended."""
        return bool(self._ended)

    def _read(self) -> set[str]:
        known: set[str] = set()
        if self._folder is None:
            return known
        kept = {self._file(_today()), self._file(_today() - timedelta(days=1))}
        with suppress(OSError):
            for path in self._folder.glob("used-*"):
                if path in kept:
                    known.update(path.read_text(encoding="ascii", errors="ignore").split())
                elif path.name[-10:] < (_today() - timedelta(days=1)).isoformat():
                    path.unlink(missing_ok=True)
        return known

    def _append(self, record_id: str) -> None:
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._file(_today()).open("a", encoding="ascii") as file:
                file.write(f"{record_id}\n")

    def _file(self, day: date) -> Path:
        assert self._folder is not None  # noqa: S101
        return self._folder / f"{self._prefix}{day.isoformat()}"


def _today() -> date:
    return datetime.now(timezone.utc).date()
