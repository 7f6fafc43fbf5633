"""A client of the control plane."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from .api.call_log import Call
from .api.faults import FaultRule
from .settings import Switches
from .tasks.events import EndingEvent, MediaFile
from .tasks.store import Task

TIMEOUT = 20
"""Seconds for a response."""

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Without the environment's proxies."""


class Recorder:
    """A client of the control plane of a running service."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        """Its URL, such as `http://127.0.0.1:8790`."""

    def reset(self) -> None:
        """Reset to the state of the first start: no tasks, no requests, no faults."""
        self._request("POST", "reset")

    def tasks(self) -> list[Task]:
        """Returns every task, live and ended, oldest first."""
        tasks = self._request("GET", "tasks")["tasks"]
        return [Task(**{k: v for k, v in task.items() if k != "live"}) for task in tasks]

    def live_tasks(self) -> list[Task]:
        """Returns the tasks that are recording now."""
        return [task for task in self.tasks() if task.live]

    def end(
        self, task_id: str, reason: str = "ended by itself", event: EndingEvent | None = None
    ) -> None:
        """End a task now, as if by itself, with the callbacks of `event` before its end's."""
        self._request("POST", f"tasks/{task_id}/end", {"reason": reason, "event": event})

    def post(self, task_id: str, event_type: int, **payload: Any) -> None:
        """Post a callback of a task: `post(task_id, 803, Status=2, EventMessage="")`."""
        self._request(
            "POST", f"tasks/{task_id}/events", {"EventType": event_type, "Payload": payload}
        )

    def files(self, task_id: str) -> list[MediaFile] | None:
        """Returns the files of a recording; None until they are finished."""
        files = self._request("GET", f"tasks/{task_id}/files")["files"]
        return None if files is None else [MediaFile(**file) for file in files]

    def calls(self, action: str | None = None) -> list[Call]:
        """Returns the latest requests, of one action or of all, oldest first."""
        calls = [Call(**call) for call in self._request("GET", "calls")["recent"]]
        return [call for call in calls if action in (None, call.action)]

    def call_counts(self) -> dict[str, dict[str, int]]:
        """Returns how often each action had each outcome."""
        counts: dict[str, dict[str, int]] = self._request("GET", "calls")["counts"]
        return counts

    def held_calls(self) -> int:
        """Returns how many requests the fault `hang` delays now, before or after execution."""
        return int(self._request("GET", "calls")["held"])

    def reset_calls(self) -> None:
        """Clear the log of requests and its counts."""
        self._request("DELETE", "calls")

    def inject(self, *rules: FaultRule, **rule: Any) -> None:
        """Add fault rules: `inject(action="StopWebRecord", what="cut")`."""
        given = [*rules, FaultRule(**rule)] if rule else rules
        self._request("POST", "faults", {"rules": [r.model_dump() for r in given]})

    def faults(self) -> list[dict[str, Any]]:
        """Returns the active rules, with how often each `matched` and `struck` (was injected)."""
        rules: list[dict[str, Any]] = self._request("GET", "faults")["rules"]
        return rules

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._request("DELETE", "faults")

    def settings(self) -> Switches:
        """Returns the current values of the switches."""
        return Switches(**self._request("GET", "settings"))

    def switch(self, **changes: Any) -> None:
        """Change switches: `switch(visible_after=0, requests_per_second=0)`."""
        self._request("PATCH", "settings", changes)

    def now(self) -> float:
        """Returns Unix seconds by the service's clock."""
        return float(self._request("GET", "clock")["now"])

    def advance(self, seconds: float) -> None:
        """Advance the service's clock."""
        self._request("POST", "clock", {"advance": seconds})

    def accept(
        self,
        secret_id: str,
        secret_key: str,
        *,
        token: str | None = None,
        expires_in: float | None = None,
        sdk_app_ids: list[int] | None = None,
    ) -> None:
        """Add a key pair; a temporary one has a token and expires in `expires_in` seconds.

        `sdk_app_ids` are the applications of its account; without it, all.
        """
        given = {
            "secret_id": secret_id,
            "secret_key": secret_key,
            "token": token,
            "expires_in": expires_in,
            "sdk_app_ids": sdk_app_ids,
        }
        self._request("POST", "credentials", given)

    def revoke(self, secret_id: str) -> None:
        """Remove the key pair with this SecretId."""
        self._request("DELETE", f"credentials/{secret_id}")

    def _request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{self.endpoint}/control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=TIMEOUT) as response:
                raw = response.read()
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(f"{method} {path}: {error.read().decode()}") from None
        return json.loads(raw) if raw else None
