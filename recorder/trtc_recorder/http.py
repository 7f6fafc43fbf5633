"""The service over HTTP: the API at `/`, `/healthz`, and the control plane."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from email.utils import formatdate

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .api.wire import MAX_BODY, Cut, Hang, Outcome, Request, response
from .control import control_routes
from .errors import ApiError, unexpected
from .service import Service
from .tasks.storage import Storage
from .viewer.routes import HOME, viewer_routes

SETTLE_EVERY = 1.0
"""Seconds between two checks for tasks that are due."""

SHUTDOWN_TIMEOUT = 1
"""Seconds for running requests to finish on shutdown."""

_log = logging.getLogger(__name__)


def application(service: Service) -> Starlette:
    """Returns the whole service as an ASGI application."""
    settings = service.settings
    routes: list[BaseRoute] = [
        Route("/", _Api(service, home=HOME if settings.viewer_served else None)),
        Route("/healthz", _healthy),
    ]
    if settings.control_served:
        routes.append(control_routes(service))
    if settings.viewer_served and settings.data is not None:
        routes.extend(viewer_routes(service, Storage(settings.data)))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        settling = asyncio.create_task(_settle_forever(service))
        yield
        settling.cancel()

    return Starlette(routes=routes, lifespan=lifespan)


class Server(uvicorn.Server):
    """Serves `service` on a listening socket until it is stopped. `on_ready` is called once."""

    def __init__(
        self, service: Service, listener: socket.socket, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                _dated(application(service), service.now),
                http=_Connection,
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
            )
        )
        service.address = service.settings.public_url or _address(listener)
        self._listener = listener
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then call `on_ready`."""
        await super().startup([self._listener])
        self._on_ready()


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that listens on `host` and `port`; port 0 picks a free one. Raises OSError.

    IPPROTO_TCP is explicit: only then does asyncio set TCP_NODELAY (else 40 ms for each response).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def endpoint(listener: socket.socket) -> str:
    """Returns the URL of a service on this socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _address(listener: socket.socket) -> str:
    """Returns the URL of a service for others: its host's name, if it listens on every address."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        return f"http://{socket.gethostname()}:{port}"
    return endpoint(listener)


class _Connection(H11Protocol):
    """Passes its transport to the application, which aborts it for the fault `cut`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Api:
    """The API at `/`; browsers are redirected to `home`."""

    def __init__(self, service: Service, home: str | None) -> None:
        self._service = service
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = HttpRequest(scope, receive)
        if self._home and _wants_page(http):
            await RedirectResponse(self._home)(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        request = Request(http.method, headers, await _body(http))
        outcome = self._safely(lambda: self._service.handle(request))
        while isinstance(outcome, Hang):
            await asyncio.sleep(outcome.seconds)
            outcome = self._safely(outcome.resume)
        if isinstance(outcome, Cut):
            await _cut(scope, receive)
            return
        http_response = Response(
            outcome.body,
            outcome.status,
            headers={"Content-Type": outcome.content_type, **outcome.headers},
        )
        await http_response(scope, receive, send)

    def _safely(self, step: Callable[[], Outcome]) -> Outcome:
        """Returns the outcome of `step`, or InternalError; logs the stack trace without values."""
        try:
            return step()
        except Exception as error:
            _log.error(unexpected(error))
            internal = ApiError("InternalError", "An internal error has occurred.")
            return response(internal, str(uuid.uuid4()))


def _wants_page(http: HttpRequest) -> bool:
    return http.method == "GET" and "text/html" in http.headers.get("accept", "")


async def _body(http: HttpRequest) -> bytes:
    """Returns the body; of one that is too large, only the beginning."""
    body = bytearray()
    async for chunk in http.stream():
        if len(body) <= MAX_BODY:
            body += chunk
    return bytes(body)


async def _cut(scope: Scope, receive: Receive) -> None:
    scope["state"]["transport"].abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _healthy(_: HttpRequest) -> Response:
    return JSONResponse({"status": "ok"})


async def _settle_forever(service: Service) -> None:
    while True:
        await asyncio.sleep(SETTLE_EVERY)
        try:
            service.settle()
        except Exception as error:
            _log.error("tasks that are due could not be ended: %s", unexpected(error))


def _dated(app: ASGIApp, now: Callable[[], float]) -> ASGIApp:
    """`app` with a Date header from `now` (Unix s) in every response."""

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(now(), usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        await app(scope, receive, send_dated)

    return dated
