"""RecordIds that are known to be used, so that a start need not try them again.

A RecordId is known to be used when StartWebRecord returned `TaskExist` for it and no task was
visible for longer than a new one needs. One whose task was stopped counts only after such a
response for another stopped one: the vendor does not document whether the RecordId of an ended task
can be used again, and this response shows that it cannot.

What is known is kept for later runs on this machine. Another machine finds the same by trying: it
takes longer and gets the same RecordId.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

Fact = Literal["used", "stopped", "adopted"]


def memory() -> Path:
    """The folder for what is kept for later runs: in PULUMI_HOME."""
    home = os.environ.get("PULUMI_HOME")
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
        self._facts: dict[Fact, set[str]] | None = None
        self._ended: set[str] = set()

    def is_used(self, record_id: str) -> bool:
        """Whether the RecordId is known to be used."""
        with self._lock:
            used, stopped = self._known("used"), self._known("stopped")
            never_reused = not used.isdisjoint(stopped)
            return record_id in used or (never_reused and record_id in stopped)

    def add_used(self, record_id: str) -> None:
        """Remember a RecordId that returned `TaskExist` and shows no task."""
        self._add("used", record_id)

    def add_stopped(self, record_id: str) -> None:
        """Remember a RecordId whose task was stopped."""
        self._add("stopped", record_id)

    def add_adopted(self, task_id: str) -> None:
        """Remember a task that a resource has adopted."""
        self._add("adopted", task_id)

    def is_adopted(self, task_id: str) -> bool:
        """Whether a resource of this machine's stacks has adopted the task, in any process."""
        return f"adopted {task_id}" in self._lines()

    @property
    def any_ended(self) -> bool:
        """Whether this run has seen any task as ended."""
        return bool(self._ended)

    def is_ended(self, record_id: str) -> bool:
        """Whether this run has seen the RecordId's task as ended, or read so in the state."""
        return record_id in self._ended

    def add_ended(self, record_id: str) -> None:
        """Remember for this run that one response, or the state, shows the task as ended.

        It may be wrong, so a start tries this RecordId again; those before it are used.
        """
        self._ended.add(record_id)

    def _add(self, fact: Fact, record_id: str) -> None:
        with self._lock:
            known = self._known(fact)
            if record_id not in known:
                known.add(record_id)
                self._append(f"{fact} {record_id}\n")

    def _known(self, fact: Fact) -> set[str]:
        if self._facts is None:
            self._facts = {"used": set(), "stopped": set(), "adopted": set()}
            for line in self._lines():
                for each in self._facts:
                    if line.startswith(f"{each} "):
                        self._facts[each].add(line.removeprefix(f"{each} "))
        return self._facts[fact]

    def _lines(self) -> list[str]:
        """The lines of today and yesterday; older files are removed."""
        if self._folder is None:
            return []
        lines: list[str] = []
        yesterday = _today() - timedelta(days=1)
        with suppress(OSError):
            for path in sorted(self._folder.glob("*-????-??-??")):
                if path.name[-10:] < yesterday.isoformat():
                    path.unlink(missing_ok=True)
                elif path.name.startswith(self._prefix):
                    lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines

    def _append(self, line: str) -> None:
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._prefix}{_today().isoformat()}"
            with path.open("a", encoding="utf-8") as file:
                file.write(line)


def _today() -> date:
    return datetime.now(timezone.utc).date()
