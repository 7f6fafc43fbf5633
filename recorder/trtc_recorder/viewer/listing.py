"""The recordings as JSON for the viewer, without secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..browser.screen import Screen
from ..report import page_report
from ..report.findings import as_json
from ..tasks.events import MediaFile, Upload
from ..tasks.recordings import ASKED_FOR
from ..tasks.storage import LIVE_PLAYLIST, POSTER, REPORT, Storage, file_prefix
from ..tasks.store import START_FAILED, Task

NOT_FAILURES = ASKED_FOR - {START_FAILED} | {"ended by hand", "ended by itself"}
"""End reasons of tasks that have not failed."""

Finished = Callable[[str], Sequence[MediaFile] | None]
"""Returns the files of a recording by TaskId; None until they are finished."""

UploadOf = Callable[[str], Upload | None]
"""Returns how far the upload of a recording is, by TaskId; None if its files stay here."""


def list_recordings(
    tasks: Sequence[Task], count: int, storage: Storage, upload_of: UploadOf
) -> dict[str, Any]:
    """Returns the latest of `count` tasks, newest first, with counts; without looking at files.

    `older` is the number of ended tasks left out.
    """
    live = sum(task.live for task in tasks)
    return {
        "live": live,
        "ended": count - live,
        "older": count - len(tasks),
        "recordings": [_row(task, storage, upload_of) for task in tasks],
    }


def recording_json(
    task: Task, storage: Storage, finished: Finished, upload_of: UploadOf
) -> dict[str, Any]:
    """One task, with the files that exist so far."""
    seconds = {file.name: file.seconds for file in finished(task.task_id) or ()}
    files = _files(storage.recording(task))
    segments = sum(size for name, size in files.items() if name.endswith(".ts"))
    return {
        **_row(task, storage, upload_of),
        "bytes": sum(files.values()),
        "files": [
            {
                "name": name,
                "format": "hls" if name.endswith(".m3u8") else "mp4",
                "bytes": size + segments * name.endswith(".m3u8"),
                "seconds": seconds.get(name),
            }
            for name, size in sorted(files.items(), key=lambda file: _natural_key(file[0]))
            if name.endswith((".mp4", ".m3u8"))
        ],
        "live_playlist": task.live and _is_playable(storage.working(task) / LIVE_PLAYLIST),
    }


def _row(task: Task, storage: Storage, upload_of: UploadOf) -> dict[str, Any]:
    width, height = _resolution(task)
    upload = upload_of(task.task_id)
    return {
        "task_id": task.task_id,
        "record_id": task.record_id,
        "sdk_app_id": task.sdk_app_id,
        "page": task.page,
        "state": "live" if task.live else "ended",
        "started_at": task.started_at,
        "ended_at": task.ended_at,
        "end_reason": None if task.live else task.end_reason,
        "failed": not task.live and task.end_reason not in NOT_FAILURES,
        "width": width,
        "height": height,
        "upload": upload and {**asdict(upload), "to": file_prefix(task)},
        "poster": _modified_at(storage.working(task) / POSTER),
    }


def report_json(task: Task, storage: Storage) -> dict[str, Any] | None:
    """Returns the report of a task's page with its findings; None if there is none."""
    seen = page_report.read(storage.working(task) / REPORT)
    return None if seen is None else as_json(seen)


def _files(folder: Path) -> dict[str, int]:
    """Returns the names and sizes (bytes) of the files in a folder; none if it is missing."""
    sizes = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it has just been removed
                if entry.is_file():
                    sizes[entry.name] = entry.stat().st_size
    return sizes


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Sort key: part 10 after part 9."""
    return [(int(part or 0), text) for text, part in re.findall(r"([^0-9]*)([0-9]*)", name)]


def _modified_at(path: Path) -> float | None:
    """Returns when a file was last written, in Unix seconds; None if it does not exist."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _is_playable(playlist: Path) -> bool:
    """Returns whether the live stream is long enough to play: three target durations."""
    try:
        text = playlist.read_text()
        longest = re.search(r"^#EXT-X-TARGETDURATION:(\d+)", text, re.MULTILINE)
        lengths = map(float, re.findall(r"^#EXTINF:([\d.]+)", text, re.MULTILINE))
        return longest is not None and sum(lengths) >= 3 * int(longest[1])
    except (OSError, ValueError):
        return False


def _resolution(task: Task) -> tuple[int, int] | tuple[None, None]:
    try:
        request = StartWebRecordRequest.model_validate(task.settings, by_alias=True, by_name=False)
    except ValidationError:
        return None, None
    screen = Screen.of(request)
    return screen.width, screen.height
