"""Serves the files of a recording and of the viewer over HTTP, also while they are written."""

from __future__ import annotations

from os import PathLike, stat_result
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Message, Receive, Scope, Send

PLAYLIST = ".m3u8"

MEDIA = {
    ".mp4": "video/mp4",
    PLAYLIST: "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".jpg": "image/jpeg",
}
STATIC = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""Content-Type by file extension; other files are not served."""


async def served_file(request: Request, folder: Path, name: str, types: dict[str, str]) -> Response:
    """Returns the file `name` below `folder`, after resolving symlinks. Raises HTTPException 404.

    A playlist is read at once and ignores Range, since it changes between two requests.
    """
    suffix = Path(name).suffix
    if suffix not in types:
        raise HTTPException(404, "File not found.")
    response = await _Files(directory=folder, check_dir=False).get_response(name, request.scope)
    if isinstance(response, FileResponse):
        response.headers["Content-Type"] = types[suffix]
        if suffix == PLAYLIST:
            content = await run_in_threadpool(Path(response.path).read_bytes)
            return Response(content, 200, {"Cache-Control": "no-store"}, types[suffix])
    return response


class _Files(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, _: int = 200
    ) -> Response:
        response = _AsItWas(full_path, stat_result=stat_result)
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if unchanged else response


class _AsItWas(FileResponse):
    """Sends a file up to the length that it had at first: a recording grows meanwhile."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def send_no_more(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = int(Headers(raw=message["headers"])["Content-Length"])
            else:
                message["body"] = message["body"][:left]
                left -= len(message["body"])
            await send(message)

        await super().__call__(scope, receive, send_no_more)
