"""What a recorder process is told, and what it tells: JSON, a line each, by its stdin and stdout.

The service writes one job. After it, any line, or the end of the input, means *stop*: a service
that is killed closes its end, and the recording is finished in good order. The process writes
events.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..tasks.events import Event, MediaFile


@dataclass(frozen=True)
class Job:
    """One recording to make.

    `request` is StartWebRecord's, with the whole URLs and without storage keys. `recording` is the
    folder for the files, `working` the one for the poster, the live playlist and the log; `runtime`
    one with a short path, for sockets and the browser's profile, which the service removes.
    """

    LOCK: ClassVar[str] = "lock"

    request: StartWebRecordRequest
    recording: Path
    working: Path
    runtime: Path

    @property
    def lock(self) -> Path:
        """A file that is locked as long as the process, or a child of it, is there."""
        return self.working / self.LOCK

    @staticmethod
    def runtime_of(working: Path) -> Path:
        """A link to `runtime`, for whoever removes it."""
        return working / "runtime"

    def line(self) -> str:
        """The job as a line."""
        return json.dumps(
            {
                "request": self.request.model_dump(by_alias=True, exclude_none=True),
                "recording": str(self.recording),
                "working": str(self.working),
                "runtime": str(self.runtime),
            }
        )

    @classmethod
    def of_line(cls, line: str) -> Job:
        """The job of a line."""
        told: dict[str, Any] = json.loads(line)
        request = StartWebRecordRequest.model_validate(
            told["request"], by_alias=True, by_name=False
        )
        folders = {name: Path(told[name]) for name in ("recording", "working", "runtime")}
        return cls(request, **folders)


def event_line(event: Event) -> str:
    """The event as a line."""
    return json.dumps(asdict(event))


def event_of_line(line: str) -> Event:
    """The event of a line."""
    told = json.loads(line)
    return Event(told["kind"], told["message"], tuple(MediaFile(**f) for f in told["files"]))
