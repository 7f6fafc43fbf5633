"""Tasks, stored in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from .events import MediaFile, Upload

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    task_id    TEXT PRIMARY KEY,
    sdk_app_id INTEGER NOT NULL,
    record_id  TEXT,
    page       TEXT NOT NULL,
    settings   TEXT NOT NULL,
    started_at REAL NOT NULL,
    visible_at REAL NOT NULL,
    ends_at    REAL NOT NULL,
    ended_at   REAL,
    end_reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS files (
    task_id TEXT PRIMARY KEY,
    files   TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS uploads (
    task_id TEXT PRIMARY KEY,
    state   TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS clock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    moved    REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS tasks_by_record_id ON tasks (record_id);
CREATE INDEX IF NOT EXISTS live_tasks ON tasks (ends_at) WHERE ended_at IS NULL;
"""

START_FAILED = "start failed"
"""The end reason of a task that never ran; its row only keeps the RecordId used up."""


@dataclass(frozen=True)
class Task:
    """One task. Times are Unix seconds of the service's clock.

    `page` and `settings` hold nothing secret (see `redaction`); `settings` is the request by API
    names. `visible_at` is when it becomes visible to Describe and Stop, `ends_at` when it ends
    with `end_reason` at the latest; `ended_at` is None while it is live.
    """

    task_id: str
    sdk_app_id: int
    record_id: str | None
    page: str
    settings: dict[str, Any]
    started_at: float
    visible_at: float
    ends_at: float
    ended_at: float | None
    end_reason: str

    @property
    def live(self) -> bool:
        """Whether it is still recording."""
        return self.ended_at is None


_COLUMNS = ", ".join(field.name for field in fields(Task))
_VALUES = ", ".join(f":{field.name}" for field in fields(Task))


class TaskStore:
    """The task database of one service. Not thread-safe."""

    def __init__(self, folder: Path | None) -> None:
        """Open `folder`/tasks.sqlite3, created if missing; None keeps the tasks in memory."""
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if folder is None else folder / "tasks.sqlite3"
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction with a write lock; an exception rolls it back."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def add(self, task: Task) -> None:
        """Store a new task."""
        row = asdict(task) | {"settings": json.dumps(task.settings)}
        self._database.execute(f"INSERT INTO tasks ({_COLUMNS}) VALUES ({_VALUES})", row)  # noqa: S608

    def get(self, task_id: str) -> Task | None:
        """Returns the task with this TaskId."""
        return next(self._select("task_id = ?", task_id), None)

    def by_record_id(self, record_id: str) -> list[Task]:
        """Returns all tasks ever started with this RecordId, of any SdkAppId, oldest first."""
        return list(self._select("record_id = ?", record_id))

    def all(self) -> list[Task]:
        """Returns every task, oldest first."""
        return list(self._select("1"))

    def latest(self, most: int) -> list[Task]:
        """Returns the live tasks, and the latest `most` ended ones, newest first."""
        live = "SELECT rowid FROM tasks WHERE ended_at IS NULL"
        ended = "SELECT rowid FROM tasks WHERE ended_at IS NOT NULL ORDER BY rowid DESC LIMIT ?"
        rows = f"rowid IN ({live} UNION ALL SELECT rowid FROM ({ended}))"  # noqa: S608
        return list(self._select(rows, most))[::-1]

    def unfinished(self) -> Iterator[Task]:
        """Yields the tasks whose files are not finished, oldest first; reads when iterated."""
        finished = "SELECT task_id FROM files"
        return self._select(f"end_reason != ? AND task_id NOT IN ({finished})", START_FAILED)

    def being_uploaded(self) -> list[Task]:
        """Returns the tasks whose upload is pending, oldest first."""
        return list(
            self._select("task_id IN (SELECT task_id FROM uploads WHERE state = 'pending')")
        )

    def clear(self) -> None:
        """Delete every task."""
        self._database.execute("DELETE FROM tasks")
        self._database.execute("DELETE FROM files")
        self._database.execute("DELETE FROM uploads")

    def keep_files(self, task_id: str, files: Iterable[MediaFile]) -> None:
        """Store the list of finished files of a recording."""
        listed = json.dumps([asdict(file) for file in files])
        self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (task_id, listed))

    def files(self, task_id: str) -> list[MediaFile] | None:
        """Returns the files of a recording; None until they are finished."""
        query = "SELECT files FROM files WHERE task_id = ?"
        row = self._database.execute(query, (task_id,)).fetchone()
        return None if row is None else [MediaFile(**file) for file in json.loads(row["files"])]

    def keep_upload(self, task_id: str, upload: Upload) -> None:
        """Store how far the upload of a recording's files is."""
        row = (task_id, upload.state, upload.message)
        self._database.execute("INSERT OR REPLACE INTO uploads VALUES (?, ?, ?)", row)

    def upload(self, task_id: str) -> Upload | None:
        """Returns how far the upload of a recording is; None if its files stay here."""
        query = "SELECT state, message FROM uploads WHERE task_id = ?"
        row = self._database.execute(query, (task_id,)).fetchone()
        return None if row is None else Upload(**row)

    def keep_moved(self, seconds: float) -> None:
        """Store by how much the clock was moved since the first start."""
        self._database.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (seconds,))

    def moved(self) -> float:
        """Returns by how many seconds the clock was moved since the first start."""
        row = self._database.execute("SELECT moved FROM clock").fetchone()
        return 0.0 if row is None else float(row["moved"])

    def count(self) -> int:
        """Returns how many tasks there are."""
        return int(self._database.execute("SELECT count(*) AS n FROM tasks").fetchone()["n"])

    def count_live(self, sdk_app_id: int) -> int:
        """Returns how many tasks of this SdkAppId are live."""
        where = "ended_at IS NULL AND sdk_app_id = ?"
        row = self._database.execute(f"SELECT count(*) FROM tasks WHERE {where}", (sdk_app_id,))  # noqa: S608
        return int(row.fetchone()[0])

    def end_at(self, task_id: str, ends_at: float, reason: str) -> None:
        """Schedule the end of a live task at `ends_at`, if that is earlier than its current end."""
        self._database.execute(
            "UPDATE tasks SET ends_at = ?, end_reason = ? "
            "WHERE task_id = ? AND ended_at IS NULL AND ends_at > ?",
            (ends_at, reason, task_id, ends_at),
        )

    def end_due(self, now: float) -> list[Task]:
        """Mark the tasks that are due as ended, and return them."""
        due = list(self._select("ended_at IS NULL AND ends_at <= ?", now))
        self._database.executemany(
            "UPDATE tasks SET ended_at = ends_at WHERE task_id = ?", [(t.task_id,) for t in due]
        )
        return [replace(task, ended_at=task.ends_at) for task in due]

    def _select(self, where: str, *values: Any) -> Iterator[Task]:
        """Yields tasks, oldest first. By `rowid` without a sign SQLite would scan all of them."""
        query = f"SELECT {_COLUMNS} FROM tasks WHERE {where} ORDER BY +rowid"  # noqa: S608
        for row in self._database.execute(query, values).fetchall():
            yield Task(**{**row, "settings": json.loads(row["settings"])})
