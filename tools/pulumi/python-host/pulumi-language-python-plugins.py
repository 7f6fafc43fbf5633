"""A Python language host for source-based plugins, which the pinned one cannot run.

Usage: `pulumi-language-python` starts it with the engine's arguments. It makes the environment of a
folder with `PulumiPlugin.yaml` and runs the plugin there, as the official host does. The pinned
host, which is started when it is needed, serves the rest.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto.language_pb2 import (
    InstallDependenciesRequest,
    InstallDependenciesResponse,
    RunPluginRequest,
    RunPluginResponse,
)

PINNED = Path(__file__).with_name("pulumi-language-python-host")
PROVIDERS = 100
"""More than a stack has, each of which takes a thread for its plugin's process."""
VIRTUALENV = "venv"
"""The official host's default for plugins; other runtime options are not read."""


def main() -> None:
    """Print the port, and serve until the engine stops this program or is gone."""
    engine = os.getppid()
    server = grpc.server(ThreadPoolExecutor(PROVIDERS))
    server.add_generic_rpc_handlers((LanguageHost(),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    with suppress(KeyboardInterrupt):
        while os.getppid() == engine and server.wait_for_termination(1):
            pass


class LanguageHost(grpc.GenericRpcHandler):
    """The service `pulumirpc.LanguageRuntime`; messages are bytes."""

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        streams = {"InstallDependencies": install, "RunPlugin": run}
        stream = streams.get(call.method.rpartition("/")[2])
        if stream:
            return grpc.unary_stream_rpc_method_handler(partial(stream, call.method))
        return grpc.unary_unary_rpc_method_handler(partial(forward, call.method))


def install(method: str, raw: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    """Make the environment of a plugin, with the plugin's own package."""
    folder = Path(InstallDependenciesRequest.FromString(raw).info.program_directory)
    if not is_plugin(folder):
        yield from forward_stream(method, raw, context)
        return
    for command in (
        [sys.executable, "-m", "venv", str(folder / VIRTUALENV)],
        [str(python_of(folder)), "-m", "pip", "install", "."],
    ):
        for part in outputs(started(command, folder, dict(os.environ)), context):
            if part.get("exitcode"):
                context.abort(grpc.StatusCode.UNKNOWN, f"{command}: exit status {part['exitcode']}")
            elif "exitcode" not in part:
                yield InstallDependenciesResponse(**part).SerializeToString()


def run(method: str, raw: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    """Run a plugin until it ends, or the engine ends the call."""
    request = RunPluginRequest.FromString(raw)
    folder = Path(request.info.program_directory)
    if not is_plugin(folder):
        yield from forward_stream(method, raw, context)
        return
    if not python_of(folder).exists():
        context.abort(
            grpc.StatusCode.UNKNOWN,
            f"{folder / VIRTUALENV} does not exist: `pulumi install` makes it",
        )
    environment = dict(each.split("=", 1) for each in request.env)
    command = [str(python_of(folder)), str(folder), *request.args]
    for part in outputs(started(command, Path(request.pwd), environment), context):
        yield RunPluginResponse(**part).SerializeToString()


def is_plugin(folder: Path) -> bool:
    return (folder / "PulumiPlugin.yaml").is_file()


def python_of(folder: Path) -> Path:
    return folder / VIRTUALENV / "bin/python"


def started(
    command: Sequence[str], folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def outputs(
    process: subprocess.Popen[bytes], context: grpc.ServicerContext
) -> Iterator[dict[str, Any]]:
    """What a process writes, and at last its `exitcode`; it is killed when the call ends."""
    context.add_callback(process.kill)
    with selectors.DefaultSelector() as pipes:
        for name in ("stdout", "stderr"):
            pipes.register(getattr(process, name), selectors.EVENT_READ, name)
        while pipes.get_map():
            for ready, _ in pipes.select():
                if output := os.read(ready.fd, 65536):
                    yield {ready.data: output}
                else:
                    pipes.unregister(ready.fileobj)
    yield {"exitcode": process.wait()}


def forward(method: str, raw: bytes, context: grpc.ServicerContext) -> bytes:
    try:
        call: Any = pinned().unary_unary(method)
        return bytes(call(raw))
    except grpc.RpcError as error:
        context.abort(error.code(), error.details() or "")


def forward_stream(method: str, raw: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    try:
        call: Any = pinned().unary_stream(method)
        yield from call(raw)
    except grpc.RpcError as error:
        context.abort(error.code(), error.details() or "")


@cache
def pinned() -> grpc.Channel:
    """The pinned host; it ends with the engine, whose address it has."""
    host = subprocess.Popen([PINNED, *sys.argv[1:]], stdout=subprocess.PIPE)
    assert host.stdout
    return grpc.insecure_channel(f"127.0.0.1:{int(host.stdout.readline())}")


if __name__ == "__main__":
    main()
