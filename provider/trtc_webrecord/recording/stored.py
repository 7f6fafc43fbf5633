"""A recording in the state, from the properties of its resource."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ..declaration.declaration import Declaration, declared_name
from ..declaration.names import UNFINISHED
from .endpoint import Endpoint

UNKNOWN = "unknown"
"""The status of a resource of which no task is known yet."""


@dataclass(frozen=True)
class Stored:
    """A recording in the state.

    `task_id` is the resource's id: a RecordId if no task is known yet. `status` is `recording`,
    `ended` or `unknown`. None: the `record_id` and `started_at` of an adopted task, and the
    `endpoint` in a state of an early version. `is_unfinished`: it failed to come up, and its start
    is not finished. `restarts`: whether it is started again once it has ended. `props` are its
    inputs and outputs. `encrypted`: they lack secret values that identify it. `is_retained`: Pulumi
    forgets it where it would delete it (`retain_on_delete`). `provider` is the URN of its provider.
    `modified`: when Pulumi last changed its state (ISO 8601, UTC).
    """

    urn: str
    task_id: str
    record_id: str | None
    status: str | None
    started_at: str | None
    endpoint: Endpoint | None
    is_unfinished: bool
    restarts: bool
    props: dict[str, Any]
    encrypted: bool = False
    is_retained: bool = False
    provider: str = ""
    modified: str = ""

    @classmethod
    def of(cls, id_: str, props: dict[str, Any]) -> Stored:
        """The recording of a resource's id and properties."""
        status, endpoint, region = (props.get(name) for name in ("status", "endpoint", "region"))
        unfinished = props.get(UNFINISHED, id_ if status == UNKNOWN else None)
        return cls(
            urn=str(props.get("resource_urn", "")),
            task_id=id_,
            record_id=unfinished or props.get("record_id"),
            status=status,
            started_at=props.get("started_at"),
            endpoint=Endpoint(endpoint, region) if endpoint and region else None,
            is_unfinished=unfinished is not None,
            restarts=props.get("restart_policy") == "always",
            props=props,
        )

    @property
    def who(self) -> str:
        """The recording, for messages."""
        return f"recording {declared_name(self.props)!r}"

    @cached_property
    def declaration(self) -> Declaration:
        """Its inputs. Raises InvalidProperties if an incompatible version wrote them."""
        return Declaration.from_state(self.props)

    @property
    def seen_ended(self) -> float | None:
        """Unix seconds by which the state has it as ended; None if it does not."""
        if self.status != "ended":
            return None
        seen = self.props.get("ended_at") or f"{self.modified[:19] or '1970-01-01T00:00:00'}+00:00"
        return datetime.fromisoformat(seen).timestamp()

    @property
    def latest_end(self) -> float | None:
        """Unix seconds of its limit; None if its start is not known. Raises InvalidProperties."""
        if not self.started_at:
            return None
        begun = datetime.fromisoformat(self.started_at).timestamp()
        return begun + self.declaration.max_duration_limit

    def __str__(self) -> str:
        if self.record_id is None:
            return f"{self.who} (TaskId {self.task_id})"
        unknown = ", TaskId not known" if self.status == UNKNOWN else ""
        return f"{self.who} (RecordId {self.record_id}{unknown})"
