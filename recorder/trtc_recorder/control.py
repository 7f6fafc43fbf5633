"""The control plane: inspect and control the service over HTTP, without authentication."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .api.authentication import Credential
from .api.faults import FaultRule
from .errors import ApiError
from .service import Service
from .settings import Switches
from .tasks.events import EndingEvent
from .viewer import origin_checks

Body = TypeVar("Body", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class End(_Strict):
    """Why a task ends by itself."""

    reason: str = "ended by itself"
    event: EndingEvent | None = None


class PostedEvent(_Strict):
    """A callback as the vendor writes it. Its EventGroupId is the EventType's first digit."""

    event_type: int = Field(alias="EventType", ge=100, le=999)
    payload: dict[str, Any] = Field(alias="Payload")


class Advance(_Strict):
    """Seconds by which the clock is advanced."""

    advance: float = Field(ge=0, allow_inf_nan=False)


class Faults(_Strict):
    """Fault rules to add."""

    rules: list[FaultRule]


class AcceptedCredential(_Strict):
    """A key pair to accept. A temporary one has a token and expires in `expires_in` seconds.

    `sdk_app_ids` are the applications of its account; without it, all.
    """

    secret_id: Annotated[str, Field(min_length=1)]
    secret_key: Annotated[SecretStr, Field(min_length=1)]
    token: SecretStr | None = None
    expires_in: float | None = None
    sdk_app_ids: frozenset[int] | None = None


def control_routes(service: Service) -> Mount:
    """Returns the routes under `/control`."""
    control = _Control(service)
    return Mount(
        "/control",
        routes=[
            Route("/tasks", control.tasks, methods=["GET"]),
            Route("/tasks/{task_id}/end", control.end, methods=["POST"]),
            Route("/tasks/{task_id}/events", control.post, methods=["POST"]),
            Route("/tasks/{task_id}/files", control.files, methods=["GET"]),
            Route("/calls", control.calls, methods=["GET", "DELETE"]),
            Route("/faults", control.faults, methods=["GET", "POST", "DELETE"]),
            Route("/settings", control.settings, methods=["GET", "PATCH"]),
            Route("/clock", control.clock, methods=["GET", "POST"]),
            Route("/reset", control.reset, methods=["POST"]),
            Route("/credentials", control.accept, methods=["POST"]),
            Route("/credentials/{secret_id}", control.revoke, methods=["DELETE"]),
        ],
    )


class _Control:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def tasks(self, request: Request) -> Response:
        self._guard(request)
        tasks = self._service.tasks()
        return JSONResponse({"tasks": [{**asdict(task), "live": task.live} for task in tasks]})

    async def end(self, request: Request) -> Response:
        self._guard(request)
        given = await _body(request, End)
        with _not_found():
            self._service.end(request.path_params["task_id"], given.reason, given.event)
        return Response(status_code=204)

    async def post(self, request: Request) -> Response:
        self._guard(request)
        given = await _body(request, PostedEvent)
        if not self._service.settings.callback_url:
            raise HTTPException(409, "There is no webhook: set TRTC_RECORDER_CALLBACK_URL.")
        with _not_found():
            task_id = request.path_params["task_id"]
            self._service.post(task_id, given.event_type, given.payload)
        return Response(status_code=204)

    async def files(self, request: Request) -> Response:
        self._guard(request)
        files = self._service.files(request.path_params["task_id"])
        return JSONResponse({"files": None if files is None else [asdict(f) for f in files]})

    async def calls(self, request: Request) -> Response:
        self._guard(request)
        if request.method == "DELETE":
            self._service.calls.reset()
            return Response(status_code=204)
        calls = self._service.calls
        recent = [asdict(call) for call in calls.recent()]
        return JSONResponse({"counts": calls.counts(), "recent": recent, "held": calls.held})

    async def faults(self, request: Request) -> Response:
        self._guard(request)
        if request.method == "DELETE":
            self._service.faults.clear()
        elif request.method == "POST":
            self._service.faults.add(*(await _body(request, Faults)).rules)
        return JSONResponse({"rules": [armed.as_json() for armed in self._service.faults.rules]})

    async def settings(self, request: Request) -> Response:
        self._guard(request)
        if request.method == "PATCH":
            changes = await _body(request, Switches)
            self._service.switch(**changes.model_dump(exclude_unset=True))
        return JSONResponse(self._service.switches().model_dump())

    async def clock(self, request: Request) -> Response:
        self._guard(request)
        if request.method == "POST":
            self._service.advance((await _body(request, Advance)).advance)
        offset = self._service.settings.clock_offset
        return JSONResponse({"now": self._service.now(), "offset": offset})

    async def reset(self, request: Request) -> Response:
        self._guard(request)
        self._service.reset()
        return Response(status_code=204)

    async def accept(self, request: Request) -> Response:
        self._guard(request)
        given = await _body(request, AcceptedCredential)
        self._service.credentials[given.secret_id] = Credential(
            secret_id=given.secret_id,
            secret_key=given.secret_key.get_secret_value(),
            token=given.token.get_secret_value() if given.token else None,
            expires_at=(
                None if given.expires_in is None else self._service.now() + given.expires_in
            ),
            sdk_app_ids=given.sdk_app_ids,
        )
        return Response(status_code=204)

    async def revoke(self, request: Request) -> Response:
        self._guard(request)
        self._service.credentials.pop(request.path_params["secret_id"], None)
        return Response(status_code=204)

    def _guard(self, request: Request) -> None:
        """Reject every request from a browser (CSRF, DNS rebinding)."""
        here = origin_checks.host_allowed(request, self._service.settings.host)
        if not here or origin_checks.from_browser(request):
            raise HTTPException(403, "The control plane is not for browsers.")


@contextmanager
def _not_found() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise HTTPException(404, error.message) from None


async def _body(request: Request, model: type[Body]) -> Body:
    raw: Any = await request.body()
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise HTTPException(
            400, "; ".join(f"{_path(each['loc'])}: {each['msg']}" for each in errors)
        ) from None


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "body"
