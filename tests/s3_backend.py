"""An S3-compatible server on loopback, as the backend of several stacks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUCKET = "states"
START_SECONDS = 30
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDstates", "AWS_SECRET_ACCESS_KEY": "states-secret-key"}
"""What the engine needs in its environment; the server accepts any."""

QUIET = "&response_checksum_validation=when_required"
"""Without it the engine warns of each file that the server returns without a checksum."""


@contextmanager
def s3_backend(log: Path) -> Iterator[str]:
    """Serve an empty bucket; yield the URL of the backend for `PULUMI_BACKEND_URL`."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **KEYS}
        ) as server,
    ):
        try:
            _make_bucket(f"{endpoint}/{BUCKET}")
            yield f"s3://{BUCKET}?endpoint={endpoint}&region=us-east-1&use_path_style=true{QUIET}"
        finally:
            server.terminate()


def _make_bucket(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    overdue = time.monotonic() + START_SECONDS
    while True:
        try:
            opener.open(urllib.request.Request(url, method="PUT"), timeout=START_SECONDS).close()
            return
        except OSError:
            if time.monotonic() > overdue:
                raise
            time.sleep(0.1)
