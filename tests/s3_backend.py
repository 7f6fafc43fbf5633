"""An S3-compatible server on loopback, as the backend of several stacks."""

from __future__ import annotations

import os
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waiting import listens, server

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
    environment = {**os.environ, **KEYS}
    with server(command, lambda: listens(port), log, seconds=START_SECONDS, env=environment):
        _make_bucket(f"{endpoint}/{BUCKET}")
        yield f"s3://{BUCKET}?endpoint={endpoint}&region=us-east-1&use_path_style=true{QUIET}"


def _make_bucket(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(url, method="PUT"), timeout=START_SECONDS).close()
