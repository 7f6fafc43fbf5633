"""The protocol of a recorder process: JSON lines on its stdin and stdout.

The service writes one job. After it, any line, or EOF, means *stop*: if the service is killed, its
end of the pipe is closed and the recording is finished. The process writes events.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..browser.options import CaptureOptions
from ..tasks.events import Event, MediaFile, Relayed


@dataclass(frozen=True)
class Job:
    """One recording to make.

    `request` is StartWebRecord's, with complete URLs and without storage keys. `recording` is the
    folder for the files, `working` for the poster, the live playlist, the log and the report,
    `runtime` for sockets and the browser's profile: it has a short path, and is removed.
    """

    LOCK: ClassVar[str] = "lock"

    request: StartWebRecordRequest
    recording: Path
    working: Path
    runtime: Path
    options: CaptureOptions = field(default_factory=CaptureOptions)

    @property
    def lock(self) -> Path:
        """A file that is locked while the process or a child of it runs."""
        return self.working / self.LOCK

    @staticmethod
    def runtime_of(working: Path) -> Path:
        """Returns a symlink to `runtime`, for the cleanup."""
        return working / "runtime"

    def line(self) -> str:
        """Serialize the job to a line."""
        return json.dumps(
            {
                "request": self.request.model_dump(by_alias=True, exclude_none=True),
                "recording": str(self.recording),
                "working": str(self.working),
                "runtime": str(self.runtime),
                "options": asdict(self.options),
            }
        )

    @classmethod
    def of_line(cls, line: str) -> Job:
        """Parse a job."""
        fields: dict[str, Any] = json.loads(line)
        request = StartWebRecordRequest.model_validate(
            fields["request"], by_alias=True, by_name=False
        )
        folders = {name: Path(fields[name]) for name in ("recording", "working", "runtime")}
        return cls(request, **folders, options=CaptureOptions(**fields["options"]))


def event_line(event: Event) -> str:
    """Serialize an event to a line."""
    return json.dumps(asdict(event))


def event_of_line(line: str) -> Event:
    """Parse an event."""
    fields = json.loads(line)
    files, relayed = fields["files"], fields["relayed"]
    return Event(
        fields["kind"],
        fields["message"],
        tuple(MediaFile(**file) for file in files),
        relayed and Relayed(**relayed),
    )
