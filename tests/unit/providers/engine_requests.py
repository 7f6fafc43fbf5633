"""The engine's side of both providers: its requests, the messages it shows, the state it exports.

Names of fields are snake_case at both; the native provider gets and returns them in camelCase.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi import RunError
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import set_all_config
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc
from pydantic.alias_generators import to_camel
from shell_script import shell_script
from trtc_recorder.testing import SECRET_ID, SECRET_KEY
from trtc_webrecord import get_web_recording
from trtc_webrecord.declaration.naming import snake_case
from trtc_webrecord.dynamic import sdk_patches
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.native.properties import FIELDS, opened, received, sent
from trtc_webrecord.native.provider import Provider as NativeServicer
from trtc_webrecord.pulumi_cli.state import LOOKUP
from typing_extensions import Self
from unit.declared import props

Values = dict[str, Any]
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


class EngineState:
    """A `pulumi` that exports the resources of a state, and has a stack's config once it is set."""

    def __init__(self, folder: Path) -> None:
        self._file, self._config = folder / "stack.json", folder / "config.json"
        self.hold()
        shell_script(folder / "pulumi", f'while read -r l; do echo "$l"; done <{folder}/$2.json')

    def configure(self, **keys: str) -> None:
        """Have these keys of the namespace `trtc` in the stack's config."""
        config = {f"trtc:{key}": {"value": value, "secret": True} for key, value in keys.items()}
        self._config.write_text(json.dumps(config) + "\n")

    def hold(self, *resources: Values, **pending: list[Values]) -> None:
        """Have these resources and no others; `pending` are those of each type of operation."""
        operations = [
            {"type": kind, "resource": each} for kind, found in pending.items() for each in found
        ]
        deployment = {"resources": resources, "pending_operations": operations}
        self._file.write_text(json.dumps({"deployment": deployment}) + "\n")


DEFAULT = "urn:pulumi:prod::web-recordings::pulumi:providers:trtc::default_0_1_0"
"""The native provider that Pulumi makes from the stack's config."""


def configuration(endpoint: str, given: Values) -> Values:
    config = {"endpoint": endpoint, "secretId": SECRET_ID, "secretKey": SECRET_KEY, **given}
    return {key: value for key, value in config.items() if value}


class _Resource:
    """A resource of the stack `prod`, of one provider."""

    TYPE: str

    def inputs(self, name: str = "lobby", **changes: Any) -> Values:
        return props(
            resource_urn=f"urn:pulumi:prod::web-recordings::{self.TYPE}::{name}", **changes
        )

    def stored(self, task: str, state: Values, **more: Any) -> Values:
        """The resource in the engine's state."""
        entry = {"urn": state["resource_urn"], "type": self.TYPE, "id": task}
        entry["provider"] = f"{DEFAULT}::04da6b54"
        values = self.written(state)
        return {**entry, "inputs": values, "outputs": values, **more}

    def written(self, state: Values) -> Values:
        """The values by the names that the provider's program writes."""
        return state


class DynamicProvider(_Resource):
    """Called as the SDK's server calls it."""

    TYPE = "pulumi-python:dynamic/trtc:WebRecording"

    def __init__(self, endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._endpoint, self._capsys = endpoint, capsys
        self.restart()

    def restart(self, program: bool = True, **config: Any) -> None:
        """Begin a new run, without a program if so told."""
        sdk_patches._of_this_process.clear()  # a run has a process of its own
        given = configuration(self._endpoint, config)
        keys = {f"trtc:{key}": value for key, value in given.items()}
        set_all_config(keys)
        self._provider = WebRecordingProvider()
        self._provider.configure(ConfigureRequest(Config(keys, "web-recordings")))

    def check(self, inputs: Values, olds: Values | None = None) -> list[str]:
        return [each.reason for each in self._call("check", olds or {}, inputs).failures or []]

    def diff(self, task: str, olds: Values, inputs: Values) -> Plan:
        plan = self._call("diff", task, olds, inputs)
        return Plan(bool(plan.changes), list(plan.replaces or []), bool(plan.delete_before_replace))

    def create(self, inputs: Values) -> tuple[str, Values]:
        made = self._call("create", inputs)
        return made.id, made.outs

    def read(self, task: str, state: Values) -> tuple[str, Values]:
        read = self._call("read", task, state)
        return read.id or "", read.outs or {}

    def update(self, task: str, olds: Values, inputs: Values) -> Values:
        updated: Values = self._call("update", task, olds, inputs).outs
        return updated

    def delete(self, task: str, state: Values) -> None:
        self._call("delete", task, state)

    def look_up(self, **task: Any) -> Values:
        try:
            return vars(get_web_recording(**task))
        except RunError as error:
            raise Failed(str(error)) from None

    def messages(self) -> str:
        """What it has printed since the last call."""
        return self._capsys.readouterr().out

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            return getattr(self._provider, method)(*arguments)
        except Exception as error:
            raise Failed(str(error)) from None


class EngineLog(engine_pb2_grpc.EngineServicer):
    """The engine's own service, which shows messages; it serves while entered."""

    def __init__(self) -> None:
        self._log: list[str] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def Log(self, request: Any, context: object) -> Empty:
        self._log.append(request.message)
        return Empty()

    def messages(self) -> str:
        """What was logged since the last call."""
        said, self._log = "\n".join(self._log), []
        return said


class NativeProvider(_Resource, EngineLog):
    """Called over a channel."""

    TYPE = "trtc:index:WebRecording"

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._provider: grpc.Server | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        self.restart()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        super().__exit__()

    def _stop(self) -> None:
        if self._provider:
            self._channel.close()
            self._provider.stop(None).wait()

    def restart(self, program: bool = True, urn: str = DEFAULT, **config: Any) -> None:
        """Begin a new run. Without a program, the engine checks neither config nor inputs."""
        self._stop()
        self._provider = grpc.server(ThreadPoolExecutor(4))
        servicer = NativeServicer(self.address)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, self._provider)
        port = self._provider.add_insecure_port("127.0.0.1:0")
        self._provider.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        given = sent(configuration(self._endpoint, config))
        checked = self.stub.CheckConfig(provider_pb2.CheckRequest(news=given)) if program else None
        self.failures = [failure.reason for failure in checked.failures] if checked else []
        if not self.failures:
            self.stub.Configure(provider_pb2.ConfigureRequest(urn=urn, args=given))

    def check(self, inputs: Values, olds: Values | None = None) -> list[str]:
        checked = self._call("Check", inputs, olds=as_sent(olds or {}), news=as_sent(inputs))
        return [_snake(failure.reason) for failure in checked.failures]

    def diff(self, task: str, olds: Values, inputs: Values) -> Plan:
        plan = self._call("Diff", inputs, id=task, olds=as_sent(olds), news=as_sent(inputs))
        changes = plan.changes == provider_pb2.DiffResponse.DIFF_SOME
        return Plan(changes, [_SNAKE[name] for name in plan.replaces], plan.deleteBeforeReplace)

    def create(self, inputs: Values, **more: Any) -> tuple[str, Values]:
        made = self._call("Create", inputs, properties=as_sent(inputs), **more)
        return made.id, _outputs(made.properties, inputs)

    def read(self, task: str, state: Values) -> tuple[str, Values]:
        values = as_sent(state)
        read = self._call("Read", state, id=task, properties=values, inputs=values)
        return read.id, _outputs(read.properties, state) if read.id else {}

    def update(self, task: str, olds: Values, inputs: Values) -> Values:
        updated = self._call("Update", inputs, id=task, olds=as_sent(olds), news=as_sent(inputs))
        return _outputs(updated.properties, inputs)

    def delete(self, task: str, state: Values) -> None:
        self._call("Delete", state, id=task, properties=as_sent(state))

    def look_up(self, tok: str = LOOKUP, **task: Any) -> Values:
        request = provider_pb2.InvokeRequest(tok=tok, args=as_sent(task))
        try:
            answer = self.stub.Invoke(request)
        except grpc.RpcError as error:
            raise Failed(_snake(error.details() or "")) from None
        if answer.failures:
            raise Failed(answer.failures[0].reason)
        found: Values = snake_case(received(getattr(answer, "return")))
        return found

    def messages(self) -> str:
        return _snake(super().messages())

    def written(self, state: Values) -> Values:
        return received(as_sent(state))

    def _call(self, method: str, resource: Values, **fields: Any) -> Any:
        request = getattr(provider_pb2, f"{method}Request")(urn=resource["resource_urn"], **fields)
        try:
            return getattr(self.stub, method)(request)
        except grpc.RpcError as error:
            raise Failed(_snake(error.details() or "")) from None


Provider = DynamicProvider | NativeProvider


def as_sent(values: Values) -> Any:
    return sent(_camel({name: item for name, item in values.items() if name != "resource_urn"}))


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if isinstance(value, dict):
        return {
            to_camel(name): item if name == "triggers" else _camel(item)
            for name, item in value.items()
        }
    return value


def _outputs(values: Any, inputs: Values) -> Values:
    read: Values = snake_case(opened(received(values)))
    return {**read, "resource_urn": inputs["resource_urn"]}


def _snake(message: str) -> str:
    return _CAMEL_NAMES.sub(lambda name: _SNAKE[name[0]], message)
