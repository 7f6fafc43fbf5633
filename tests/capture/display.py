"""A virtual display with a sound server to record from, and an encoder that does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

from trtc_recorder.media.encoder import Encoder
from trtc_recorder.media.source import Source
from waiting import server


@contextmanager
def virtual_display(folder: Path, width: int = 640, height: int = 360) -> Iterator[Source]:
    """A black display and silence."""
    socket = folder / "sound"
    environment = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": os.environ["PATH"]}
    reads, writes = os.pipe()
    display = ["Xvfb", "-displayfd", str(writes), "-nolisten", "tcp", "-noreset"]
    display += ["-screen", "0", f"{width}x{height}x24"]
    sound = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
    sound += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
    sound += ["-L", "module-null-sink sink_name=page norewinds=1"]
    log = folder / "display.log"
    with (
        os.fdopen(reads) as number,
        server(display, lambda: select([number], [], [], 0)[0], log, pass_fds=[writes]),
        server(sound, socket.exists, log, env=environment),
    ):
        os.close(writes)
        name = f":{number.readline().strip()}"
        environment |= {"DISPLAY": name, "PULSE_SERVER": f"unix:{socket}"}
        yield Source(name, width, height, environment)


@contextmanager
def player(source: Source, film: str, folder: Path) -> Iterator[None]:
    """Play what ffmpeg's filters make, on the whole display."""
    command = ["ffplay", "-loglevel", "error", "-fs", "-f", "lavfi", film]
    with server(command, lambda: True, folder / "player.log", env=source.environment):
        yield


class Folders:
    """A task's folders, with names that would trip up whoever does not quote them."""

    def __init__(self, root: Path) -> None:
        self.recording = root / "a 100%d [f]|o'l\\d:e;r%03d" / "recording"
        self.working = root / "w%2E x,y=z" / "working"
        self.runtime = root / "runtime"
        self.working.mkdir(parents=True)
        self.runtime.mkdir()
        self.log = self.working / "recorder.log"
        self.playlist = self.recording / "recording.m3u8"

    def mp4(self, number: int = 0) -> Path:
        return self.recording / f"recording_{number}.mp4"

    async def begin(self, source: Source, *outputs: str) -> Encoder:
        return await Encoder.begin(
            source,
            outputs,
            self.log,
            recording=self.recording,
            working=self.working,
            runtime=self.runtime,
        )


def size(file: Path) -> int:
    """Bytes in a file; 0 where there is none."""
    return file.stat().st_size if file.exists() else 0
