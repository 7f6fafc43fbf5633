from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import trtc_webrecord
from trtc_webrecord.native.server import engine_address


def test_nothing_else_leaks() -> None:
    assert set(dir(trtc_webrecord)) == set(trtc_webrecord.__all__)
    assert all(getattr(trtc_webrecord, name).__name__ == name for name in trtc_webrecord.__all__)
    assert not hasattr(trtc_webrecord, "Recordings")


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("trtc_webrecord.stack_program.config", ["trtc_webrecord.api", "trtc_webrecord.recording"]),
        ("trtc_webrecord.callbacks", ["pulumi", "grpc", "requests", "trtc_webrecord.declaration"]),
        (
            "trtc_webrecord.dynamic.resource",
            [
                "trtc_webrecord.api",
                "trtc_webrecord.recording",
                "trtc_webrecord.command",
                "pydantic",
            ],
        ),
        ("trtc_webrecord.recording.storage_probe", ["trtc_webrecord.storage.probe", "boto3"]),
    ],
)
def test_a_program_loads_only_what_it_declares_with(module: str, unneeded: list[str]) -> None:
    show = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, check=True
    ).stdout.split()
    assert module in loaded
    assert not set(unneeded) & set(loaded)


@pytest.mark.parametrize("command", ["pulumi-resource-trtc", "trtc-recorder", "trtc-webrecord"])
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_command_says_what_it_is(command: str, option: str) -> None:
    program = Path(sys.executable).with_name(command)
    ran = subprocess.run([program, option], capture_output=True, text=True, timeout=60, check=True)
    assert (
        version("trtc-recorder") if option == "--version" else f"usage: {command}"
    ) in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([], ""),
        (["127.0.0.1:7"], "127.0.0.1:7"),
        (["-logtostderr", "-v=9", "--tracing", "tcp://a:1", "127.0.0.1:7"], "127.0.0.1:7"),
    ],
)
def test_the_plugin_takes_what_an_engine_gives(arguments: list[str], address: str) -> None:
    assert engine_address(arguments) == address
