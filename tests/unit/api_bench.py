"""The API client at a scripted service, by a clock that nobody waits for."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import chain, repeat
from typing import Any

from trtc_webrecord.api.client import WebRecordApi
from trtc_webrecord.api.credentials import Credential
from unit.clockwork import Clockwork
from unit.scripted_service import Call, Reply, ScriptedService

BODY = {"RecordUrl": "https://example.com/lobby", "RecordId": "lobby-1"}


class Rotating:
    """Temporary credentials that are new after each refresh."""

    def __init__(self) -> None:
        self.refreshed = 0

    def current(self) -> Credential:
        return Credential("the-id", "the-key", f"token-{self.refreshed}")

    def refresh(self) -> None:
        self.refreshed += 1

    def renew(self, rejected: Credential) -> bool:
        return False


class Bench:
    """The API at a scripted service; `time` is what its back-off slept through."""

    def __init__(self, services: ExitStack) -> None:
        self._services = services
        self.time = Clockwork()
        self.credentials = Rotating()
        self.shown: list[str] = []

    def serve(self, *script: Any, endless: Reply | None = None, **options: Any) -> WebRecordApi:
        tail = repeat(endless) if endless else []
        self.service = self._services.enter_context(ScriptedService(chain(script, tail)))
        return self.api(self.service.endpoint, **options)

    def api(self, endpoint: str, **options: Any) -> WebRecordApi:
        defaults = {"timeout": 10, "notify": self.shown.append, "clock": self.time.clock}
        return WebRecordApi(
            endpoint=endpoint,
            region="ap-singapore",
            credentials=self.credentials,
            **{**defaults, **options},
        )

    @property
    def calls(self) -> list[Call]:
        """The requests that the service has read."""
        return self.service.calls

    def sent(self, header: str) -> list[str]:
        return [call.headers[header] for call in self.calls]
