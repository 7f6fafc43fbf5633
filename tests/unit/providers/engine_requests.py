"""The engine's side of both providers: its requests, the messages it shows, the state it exports.

Names of fields are snake_case at both; the native provider gets and returns them in camelCase.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc
from pydantic.alias_generators import to_camel
from trtc_recorder.testing import SECRET_ID, SECRET_KEY
from trtc_webrecord.declaration.naming import snake_case
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.native.properties import FIELDS, opened, received, sent
from trtc_webrecord.native.provider import Provider as NativeServicer
from unit.declared import props

Values = dict[str, Any]
DYNAMIC = "pulumi-python:dynamic/trtc:WebRecording"
NATIVE = "trtc:index:WebRecording"
_SNAKE = {to_camel(name): name for name in FIELDS}
_CAMEL_NAMES = re.compile(rf"(?<!trtc:)\b({'|'.join(_SNAKE)})\b")


class Failed(Exception):
    """A request that the provider answers with an error; the message is what the engine prints."""


@dataclass(frozen=True)
class Plan:
    """The answer to Diff."""

    changes: bool
    replaces: list[str]
    delete_before_replace: bool


class Provider(Protocol):
    """A provider of a run. Without a program, the engine checks neither config nor inputs.

    `name` is the resource's, in the stack `prod`.
    """

    def restart(self, program: bool = True, **config: Any) -> None: ...
    def inputs(self, name: str = "lobby", **changes: Any) -> Values: ...
    def check(self, inputs: Values, olds: Values | None = None) -> list[str]: ...
    def diff(self, task: str, olds: Values, inputs: Values) -> Plan: ...
    def create(self, inputs: Values) -> tuple[str, Values]: ...
    def read(self, task: str, state: Values) -> tuple[str, Values]: ...
    def update(self, task: str, olds: Values, inputs: Values) -> Values: ...
    def delete(self, task: str, state: Values) -> None: ...
    def messages(self) -> str: ...
    def stored(self, task: str, state: Values, **more: Any) -> Values: ...


class EngineState:
    """A `pulumi` that exports the resources of a state."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "state.json"
        self.hold()
        pulumi = folder / "pulumi"
        pulumi.write_text(f'#!/bin/sh\nwhile read -r l; do echo "$l"; done <{self._file}\n')
        pulumi.chmod(0o755)

    def hold(self, *resources: Values) -> None:
        """Have these resources, and no others."""
        self._file.write_text(json.dumps({"deployment": {"resources": resources}}) + "\n")


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:prod::web-recordings::{kind}::{name}"


class DynamicProvider:
    """Called as the SDK's server calls it."""

    def __init__(self, endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._endpoint, self._capsys, self._runs = endpoint, capsys, 0
        self.restart()

    def restart(self, program: bool = True, **config: Any) -> None:
        """Begin a new run."""
        self._runs += 1  # the recordings of equal configurations are shared
        given = _config({"endpoint": self._endpoint, "timeout": str(20 + self._runs), **config})
        configuration = {f"trtc:{key}": value for key, value in given.items()}
        self._provider = WebRecordingProvider()
        self._provider.configure(ConfigureRequest(Config(configuration, "web-recordings")))

    def inputs(self, name: str = "lobby", **changes: Any) -> Values:
        return props(resource_urn=urn(DYNAMIC, name), **changes)

    def check(self, inputs: Values, olds: Values | None = None) -> list[str]:
        failures = self._provider.check(olds or {}, inputs).failures
        return [failure.reason for failure in failures or []]

    def diff(self, task: str, olds: Values, inputs: Values) -> Plan:
        plan = self._provider.diff(task, olds, inputs)
        return Plan(bool(plan.changes), list(plan.replaces or []), bool(plan.delete_before_replace))

    def create(self, inputs: Values) -> tuple[str, Values]:
        try:
            made = self._provider.create(inputs)
        except Exception as error:
            raise Failed(str(error)) from None
        return made.id, dict(made.outs or {})

    def read(self, task: str, state: Values) -> tuple[str, Values]:
        try:
            read = self._provider.read(task, state)
        except Exception as error:
            raise Failed(str(error)) from None
        return read.id or "", dict(read.outs or {})

    def update(self, task: str, olds: Values, inputs: Values) -> Values:
        return dict(self._provider.update(task, olds, inputs).outs or {})

    def delete(self, task: str, state: Values) -> None:
        try:
            self._provider.delete(task, state)
        except Exception as error:
            raise Failed(str(error)) from None

    def messages(self) -> str:
        """What it has printed since the last call."""
        return self._capsys.readouterr().out

    def stored(self, task: str, state: Values, **more: Any) -> Values:
        """The resource in the engine's state."""
        entry = {"urn": state["resource_urn"], "type": DYNAMIC, "id": task}
        return {**entry, "inputs": state, "outputs": state, **more}


class NativeProvider(engine_pb2_grpc.EngineServicer):
    """Called over a channel, and shown its messages by the engine's own service."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._log: list[str] = []
        self._server: grpc.Server | None = None

    def __enter__(self) -> NativeProvider:
        self._engine = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._engine)
        self._address = f"127.0.0.1:{self._engine.add_insecure_port('127.0.0.1:0')}"
        self._engine.start()
        self.restart()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._engine.stop(None).wait()

    def Log(self, request: Any, context: object) -> Empty:
        self._log.append(request.message)
        return Empty()

    def _stop(self) -> None:
        if self._server:
            self._channel.close()
            self._server.stop(None).wait()

    def restart(self, program: bool = True, **config: Any) -> None:
        """Begin a new run."""
        self._stop()
        self._server = grpc.server(ThreadPoolExecutor(4))
        servicer = NativeServicer(self._address)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, self._server)
        port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        given = _config({"endpoint": self._endpoint, **config})
        self.failures = self.check_config(given) if program else []
        if not self.failures:
            self.stub.Configure(provider_pb2.ConfigureRequest(args=sent(given)))

    def check_config(self, config: Values) -> list[str]:
        """The reasons for which the engine does not configure it."""
        checked = self.stub.CheckConfig(provider_pb2.CheckRequest(news=sent(config)))
        return [failure.reason for failure in checked.failures]

    def inputs(self, name: str = "lobby", **changes: Any) -> Values:
        return props(resource_urn=urn(NATIVE, name), **changes)

    def cancel(self) -> None:
        """The engine's run is interrupted."""
        self.stub.Cancel(Empty())

    def raw_check(self, values: Values, name: str = "lobby") -> list[str]:
        """The failures of inputs in camelCase, as they are shown."""
        request = provider_pb2.CheckRequest(urn=urn(NATIVE, name), news=sent(values))
        return [failure.reason for failure in self.stub.Check(request).failures]

    def check(self, inputs: Values, olds: Values | None = None) -> list[str]:
        request = provider_pb2.CheckRequest(
            urn=inputs["resource_urn"], olds=as_sent(olds or {}), news=as_sent(inputs)
        )
        return [_snake(failure.reason) for failure in self.call("Check", request).failures]

    def diff(self, task: str, olds: Values, inputs: Values) -> Plan:
        request = provider_pb2.DiffRequest(
            id=task, urn=inputs["resource_urn"], olds=as_sent(olds), news=as_sent(inputs)
        )
        plan = self.call("Diff", request)
        replaces = [snake_case({name: 0}).popitem()[0] for name in plan.replaces]
        changes = plan.changes == provider_pb2.DiffResponse.DIFF_SOME
        return Plan(changes, replaces, plan.deleteBeforeReplace)

    def create(self, inputs: Values) -> tuple[str, Values]:
        request = provider_pb2.CreateRequest(urn=inputs["resource_urn"], properties=as_sent(inputs))
        made = self.call("Create", request)
        return made.id, _outputs(made.properties, inputs)

    def read(self, task: str, state: Values) -> tuple[str, Values]:
        request = provider_pb2.ReadRequest(
            id=task, urn=state["resource_urn"], properties=as_sent(state), inputs=as_sent(state)
        )
        read = self.call("Read", request)
        return read.id, _outputs(read.properties, state) if read.id else {}

    def update(self, task: str, olds: Values, inputs: Values) -> Values:
        request = provider_pb2.UpdateRequest(
            id=task, urn=inputs["resource_urn"], olds=as_sent(olds), news=as_sent(inputs)
        )
        return _outputs(self.call("Update", request).properties, inputs)

    def delete(self, task: str, state: Values) -> None:
        self.call(
            "Delete",
            provider_pb2.DeleteRequest(
                id=task, urn=state["resource_urn"], properties=as_sent(state)
            ),
        )

    def messages(self) -> str:
        """What it has logged since the last call."""
        said, self._log = "\n".join(self._log), []
        return _snake(said)

    def stored(self, task: str, state: Values, **more: Any) -> Values:
        """The resource in the engine's state."""
        values = received(as_sent(state))
        entry = {"urn": state["resource_urn"], "type": NATIVE, "id": task}
        return {**entry, "inputs": values, "outputs": values, **more}

    def call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request)
        except grpc.RpcError as error:
            raise Failed(_snake(error.details() or "")) from None


def _config(given: Values) -> Values:
    given = {"secretId": SECRET_ID, "secretKey": SECRET_KEY, **given}
    return {key: value for key, value in given.items() if value}


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if isinstance(value, dict):
        return {
            to_camel(name): item if name == "triggers" else _camel(item)
            for name, item in value.items()
        }
    return value


def as_sent(values: Values) -> Any:
    return sent(_camel({name: item for name, item in values.items() if name != "resource_urn"}))


def _outputs(values: Any, inputs: Values) -> Values:
    read: Values = snake_case(opened(received(values)))
    return {**read, "resource_urn": inputs["resource_urn"]}


def _snake(message: str) -> str:
    return _CAMEL_NAMES.sub(lambda name: _SNAKE[name[0]], message)
