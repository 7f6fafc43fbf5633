"""The provider and the service in one process: no sockets, and time that only sleeps advance."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Literal

import requests
from pulumi.dynamic import ResourceProvider
from pydantic import PrivateAttr
from requests.adapters import HTTPAdapter
from trtc_recorder import Cut, Hang, Outcome, Request, Response, Service
from trtc_recorder.testing import SECRET_ID, SECRET_KEY
from trtc_webrecord.api.client import WebRecordApi
from trtc_webrecord.api.credentials import CredentialSource
from trtc_webrecord.api.pacing import Clock
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.dynamic.sdk_patches import notify
from trtc_webrecord.errors import Cancelled
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.provider_run import recordings_of_a_run
from trtc_webrecord.recording.recordings import Recordings
from trtc_webrecord.recording.state import StateReader
from urllib3 import HTTPResponse

ROUND_TRIP = 0.1
"""Seconds that a request takes."""

Moment = Literal["sending", "acted", "saving"]
"""Before the nth request is sent; when the service has acted, before its response arrives; when the
engine is about to save the result."""


@dataclass(order=True, frozen=True)
class LateRequest:
    """A request that the service runs at `at` (seconds), after its client has disconnected."""

    at: float
    act: Callable[[], object] = field(compare=False)
    request: requests.PreparedRequest = field(compare=False)

    def stops(self, task_id: str) -> bool:
        """Whether it is a StopWebRecord of this task."""
        stops = self.request.headers["X-TC-Action"] == "StopWebRecord"
        body = self.request.body
        return stops and isinstance(body, io.BytesIO) and task_id.encode() in body.getvalue()


class Time:
    """Seconds since the start, shared by all; what is due happens while they pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[LateRequest] = []

    def act_later(
        self, seconds: float, act: Callable[[], object], request: requests.PreparedRequest
    ) -> None:
        """Have the service act on a request in `seconds`, after its client has disconnected."""
        self._due.append(LateRequest(self.now + seconds, act, request))

    @property
    def requests_under_way(self) -> bool:
        """Whether the service has yet to act on a request of a disconnected client."""
        return bool(self._due)

    def stop_under_way(self, task_id: str) -> bool:
        """Whether such a request will stop this task."""
        return any(due.stops(task_id) for due in self._due)

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while due := min((d for d in self._due if d.at <= until), default=None):
            self._due.remove(due)
            self.now = due.at
            due.act()
        self.now = until

    def wall(self) -> float:
        """Unix seconds."""
        return 1_750_000_000 + self.now

    def clock(self, ahead: float, cancellation: Cancellation) -> Clock:
        """The clock of a run, on a machine that is `ahead` seconds ahead."""

        def sleep(seconds: float) -> None:
            self.sleep(seconds)
            cancellation.check()

        return Clock(lambda: self.wall() + ahead, lambda: self.now, sleep)


class Killed(BaseException):
    """SIGKILL of every process of the run."""


class Cancellation:
    """Whether a run was cancelled: what the provider waits for then is over."""

    def __init__(self) -> None:
        self._begun = False

    def begin(self) -> None:
        self._begun = True

    def check(self) -> None:
        """Raises Cancelled."""
        if self._begun:
            raise Cancelled("the run was cancelled", "the run was cancelled")


@dataclass(frozen=True)
class Interruption:
    """What happens during a run, at a moment of its nth request (from 1), or of all from it on."""

    request: int
    moment: Moment
    act: Callable[[], None]
    lasting: bool = False


class InProcessTransport(HTTPAdapter):
    """Carries one run's requests to the service, and calls `on_request` after each.

    Attribute: `requests`, the actions of all, in order.
    """

    def __init__(
        self,
        service: Service,
        time: Time,
        on_request: Callable[[], object] = lambda: None,
        interruptions: Iterable[Interruption] = (),
    ) -> None:
        super().__init__()
        self.requests: list[str] = []
        self._on_request = on_request
        self._service = service
        self._time = time
        self._interruptions = list(interruptions)

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        self.requests.append(str(request.headers["X-TC-Action"]))
        self.interrupt("sending")
        self._time.sleep(ROUND_TRIP / 2)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        body = request.body.read() if isinstance(request.body, io.BytesIO) else b""
        outcome = self._service.handle(Request(request.method or "", headers, body))
        read_timeout = options["timeout"][1]
        while isinstance(outcome, Hang):
            outcome = self._wait(outcome, read_timeout, request)
        self._on_request()
        self.interrupt("acted")
        if isinstance(outcome, Cut):
            raise requests.ConnectionError("the connection was closed", request=request)
        self._time.sleep(ROUND_TRIP / 2)
        return self.build_response(request, self._http(outcome))

    def interrupt(self, moment: Moment) -> None:
        for interruption in list(self._interruptions):
            if interruption.moment == moment and interruption.request <= len(self.requests):
                if not interruption.lasting:
                    self._interruptions.remove(interruption)
                interruption.act()

    def _wait(self, hang: Hang, read_timeout: float, request: requests.PreparedRequest) -> Outcome:
        if hang.seconds <= read_timeout:
            self._time.sleep(hang.seconds)
            return hang.resume()
        self._time.act_later(hang.seconds, hang.resume, request)
        self.interrupt("acted")
        self._time.sleep(read_timeout)
        raise requests.ReadTimeout("no response")

    def _http(self, response: Response) -> HTTPResponse:
        return HTTPResponse(
            io.BytesIO(response.body),
            {
                "Content-Type": response.content_type,
                "Date": formatdate(self._service.now(), usegmt=True),
            },
            response.status,
            preload_content=False,
        )


class _Config(ProviderConfig):
    _transport: InProcessTransport = PrivateAttr()

    def api(self, credentials: CredentialSource, clock: Clock, *_: object) -> WebRecordApi:
        return WebRecordApi(
            endpoint=self.endpoint,
            region=self.region,
            credentials=credentials,
            clock=clock,
            transport=self._transport,
        )


class _Provider(WebRecordingProvider):
    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings


class ProviderProcess:
    """The provider's process in one run; the machine's clock is `ahead` seconds ahead."""

    def __init__(
        self,
        transport: InProcessTransport,
        time: Time,
        export: StateReader,
        ahead: float = 0,
        cancellation: Cancellation | None = None,
    ) -> None:
        self.transport = transport
        clock = time.clock(ahead, cancellation or Cancellation())
        config = _Config(secret_id=SECRET_ID, secret_key=SECRET_KEY, storage_probe=False)
        config._transport = transport
        self.provider: ResourceProvider = _Provider(
            recordings_of_a_run(config, clock, notify, export)
        )

    def saving(self) -> None:
        self.transport.interrupt("saving")
