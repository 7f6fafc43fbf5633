"""A real RTMP server, which keeps what it is sent."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import listens, server

MODULE = "ngx_rtmp_module.so"

CONFIG = """
load_module {module};
{user}
daemon off;
master_process off;
pid {folder}/pid;
lock_file {folder}/lock;
error_log {folder}/error.log info;
events {{ worker_connections 64; }}
rtmp {{
    access_log {folder}/access.log;
    server {{
        listen 127.0.0.1:{port};
        application live/west {{ live on; record all; record_path {folder}; record_unique on; }}
    }}
}}
"""


class RtmpServer:
    """nginx on a port of its own; what it is sent lands in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        found = _unpacked() or _installed()
        if found is None:
            pytest.skip("nginx with RTMP is missing: run tools/local/rtmp-server")
        self._program, module = found
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            CONFIG.format(module=module, user=user, folder=folder, port=self.port)
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve; in the end it is killed."""
        own = ["-p", str(self.folder), "-c", "nginx.conf", "-e", "error.log"]
        with server(
            [self._program, *own],
            lambda: listens(self.port),
            self.folder / "output.log",
            self.folder / "error.log",
            ending=signal.SIGKILL,
        ):
            yield

    def url(self, path: str) -> str:
        return f"rtmp://127.0.0.1:{self.port}/{path}"

    def received(self) -> list[Path]:
        """A file for each connection on which something was published, in order."""
        return sorted(self.folder.glob("*.flv"), key=lambda file: file.stat().st_mtime)

    def log(self) -> str:
        return (self.folder / "error.log").read_text()


def _unpacked() -> tuple[str, Path] | None:
    """The program and the module that tools/local/rtmp-server has unpacked."""
    folder = Path(__file__).parents[2] / ".local" / "nginx" / "usr"
    module = folder / "lib" / "nginx" / "modules" / MODULE
    return (str(folder / "sbin" / "nginx"), module) if module.exists() else None


def _installed() -> tuple[str, Path] | None:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        return None
    version = subprocess.run([program, "-V"], capture_output=True, text=True, check=True)
    modules = re.search(r"--modules-path=(\S+)", version.stderr)
    module = Path(modules[1], MODULE) if modules else None
    return (program, module) if module and module.exists() else None


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port
