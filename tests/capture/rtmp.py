"""A real RTMP server, which keeps what it is sent."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

import pytest
from capture.pages import until

CONFIG = """
load_module {modules}/ngx_rtmp_module.so;
{user}
daemon off;
master_process off;
pid {folder}/pid;
lock_file {folder}/lock;
error_log {folder}/error.log info;
events {{ worker_connections 64; }}
rtmp {{
    server {{
        listen 127.0.0.1:{port};
        application live/west {{ live on; record all; record_path {folder}; record_unique on; }}
        application closed {{ live on; deny publish all; }}
    }}
}}
"""


class RtmpServer:
    """nginx on a port of its own; what it is sent lands in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if self._program is None:
            pytest.skip("nginx is missing: apt-get install nginx-light libnginx-mod-rtmp")
        version = subprocess.run([self._program, "-V"], capture_output=True, text=True, check=True)
        modules = re.search(r"--modules-path=(\S+)", version.stderr)
        assert modules is not None
        if not Path(modules[1], "ngx_rtmp_module.so").exists():
            pytest.skip("nginx cannot do RTMP: apt-get install libnginx-mod-rtmp")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            CONFIG.format(modules=modules[1], user=user, folder=folder, port=self.port)
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve; in the end it is killed."""
        own = ["-p", self.folder, "-c", "nginx.conf", "-e", "error.log"]
        command = [str(self._program), *map(str, own)]
        with subprocess.Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL) as process:
            try:
                until(self._answers)
                yield
            finally:
                process.kill()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self, path: str) -> str:
        """An address on it."""
        return f"rtmp://127.0.0.1:{self.port}/{path}"

    def received(self) -> list[Path]:
        """A file for each connection on which something was published, in order."""
        return sorted(self.folder.glob("*.flv"), key=lambda file: file.stat().st_mtime)

    def log(self) -> str:
        """What it logged."""
        return (self.folder / "error.log").read_text()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port
