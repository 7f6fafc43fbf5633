"""The folders of a task's files, laid out as on COS and VOD.

<data>/cos/<Bucket>/<FileNamePrefix…>/<TaskId>/    recordings of CloudStorage
<data>/vod/<SubAppId or SdkAppId>/<FileId>/        recordings of CloudVod
<data>/tasks/<TaskId>/                             the poster, live playlist, log and report
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .store import Task

POSTER = "poster.jpg"
LIVE_PLAYLIST = "live/live.m3u8"
LOG = "recorder.log"
REPORT = "report.json"


@dataclass(frozen=True)
class Storage:
    """The folders of one service below `data`."""

    data: Path

    def recording(self, task: Task) -> Path:
        """Returns the folder of the recording."""
        storage = task.settings["StorageParams"]
        cos = storage.get("CloudStorage")
        if cos is not None:
            parts = [cos["Bucket"], *cos.get("FileNamePrefix", []), task.task_id]
            return self.data.joinpath("cos", *map(_as_name, parts))
        vod = storage["CloudVod"]["TencentVod"]
        app = vod.get("SubAppId", task.sdk_app_id)
        return self.data / "vod" / str(app) / file_id(task)

    def working(self, task: Task) -> Path:
        """Returns the folder of the poster, the live playlist, the log and the report."""
        return self.data / "tasks" / _as_name(task.task_id)


def file_prefix(task: Task) -> str | None:
    """Returns the files' path on COS: `Bucket/<FileNamePrefix…>/<TaskId>/`; None with VOD."""
    cos = task.settings["StorageParams"].get("CloudStorage")
    if cos is None:
        return None
    return "/".join([cos["Bucket"], *cos.get("FileNamePrefix", []), task.task_id, ""])


def file_id(task: Task) -> str:
    """Returns the FileId that VOD would give: 19 digits, the same for the same task."""
    digest = hashlib.sha256(task.task_id.encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8], "big") % (9 * 10**18))


def _as_name(part: str) -> str:
    """`part` escaped as the name of one folder: no slash and no dot (path traversal)."""
    return quote(part, safe="+").replace(".", "%2E")
