"""`pulumi-resource-trtc`: serves the provider to the engine that started this program."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..api.pacing import WORKERS
from .provider import Provider

WATCH = 1.0
"""Seconds between two looks whether the engine is still there."""


def main() -> None:
    """Print the port, as the engine expects, and serve until it stops this program or is gone.

    The engine's address is an argument where it is too old for a handshake.
    """
    engine = os.getppid()
    server = grpc.server(
        ThreadPoolExecutor(WORKERS), options=[("grpc.max_receive_message_length", -1)]
    )
    address = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(address), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine and server.wait_for_termination(WATCH):
        pass
    server.stop(None)
