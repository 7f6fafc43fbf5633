"""Pulumi's own mocks, with what they do not tell: which inputs are secret."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import MockResourceArgs, Mocks, mocks, set_mocks
from pulumi.runtime.rpc import _special_secret_sig, _special_sig_key

_LOOP = asyncio.new_event_loop()
"""Pulumi wants one to be there, and whoever ran asyncio before has left none."""


@dataclass(frozen=True)
class Secret:
    """A value that Pulumi encrypts and never shows."""

    value: Any


class _Mocks(Mocks):
    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise NotImplementedError(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"id of {args.name}", args.inputs


class _Monitor(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Mocks())
        self.inputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:
        self.inputs[request.name] = _with_secrets(MessageToDict(request.object))
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def have_event_loop() -> None:
    """For an Output that is made outside of a program."""
    asyncio.set_event_loop(_LOOP)


def inputs_of(program: Callable[[], object]) -> dict[str, dict[str, Any]]:
    """The inputs of each resource that a program declares, by name, as they reach the engine."""
    monitor = _Monitor()
    have_event_loop()
    set_mocks(
        _Mocks(), project="web-recordings", stack="prod", monitor=monitor, organization="acme"
    )
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
    return monitor.inputs


def _with_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_special_sig_key) == _special_secret_sig:
            return Secret(_with_secrets(value["value"]))
        return {name: _with_secrets(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_secrets(item) for item in value]
    return value
