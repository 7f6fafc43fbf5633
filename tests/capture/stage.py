"""A display and a sound server without a page, to record from; and an encoder that does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from select import select
from subprocess import DEVNULL

from trtc_recorder.media.encoder import Encoder
from trtc_recorder.media.source import Source
from waiting import server


@contextmanager
def started(
    command: Sequence[str | Path],
    env: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended in the end."""
    process = subprocess.Popen(list(map(str, command)), stdin=DEVNULL, stderr=DEVNULL, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def stage(folder: Path, width: int = 640, height: int = 360) -> Iterator[Source]:
    """A black display and silence."""
    socket = folder / "sound"
    environment = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": os.environ["PATH"]}
    reads, writes = os.pipe()
    display = ["Xvfb", "-displayfd", str(writes), "-nolisten", "tcp", "-noreset"]
    display += ["-screen", "0", f"{width}x{height}x24"]
    sound = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
    sound += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
    sound += ["-L", "module-null-sink sink_name=page norewinds=1"]
    log = folder / "stage.log"
    with (
        os.fdopen(reads) as told,
        server(display, lambda: select([told], [], [], 0)[0], log, pass_fds=[writes]),
        server(sound, socket.exists, log, env=environment),
    ):
        os.close(writes)
        name = f":{told.readline().strip()}"
        environment |= {"DISPLAY": name, "PULSE_SERVER": f"unix:{socket}"}
        yield Source(name, width, height, environment)


class Folders:
    """A task's folders, with names that would trip up whoever does not quote them."""

    def __init__(self, root: Path) -> None:
        self.recording = root / "a 100%d [f]|o'l\\d:e;r%03d" / "recording"
        self.working = root / "w%2E x,y=z" / "working"
        self.runtime = root / "runtime"
        self.working.mkdir(parents=True)
        self.runtime.mkdir()

    @property
    def log(self) -> Path:
        """Where the encoder logs."""
        return self.working / "recorder.log"

    def mp4(self, number: int = 0) -> Path:
        """A file of the recording."""
        return self.recording / f"recording_{number}.mp4"

    @property
    def playlist(self) -> Path:
        """The HLS recording."""
        return self.recording / "recording.m3u8"

    async def begin(self, source: Source, *outputs: str) -> Encoder:
        """Begin to record into them."""
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
