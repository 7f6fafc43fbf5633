"""A sound server (PulseAudio) with a null sink for one page; its monitor is recorded."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from pathlib import Path

from . import child_processes

MONITOR = "page.monitor"
"""The source to record from."""

RATE = 48000
"""Samples a second, of server and recording alike: nothing is resampled. At 44100, PulseAudio's
default, the null sink rounds each block down to a microsecond and drifts by 5 to 8 ms a minute."""

TIMEOUT = 10.0
"""Seconds for the server to start."""

POLL = 0.02
"""Seconds between two checks for its socket."""


class Sound:
    """A running PulseAudio; `environment` is for its clients."""

    def __init__(
        self, process: Process, environment: dict[str, str], own_log: Path, log: Path
    ) -> None:
        self._process = process
        self.environment = environment
        self._own_log = own_log
        self._log = log

    @classmethod
    async def start(cls, program: Path, runtime: Path, log: Path) -> Sound:
        """Start a sound server. Raises ProgramFailed if it does not start.

        Without `norewinds` the audio starts a second late.
        """
        socket = runtime / "sound.socket"
        own_log = runtime / "sound.log"
        environment = child_processes.environment(runtime)
        configuration = runtime / "sound.conf"
        configuration.write_text(f"default-sample-rate = {RATE}\n")
        environment["PULSE_CONFIG"] = str(configuration)
        options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            "module-null-sink sink_name=page norewinds=1",
        ]
        loaded = [word for module in modules for word in ("-L", module)]
        process = await child_processes.start(
            [program, *options, *loaded], environment=environment, log=own_log
        )
        try:
            for _ in range(int(TIMEOUT / POLL)):
                if socket.exists() or process.returncode is not None:
                    break
                await asyncio.sleep(POLL)
            if not socket.exists():
                output = child_processes.log_failure(own_log, log)
                raise child_processes.ProgramFailed("the sound server did not start", output)
        except BaseException:
            await child_processes.end(process)
            raise
        environment["PULSE_SERVER"] = f"unix:{socket}"
        return cls(process, environment, own_log, log)

    async def ended(self) -> str:
        """Wait for its end; return the reason."""
        await self._process.wait()
        child_processes.log_failure(self._own_log, self._log)
        return "the sound server died"

    async def stop(self) -> None:
        """End it."""
        await child_processes.end(self._process)
