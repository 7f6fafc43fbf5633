"""The routes of the viewer: pages, JSON and media files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..errors import ApiError
from ..service import Service
from ..tasks.storage import LIVE_PLAYLIST, POSTER, Storage
from ..tasks.store import Task
from . import origin_checks
from .listing import list_recordings, recording_json, report_json
from .served_files import MEDIA, STATIC, served_file

Handler = Callable[[Request], Awaitable[Response]]

HOME = "/recordings/"

RECENT = 200
"""How many ended recordings are listed, besides all that are live."""

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""Default headers of every response."""

DEMO_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; sandbox allow-scripts"
)
"""The demo page is one file in a sandbox with an opaque origin: no access to the service."""

FOLDER = Path(__file__).with_name("static")


def viewer_routes(service: Service, storage: Storage) -> list[BaseRoute]:
    """Returns the routes `/recordings/…`, `/recordings.json`, `/static/…` and `/demo`."""
    viewer = _Viewer(service, storage)
    return [
        viewer.route("/recordings.json", viewer.listing),
        viewer.route("/recordings/", viewer.page),
        viewer.route("/recordings/{task_id}.json", viewer.listing_of_one),
        viewer.route("/recordings/{task_id}", viewer.page_of_one),
        viewer.route("/recordings/{task_id}/files/{name:path}", viewer.file),
        viewer.route("/recordings/{task_id}/live/{name}", viewer.live),
        viewer.route("/recordings/{task_id}/poster.jpg", viewer.poster),
        viewer.route("/recordings/{task_id}/end", viewer.end, method="POST"),
        viewer.route("/static/{name}", viewer.static),
        viewer.route("/demo", viewer.demo),
    ]


class _Viewer:
    def __init__(self, service: Service, storage: Storage) -> None:
        self._service = service
        self._storage = storage

    def route(self, path: str, handler: Handler, method: str = "GET") -> Route:
        """Returns a route that rejects cross-origin requests, with the default security headers."""
        allowed = origin_checks.may_read if method == "GET" else origin_checks.may_change

        async def guarded(request: Request) -> Response:
            settings = self._service.settings
            here = origin_checks.host_allowed(request, settings.host, settings.public_host)
            recorded = handler != self.demo and origin_checks.from_a_recording(request)
            try:
                if recorded or not (here and allowed(request)):
                    raise HTTPException(403, "Cross-origin requests are not allowed.")
                response = await handler(request)
            except HTTPException as error:
                response = PlainTextResponse(error.detail, error.status_code, headers=error.headers)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return Route(path, guarded, methods=[method])

    async def page(self, _: Request) -> Response:
        return FileResponse(FOLDER / "viewer.html")

    async def page_of_one(self, request: Request) -> Response:
        known = await run_in_threadpool(self._service.task, request.path_params["task_id"])
        return FileResponse(FOLDER / "viewer.html", 404 if known is None else 200)

    async def listing(self, _: Request) -> Response:
        def data() -> dict[str, Any]:
            return {**self._about(), **self._listed()}

        return JSONResponse(await run_in_threadpool(data))

    async def listing_of_one(self, request: Request) -> Response:
        task = await self._task(request)
        recording = await run_in_threadpool(
            recording_json, task, self._storage, self._service.files, self._service.upload
        )
        report = await run_in_threadpool(report_json, task, self._storage)
        return JSONResponse({**self._about(), "recording": recording, "report": report})

    async def file(self, request: Request) -> Response:
        folder = self._storage.recording(await self._task(request))
        return await served_file(request, folder, request.path_params["name"], MEDIA)

    async def live(self, request: Request) -> Response:
        working = self._storage.working(await self._task(request))
        folder = (working / LIVE_PLAYLIST).parent
        return await served_file(request, folder, request.path_params["name"], MEDIA)

    async def poster(self, request: Request) -> Response:
        working = self._storage.working(await self._task(request))
        return await served_file(request, working, POSTER, MEDIA)

    async def end(self, request: Request) -> Response:
        task_id = request.path_params["task_id"]
        try:
            await run_in_threadpool(self._service.end, task_id, "ended by hand")
        except ApiError as error:
            raise HTTPException(404, error.message) from None
        return Response(status_code=204)

    async def static(self, request: Request) -> Response:
        return await served_file(request, FOLDER, request.path_params["name"], STATIC)

    async def demo(self, _: Request) -> Response:
        return FileResponse(FOLDER / "demo.html", headers={"Content-Security-Policy": DEMO_POLICY})

    def _listed(self) -> dict[str, Any]:
        service = self._service
        return list_recordings(*service.latest(RECENT), self._storage, service.upload)

    def _about(self) -> dict[str, Any]:
        service = self._service
        return {"now": service.now(), "notice": service.warning, "advice": service.advice}

    async def _task(self, request: Request) -> Task:
        task = await run_in_threadpool(self._service.task, request.path_params["task_id"])
        if task is None:
            raise HTTPException(404, "Recording not found.")
        return task
