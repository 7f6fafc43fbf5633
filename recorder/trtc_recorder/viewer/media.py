"""Serves the media files of a recording over HTTP, with Range, also while they are written."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

TYPES = {
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".jpg": "image/jpeg",
}
"""Content-Type by file extension; other files are not served."""

CHUNK = 256 * 1024
"""Bytes read at a time."""


async def media(request: Request, folder: Path, name: str) -> Response:
    """The file `name` below `folder`. Raises HTTPException 404, or 416 for a range beyond it.

    A playlist ignores Range, since it changes between two requests.
    """
    suffix = Path(name).suffix
    file = await run_in_threadpool(_open, folder, name) if suffix in TYPES else None
    if file is None:
        raise HTTPException(404, "File not found.")
    try:
        state = os.fstat(file.fileno())
        whole = range(state.st_size)
        if suffix == ".m3u8":
            return _File(file, whole, request.method, TYPES[suffix], 200, {})
        tag = f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
        headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            file.close()
            return Response(status_code=304, headers=headers)
        part = None
        if request.headers.get("if-range", tag) == tag:
            part = _range(request.headers.get("range", ""), state.st_size)
        if part is None:
            return _File(file, whole, request.method, TYPES[suffix], 200, headers)
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{state.st_size}"
        return _File(file, part, request.method, TYPES[suffix], 206, headers)
    except BaseException:
        file.close()
        raise


class _File(StreamingResponse):
    """The bytes `part` of an open file, which is closed afterwards."""

    def __init__(
        self,
        file: BinaryIO,
        part: range,
        method: str,
        media_type: str,
        status: int,
        headers: dict[str, str],
    ) -> None:
        sent = part if method == "GET" else part[:0]
        headers = {"Cache-Control": "no-store", **headers, "Content-Length": str(len(part))}
        super().__init__(_chunks(file, sent), status, headers, media_type)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


async def _chunks(file: BinaryIO, part: range) -> AsyncIterator[bytes]:
    at = part.start
    while at < part.stop:
        chunk = await run_in_threadpool(os.pread, file.fileno(), min(CHUNK, part.stop - at), at)
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def _open(folder: Path, name: str) -> BinaryIO | None:
    """The file, if it is a regular file inside `folder` after resolving symlinks."""
    try:
        inside = folder.resolve(strict=True)
        path = (inside / name).resolve(strict=True)
        if not path.is_relative_to(inside) or not stat.S_ISREG(path.stat().st_mode):
            return None
        return path.open("rb", buffering=0)
    except (OSError, ValueError, RuntimeError):
        return None


def _range(header: str, size: int) -> range | None:
    """Parse a Range header; None unless it is a single range of bytes. Raises HTTPException 416."""
    match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", header.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        part = range(max(size - int(last), 0), size)
    else:
        part = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return None
    if not part:
        raise HTTPException(
            416,
            "The range is beyond the end of the file.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return part
