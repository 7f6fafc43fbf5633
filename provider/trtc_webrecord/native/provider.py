"""The provider of `trtc:index:WebRecording`: the engine's requests in, the core out; no own rule.

Source of the protocol: `pulumi/proto/pulumi/provider.proto`.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN
from pydantic.alias_generators import to_camel

from ..api.pacing import Clock
from ..debug_log import send_debug_log
from ..declaration.declaration import Declaration
from ..declaration.names import OUTPUTS
from ..declaration.task_reference import TaskReference
from ..declaration.validation import contains_unknown
from ..errors import ConfigError
from ..partial_state import add_partial_state
from ..provider_run import recordings_of_a_run
from ..pulumi_cli.stack import read_stack_config, read_stack_state
from ..pulumi_cli.state import LOOKUP, is_default_provider
from ..recording.outcome import MayRun, Running
from ..recording.record_id_cache import memory
from ..recording.recordings import Recordings
from .configuration import not_inherited, provider_config
from .differences import UPDATED, differences
from .engine import Engine, with_grpc_status
from .package import PACKAGE
from .properties import (
    Json,
    as_written,
    in_camel_case,
    is_unknown,
    outputs,
    plain,
    received,
    received_state,
    sent,
    with_secrets,
)

UNSTARTED = "Nothing was started."
UNSTOPPED = "It may still be recording, and stays in the stack's state: run the same command again."
UNCHANGED = "The recording and the state are as they were."

SCHEMA = Path(__file__).with_name("schema.json")
"""Written by `make reference`."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The servicer of one engine. Thread-safe."""

    _recordings: Recordings

    def __init__(self, engine_address: str = "") -> None:
        self._engine = Engine(engine_address)
        self._program_runs = False

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Learn where the engine is."""
        self._engine = Engine(request.engine_address)
        send_debug_log(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Learn where the engine is, when this process was started by a debugger."""
        self._engine = Engine(request.address)
        return Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The version of this package."""
        return plugin_pb2.PluginInfo(version=version(PACKAGE))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The package's schema."""
        return provider_pb2.GetSchemaResponse(schema=SCHEMA.read_text(encoding="utf-8"))

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End all waiting; nothing is begun after that."""
        self._engine.cancel()
        return Empty()

    @with_grpc_status
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Report an invalid configuration. Pulumi sends this only in a run with a program."""
        self._program_runs = True
        values = received(request.news)
        failures = []
        if not contains_unknown(values, is_unknown):
            try:
                provider_config(values)
            except ConfigError as error:
                failures.append(provider_pb2.CheckFailure(reason=str(error)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @with_grpc_status
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Begin the run of one account."""
        self._recordings = recordings_of_a_run(
            provider_config(received(request.args)),
            Clock(sleep=self._engine.pause),
            self._engine.notify,
            read_stack_state,
            memory(),
            request.urn,
            read_stack_config if is_default_provider(request.urn) else None,
        )
        if self._program_runs:
            self._recordings.program_runs(None)
            if message := not_inherited(request.urn, received(request.args), os.environ):
                self._engine.notify(message)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @with_grpc_status
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Look a running task up: the function `getWebRecording`."""
        if request.tok != LOOKUP:
            reason = f"there is no function {request.tok}; did you mean {LOOKUP}?"
            failure = provider_pb2.CheckFailure(reason=reason)
            return provider_pb2.InvokeResponse(failures=[failure])
        task = TaskReference.of(plain(received(request.args)), as_written)
        found: Json = {"return": sent(outputs(self._recordings.look_up(task)))}
        return provider_pb2.InvokeResponse(**found)

    @with_grpc_status
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Report all validation errors, before any API request."""
        inputs = received(request.news)
        olds = received_state(request.olds)
        with self._serving(request, context, UNCHANGED):
            reasons = self._recordings.check(
                olds and _props(olds, request.urn),
                _props(inputs, request.urn),
                as_written,
                is_unknown,
            )
        return provider_pb2.CheckResponse(
            inputs=sent(with_secrets(inputs)),
            failures=[provider_pb2.CheckFailure(reason=in_camel_case(each)) for each in reasons],
        )

    @with_grpc_status
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Replace for a change of the recording, update in place for the other inputs."""
        olds = _props(state := received_state(request.olds), request.urn)
        news = _props(received(request.news), request.urn)
        with self._serving(request, context, UNCHANGED):
            changes = self._recordings.changes(request.id, olds, news, is_unknown)
        detailed = differences(olds, news, changes)
        for name in self._recordings.changed_outputs(request.id, olds):
            detailed[name] = UPDATED
        if "resourceUrn" in state:
            detailed["taskId"] = UPDATED
        answer = provider_pb2.DiffResponse
        return answer(
            changes=answer.DIFF_SOME if detailed else answer.DIFF_NONE,
            replaces=[to_camel(name) for name in changes.replaces],
            deleteBeforeReplace=changes.share_a_cdn_target,
            diffs=sorted({path.partition(".")[0] for path in detailed}),
            detailedDiff=detailed,
            hasDetailedDiff=bool(detailed),
        )

    @with_grpc_status
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Start the recording, or adopt the running one."""
        inputs = received(request.properties)
        if request.preview:
            if not contains_unknown(inputs, is_unknown):
                Declaration.from_props(_props(inputs, request.urn))
            later = dict.fromkeys(map(to_camel, OUTPUTS), UNKNOWN)
            return provider_pb2.CreateResponse(properties=sent({**later, **inputs}))

        def store(unfinished: Running | MayRun) -> None:
            properties = sent(with_secrets({**inputs, **outputs(unfinished.outputs)}))
            message = in_camel_case(unfinished.problem)
            add_partial_state(context, unfinished.id, properties, request.properties, message)

        with self._serving(request, context, UNSTARTED, request.timeout):
            declaration = Declaration.from_props(_props(inputs, request.urn))
            started = self._recordings.start(declaration, store)
        return provider_pb2.CreateResponse(
            id=started["task_id"],
            properties=sent(with_secrets({**inputs, **outputs(started)})),
            refresh_before_update=True,
        )

    @with_grpc_status
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Refresh the status; with restart policy `always`, an ended recording is gone."""
        state = received_state(request.properties)
        props = _props(state, request.urn)
        with self._serving(request, context, UNCHANGED):
            if "status" in props:
                read = self._recordings.refresh(request.id, props)
            else:  # `WebRecording.get`, or an import: the inputs alone
                read = self._recordings.read(request.id, props, as_written)
        if read is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=read.get("task_id", request.id),
            properties=sent(with_secrets({**state, **outputs(read)})),
            inputs=request.inputs,
            refresh_before_update=True,
        )

    @with_grpc_status
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Store the new inputs; an API request only for a moved endpoint."""
        state, inputs = received_state(request.olds), received(request.news)
        kept = {name: state.get(name) for name in map(to_camel, OUTPUTS)}
        if not request.preview:
            with self._serving(request, context, UNCHANGED, request.timeout):
                olds, news = (_props(values, request.urn) for values in (state, inputs))
                kept = outputs(self._recordings.update(request.id, olds, news))
        return provider_pb2.UpdateResponse(
            properties=sent(with_secrets({**inputs, **kept})), refresh_before_update=True
        )

    @with_grpc_status
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Stop the recording and wait until it is gone."""
        with self._serving(request, context, UNSTOPPED, request.timeout):
            props = _props(received_state(request.properties), request.urn)
            self._recordings.stop(request.id, props)
        return Empty()

    def _serving(
        self, request: Any, context: grpc.ServicerContext, if_cancelled: str, seconds: float = 0
    ) -> AbstractContextManager[None]:
        return self._engine.serving(request.urn, context, seconds, if_cancelled)


def _props(values: Json, urn: str) -> Json:
    """The core's properties of a resource."""
    return {**plain(values), "resource_urn": urn}
