"""Decides about recordings with `startAt`, by the service's time and the stack's state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG
from pydantic.alias_generators import to_camel

from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..declaration.declaration import Declaration
from ..declaration.record_id import TYPE, urn_in_any_language
from ..provider_run import recordings_of_a_run
from ..recording.pending_creates import versions
from ..recording.state import StackState
from ..recording.stored import UNKNOWN, Stored
from .previous import Previous
from .service import Service
from .windows import Decision, Held, Window, decide


class Schedule:
    """The decisions of one run of the stack's program. `sdk_app_id` is any of the stack's own.

    The stack's state is read if it is needed and not given. Raises ConfigError or ApiError if the
    service cannot be asked, and StateUnreadable: to declare nothing would stop what runs.
    """

    def __init__(self, sdk_app_id: int, previous: Previous | None) -> None:
        self._config = ProviderConfig.from_stack(CONFIG.get())
        self._given = previous
        self._service = Service(self._config)
        self._now = self._service.now(sdk_app_id)

    def errors(self, name: str, arguments: Mapping[str, Any]) -> list[str]:
        """What the provider's check rejects of a recording that is not declared yet.

        In a run of its own: two that wait for different times may share a CDN target.
        """
        run = recordings_of_a_run(
            self._config, Clock(), lambda message: None, lambda stack: StackState()
        )
        return run.check({}, {**arguments, "resource_urn": _urn(name)}, to_camel)

    def decision(self, name: str, arguments: Mapping[str, Any], window: Window) -> Decision:
        """Whether the recording of these arguments, without secrets, is declared now."""
        declaration = Declaration.from_props({**arguments, "resource_urn": _urn(name)})
        held = Held() if window.is_open(self._now) else self._held(declaration, window)

        def running() -> str | None:
            begun = self._begun(declaration.resource_urn, window)
            return self._service.running([*begun, declaration], window.begin, held)

        return decide(window, self._now, held, running)

    def _held(self, declaration: Declaration, window: Window) -> Held:
        own = urn_in_any_language(declaration.resource_urn)
        interrupted = own in (urn_in_any_language(urn) for urn, _ in self._previous.creating)
        stored = _recording(self._previous, own)
        if stored and stored.encrypted and "triggers" not in stored.props:
            stored = _recording(self._previous.decrypted, own)
        if stored is None or window.trigger not in (stored.props.get("triggers") or []):
            return Held(None, interrupted)
        if stored.status == UNKNOWN:
            return Held(None, may_have_begun=True)
        return Held(stored.task_id, interrupted)

    def _begun(self, urn: str, window: Window) -> list[Declaration]:
        """What creates that a run did not finish may have started in the window."""
        own = urn_in_any_language(urn)
        creating = self._previous.creating
        found = versions(inputs for each, inputs in creating if urn_in_any_language(each) == own)
        return [each for each in found if window.trigger in each.triggers]

    @cached_property
    def _previous(self) -> Previous:
        return (self._given or Previous.read()).readable()


def _urn(name: str) -> str:
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{TYPE}::{name}"


def _recording(previous: Previous, urn: str) -> Stored | None:
    found = previous.recordings.items()
    return next((stored for each, stored in found if urn_in_any_language(each) == urn), None)
