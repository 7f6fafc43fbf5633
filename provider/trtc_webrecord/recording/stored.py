"""A recording in the state: what the properties of its resource say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..declaration.declaration import Declaration, declared, declared_name
from ..declaration.names import UNFINISHED
from .endpoint import Endpoint

UNKNOWN = "unknown"
"""The status of a resource of which no task is known yet."""


@dataclass(frozen=True)
class Stored:
    """A recording in the state.

    `task_id` is the resource's id: a RecordId if no task is known yet. `props` are its inputs and
    outputs. `encrypted`: they lack secret values that identify the recording. `is_retained`:
    Pulumi forgets it where it would delete it (`retain_on_delete`).
    """

    urn: str
    task_id: str
    props: dict[str, Any]
    encrypted: bool = False
    is_retained: bool = False

    @classmethod
    def of(cls, id_: str, props: dict[str, Any]) -> Stored:
        """The recording of a resource's id and properties."""
        return cls(str(props.get("resource_urn", "")), id_, props)

    @property
    def name(self) -> str:
        """The resource's name, for messages."""
        return declared_name(self.props)

    @property
    def record_id(self) -> str | None:
        """Its RecordId; None if it was adopted without one."""
        return self.props.get("record_id")

    @property
    def status(self) -> str | None:
        """`recording`, `ended` or `unknown`."""
        return self.props.get("status")

    @property
    def started_at(self) -> str | None:
        """ISO 8601 in UTC; None if the task was adopted."""
        return self.props.get("started_at")

    @property
    def restarts(self) -> bool:
        """Whether it is started again once it has ended."""
        return self.props.get("restart_policy") == "always"

    @property
    def endpoint(self) -> Endpoint | None:
        """Where it was started; None if an early version did not store it."""
        endpoint, region = self.props.get("endpoint"), self.props.get("region")
        return Endpoint(endpoint, region) if endpoint and region else None

    @property
    def unfinished(self) -> str | None:
        """The RecordId of a resource that failed to come up, None if its start was finished."""
        if UNFINISHED in self.props:
            return str(self.props[UNFINISHED])
        return self.task_id if self.status == UNKNOWN else None  # by an earlier version

    @cached_property
    def declaration(self) -> Declaration:
        """Its inputs. Raises InvalidProperties if an incompatible version wrote them."""
        return Declaration.from_state(declared(self.props))

    def __str__(self) -> str:
        who = f"RecordId {self.record_id or 'none'}, TaskId {self.task_id}"
        return f"recording {self.name!r} ({who})"
