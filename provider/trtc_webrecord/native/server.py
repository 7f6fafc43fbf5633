"""`pulumi-resource-trtc`: serves the provider to the engine that started this program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..api.pacing import WORKERS
from .package import PACKAGE
from .provider import Provider

WATCH = 1.0
"""Seconds between two looks whether the engine is still there."""


def main() -> None:
    """Print the port, as the engine expects, and serve until it stops this program or is gone."""
    address = engine_address(sys.argv[1:])
    engine = os.getppid()
    server = grpc.server(
        ThreadPoolExecutor(WORKERS), options=[("grpc.max_receive_message_length", -1)]
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(address), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        while os.getppid() == engine and server.wait_for_termination(WATCH):
            pass
    server.stop(None)


def engine_address(arguments: Sequence[str]) -> str:
    """The engine's address; empty if the engine is new enough to send it in a handshake.

    Ends the program for `--help` and `--version`. The engine's other options are ignored.
    """
    parser = argparse.ArgumentParser(
        prog="pulumi-resource-trtc",
        description="The Pulumi provider `trtc`. Pulumi starts it; started by hand, it prints the "
        "port that it listens on, and waits.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=version(PACKAGE))
    parser.add_argument("--tracing", help=argparse.SUPPRESS)
    parser.add_argument("engine", nargs="?", default="", help="the address of Pulumi's engine")
    return str(parser.parse_known_args(arguments)[0].engine)
