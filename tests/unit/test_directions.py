"""Which room of a package may import which, as in docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest
import trtc_recorder
import trtc_webrecord

ROOTS = {package.__name__: Path(package.__path__[0]) for package in (trtc_webrecord, trtc_recorder)}
ALLOWED = {
    "trtc_webrecord.errors": "",
    "trtc_webrecord.redaction": "",
    "trtc_webrecord.key_text": "",
    "trtc_webrecord.environment_variables": "",
    "trtc_webrecord.declaration": "errors redaction key_text",
    "trtc_webrecord.api": "errors redaction key_text environment_variables",
    "trtc_webrecord.callbacks": "errors redaction",
    "trtc_webrecord.storage": "redaction",
    "trtc_webrecord.recording": "declaration api storage errors redaction environment_variables",
    "trtc_webrecord.pulumi_cli": "pulumi declaration recording errors environment_variables",
    "trtc_recorder.cancellation": "",
    "trtc_recorder.socket_owner": "",
    "trtc_recorder.due_queue": "",
    "trtc_recorder.tasks": "settings errors",
    "trtc_recorder.api": "tasks settings errors",
    "trtc_recorder.callbacks": "tasks settings errors due_queue",
    "trtc_recorder.browser": "socket_owner",
    "trtc_recorder.media": "tasks errors cancellation",
    "trtc_recorder.report": "tasks errors",
    "trtc_recorder.upload": "tasks errors due_queue",
    "trtc_recorder.worker": "browser media report tasks errors cancellation",
    "trtc_recorder.processes": "browser media report worker tasks settings errors",
}
"""What a room may import: rooms of its package, and `pulumi` where it knows Pulumi's SDK."""


def imported(path: Path, folder: str) -> Iterator[str]:
    """Dotted names that a file imports anywhere in it, for type checking included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), folder)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def against(room: str, allowed: str) -> list[str]:
    """Imports of a room that lead to Pulumi, or to a room that is not allowed."""
    package, _, name = room.partition(".")
    root = ROOTS[package]
    good = tuple(
        "pulumi." if other == "pulumi" else f"{package}.{other}."
        for other in (name, *allowed.split())
    )
    return [
        f"{path.relative_to(root)}: {found}"
        for path in (*root.glob(f"{name}.py"), *(root / name).rglob("*.py"))
        for found in imported(path, ".".join((package, *path.relative_to(root).parts[:-1])))
        if found.partition(".")[0] in ("pulumi", "trtc_recorder", package)
        if not f"{found}.".startswith(good)
    ]


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_no_room_above_it(room: str) -> None:
    assert against(room, ALLOWED[room]) == []


@pytest.mark.parametrize("other", ["pulumi.dynamic", "trtc_webrecord.recording"])
def test_an_import_against_the_direction_is_found(other: str) -> None:
    assert any(other in found for found in against("trtc_webrecord.dynamic", ""))


def test_the_provider_never_imports_the_recorder() -> None:
    for path in ROOTS["trtc_webrecord"].rglob("*.py"):
        assert "trtc_recorder" not in path.read_text(), path
