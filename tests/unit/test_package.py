from __future__ import annotations

import subprocess
import sys

import pytest
import trtc_webrecord


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
            ["trtc_webrecord.api", "trtc_webrecord.recording", "pydantic"],
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
