"""A small model of the Pulumi engine, as a provider sees it.

Modelled on pkg/resource/deploy (step_generator.go, step.go, deployment_executor.go) and
pkg/backend/snapshot.go of v3.259.0. One step at a time; a step that fails ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.dynamic import (
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
)
from pulumi.runtime.proto import provider_pb2
from trtc_webrecord.pulumi_cli.state import stack_state
from trtc_webrecord.recording.state import StackState

TYPE = "pulumi-python:dynamic/trtc:WebRecording"
PICKLED = {"__provider": "the provider's pickle"}
SECRETS = ("access_key", "secret_key", "publish_cdn_params")
FORCED = DiffResult(changes=True, replaces=["id"])


class Failed(Exception):
    """The run ended with errors; the steps before them are in the state."""


class Process(Protocol):
    """The provider's process in one run."""

    provider: ResourceProvider

    def saving(self) -> None:
        """Called when a step is done and the engine is about to save the state."""


@dataclass(frozen=True)
class Declared:
    """A resource as a program declares it; `aliases` are its earlier names."""

    name: str
    inputs: dict[str, Any]
    aliases: tuple[str, ...] = ()
    delete_before_replace: bool | None = None


@dataclass(eq=False)
class Resource:
    """A resource in the state.

    `delete`: it was replaced and is not deleted yet. `pending_replacement`: it was deleted, and its
    replacement is not created yet. `init_failed`: its create failed after its start, and it is read
    before anything else. `delete_begun`, which only the model knows: the provider's `delete` was
    called for it.
    """

    urn: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    id: str
    delete: bool = False
    pending_replacement: bool = False
    init_failed: bool = False
    delete_begun: bool = False


class _Plan(ResourceProvider):
    """A provider as a preview asks it: nothing is created, updated or deleted."""

    def __init__(self, of: ResourceProvider) -> None:
        self._of = of
        self.provider: ResourceProvider = self

    def saving(self) -> None:
        """A preview saves nothing."""

    def check(self, olds: Any, news: Any) -> CheckResult:
        return self._of.check(olds, news)

    def diff(self, id_: str, olds: Any, news: Any) -> DiffResult:
        return self._of.diff(id_, olds, news)

    def read(self, id_: str, props: Any) -> ReadResult:
        return self._of.read(id_, props)

    def create(self, props: Any) -> CreateResult:
        return CreateResult("not known yet", props)


class CreateContext:
    """The gRPC context of one Create, in which a provider leaves a partial state."""

    def __init__(self) -> None:
        self._details: dict[str, bytes] = {}

    def is_active(self) -> bool:
        return True

    def set_trailing_metadata(self, metadata: Iterable[tuple[str, bytes]]) -> None:
        self._details.update(metadata)

    def partial_state(self) -> tuple[str, dict[str, Any]] | None:
        """The id and the properties of the resource that failed to come up."""
        if not self._details:
            return None
        failed = provider_pb2.ErrorResourceInitFailed()
        Status.FromString(self._details["grpc-status-details-bin"]).details[0].Unpack(failed)
        assert failed.refresh_before_update
        return failed.id, MessageToDict(failed.properties)


@dataclass(eq=False)
class Operation:
    """A step in progress when the state was last saved; `creating` is kept through later runs."""

    type: str
    urn: str
    inputs: dict[str, Any]


@dataclass
class Stack:
    """A stack's state, and the commands that change it.

    The commands raise Failed, and any exception that ends the provider's process.
    """

    resources: list[Resource] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    def urn(self, name: str) -> str:
        return f"urn:pulumi:prod::web-recordings::{TYPE}::{name}"

    def find(self, declared: Declared) -> Resource | None:
        """The resource in the state for a declaration, by its name or else by an alias."""
        for urn in map(self.urn, (declared.name, *declared.aliases)):
            for resource in self.resources:
                if resource.urn == urn and not resource.delete:
                    return resource
        return None

    def up(
        self, process: Process, program: Iterable[Declared], replace: Collection[str] = ()
    ) -> None:
        """`pulumi up --skip-preview`, with `--replace` for the names in `replace`."""
        self._forget_operations()
        before = list(self.resources)
        kept: list[Resource] = []
        for declared, old in [(declared, self.find(declared)) for declared in program]:
            if old is None or not self._is_there(process, old):
                urn = self.urn(declared.name)
                self._create(process, urn, self._check(process, declared, {}))
            else:
                kept.append(old)
                self._change(process, declared, old, forced=declared.name in replace)
        self._delete_all(
            process,
            [
                resource
                for resource in reversed(before)
                if resource in self.resources and (resource.delete or resource not in kept)
            ],
        )

    def preview(
        self, process: Process, program: Iterable[Declared], replace: Collection[str] = ()
    ) -> None:
        """`pulumi preview`."""
        deepcopy(self).up(_Plan(process.provider), program, replace)

    def destroy(self, process: Process) -> None:
        self.up(process, [])

    def refresh(self, process: Process) -> None:
        """`pulumi refresh`; a killed run saves nothing."""
        self._forget_operations()
        seen = []
        errors = []
        for resource in self.resources:
            if resource.pending_replacement:
                continue
            try:
                read = process.provider.read(resource.id, delivered(resource.outputs))
            except Exception as error:
                errors.append(error)
            else:
                seen.append((resource, read.id, delivered(read.outs)))
        process.saving()
        for resource, read_id, outputs in seen:
            if read_id:
                _refreshed(resource, read_id, outputs)
            else:
                self.resources.remove(resource)
        if errors:
            raise Failed(*errors)

    def export(self, urn: str) -> dict[str, Any]:
        """`pulumi stack export --show-secrets`; the same for every URN of the stack."""
        resources = [
            {
                "urn": resource.urn,
                "type": TYPE,
                "id": resource.id,
                "inputs": sealed(resource.inputs),
                "outputs": sealed(resource.outputs),
                **({"delete": True} if resource.delete else {}),
                **({"pendingReplacement": True} if resource.pending_replacement else {}),
            }
            for resource in self.resources
        ]
        operations = [
            {"type": o.type, "resource": {"urn": o.urn, "type": TYPE, "inputs": sealed(o.inputs)}}
            for o in self.operations
        ]
        return {"deployment": {"resources": resources, "pending_operations": operations}}

    def state(self, urn: str) -> StackState:
        """That export, as the provider parses it."""
        return stack_state(self.export(urn))

    def _change(self, process: Process, declared: Declared, old: Resource, forced: bool) -> None:
        inputs = self._check(process, declared, {} if forced else old.inputs)
        diff = FORCED
        if not forced:
            diff = process.provider.diff(old.id, delivered(old.outputs), delivered(inputs))
        if diff.replaces or old.pending_replacement:
            self._replace(process, declared, old, inputs, diff)
            return
        outputs = old.outputs
        if diff.changes:
            updated = process.provider.update(old.id, delivered(old.outputs), delivered(inputs))
            outputs = {**delivered(updated.outs or {}), **PICKLED}
        process.saving()
        old.urn, old.inputs, old.outputs = self.urn(declared.name), inputs, outputs

    def _replace(
        self,
        process: Process,
        declared: Declared,
        old: Resource,
        inputs: dict[str, Any],
        diff: DiffResult,
    ) -> None:
        if diff is not FORCED:
            inputs = self._check(process, declared, {})
        delete_first = declared.delete_before_replace
        if delete_first is None:
            delete_first = bool(diff.delete_before_replace)
        if delete_first and not old.pending_replacement:
            self._delete(process, old)
            old.pending_replacement = True
        self._create(process, self.urn(declared.name), inputs, old)

    def _check(self, process: Process, declared: Declared, olds: dict[str, Any]) -> dict[str, Any]:
        own = {"resource_urn": self.urn(declared.name), **PICKLED}
        checked = process.provider.check(delivered(olds), delivered({**declared.inputs, **own}))
        if checked.failures:
            raise Failed(*(failure.reason for failure in checked.failures))
        return {**delivered(checked.inputs), **PICKLED}

    def _is_there(self, process: Process, resource: Resource) -> bool:
        """Read a resource that failed to come up; False if it is gone."""
        if not resource.init_failed:
            return True
        try:
            read = process.provider.read(resource.id, delivered(resource.outputs))
        except Exception as error:
            raise Failed(error) from error
        process.saving()
        if not read.id:
            self.resources.remove(resource)
            return False
        _refreshed(resource, read.id, delivered(read.outs))
        return True

    def _create(
        self, process: Process, urn: str, inputs: dict[str, Any], old: Resource | None = None
    ) -> None:
        operation = Operation("creating", urn, inputs)
        self.operations.append(operation)
        context = CreateContext()
        try:
            created = self._step(
                process, operation, lambda: _served(process.provider, delivered(inputs), context)
            )
        except Failed:
            if partial := context.partial_state():
                id_, outputs = partial
                self._created(Resource(urn, inputs, outputs, id_, init_failed=True), old)
            raise
        outputs = {**delivered(created.outs or {}), **PICKLED}
        self._created(Resource(urn, inputs, outputs, created.id), old)

    def _created(self, resource: Resource, old: Resource | None) -> None:
        self.resources.append(resource)
        if old and old.pending_replacement:
            self.resources.remove(old)
        elif old:
            old.delete = True

    def _delete(self, process: Process, resource: Resource) -> None:
        operation = Operation("deleting", resource.urn, resource.inputs)
        self.operations.append(operation)
        resource.delete_begun = True
        props = delivered(resource.outputs)
        self._step(process, operation, lambda: process.provider.delete(resource.id, props))

    def _delete_all(self, process: Process, resources: list[Resource]) -> None:
        errors: list[Any] = []
        for resource in resources:
            try:
                if not self._is_there(process, resource):
                    continue
                if not resource.pending_replacement:
                    self._delete(process, resource)
            except Failed as error:
                errors.extend(error.args)
            else:
                self.resources.remove(resource)
        if errors:
            raise Failed(*errors)

    def _step(self, process: Process, operation: Operation, step: Callable[[], Any]) -> Any:
        try:
            done = step()
        except Exception as error:
            self.operations.remove(operation)
            raise Failed(error) from error
        process.saving()
        self.operations.remove(operation)
        return done

    def _forget_operations(self) -> None:
        self.operations = [o for o in self.operations if o.type == "creating"]


def _served(
    provider: ResourceProvider, inputs: dict[str, Any], context: CreateContext
) -> CreateResult:
    """Create as the SDK's servicer calls it: the provider finds `context` and `request` here."""
    request = provider_pb2.CreateRequest(properties=ParseDict(inputs, Struct()))
    result = provider.create(inputs)
    assert request
    return result


def _refreshed(resource: Resource, id_: str, outputs: dict[str, Any]) -> None:
    resource.id, resource.outputs, resource.init_failed = id_, {**outputs, **PICKLED}, False


def delivered(value: Any) -> Any:
    """A copy as gRPC delivers it: every number a float, no None in dicts."""
    if isinstance(value, dict):
        return {key: delivered(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [delivered(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def sealed(value: Any, name: str = "") -> Any:
    """A copy with secrets as an export shows them: wrapped, as JSON."""
    if name in SECRETS:
        envelope = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
        return {**envelope, "plaintext": json.dumps(value)}
    if isinstance(value, dict):
        return {key: sealed(item, key) for key, item in value.items()}
    return value
