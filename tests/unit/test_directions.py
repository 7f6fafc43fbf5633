"""Which room of a package may import which."""

from __future__ import annotations

from pathlib import Path

import pytest
import trtc_recorder
import trtc_webrecord
from unit.imports import against, imports_of

PROVIDER = imports_of(Path(trtc_webrecord.__file__).parent)
RECORDER = imports_of(Path(trtc_recorder.__file__).parent)

CORE = ("declaration", "recording", "api")
GROUND = ("errors", "redaction")
"""Modules of the provider beside the core's rooms that these may import."""

PROVIDERS = tuple(
    name.removeprefix("trtc_webrecord.")
    for name in PROVIDER
    if name.count(".") == 1 and name.rpartition(".")[2] not in (*CORE, *GROUND)
)
"""Whatever else stands at the top of the provider knows Pulumi, or may."""

RECORDING = ("browser", "media", "report", "worker")
"""The recorder's rooms that one recorder process consists of."""

SERVING = ("api", "callbacks", "viewer")
TOP = ("service", "http", "control", "command", "testing")

Rule = tuple[str, tuple[str, ...]]
"""A room, and the rooms of its package and the other packages that it does not import."""

RULES: dict[str, list[Rule]] = {
    "the core knows neither Pulumi nor a provider": [
        (f"trtc_webrecord.{room}", ("pulumi", "trtc_recorder", *PROVIDERS))
        for room in (*CORE, *GROUND)
    ],
    "the API knows no declaration and no recording": [
        ("trtc_webrecord.api", ("declaration", "recording"))
    ],
    "the declaration knows no API and no recording": [
        ("trtc_webrecord.declaration", ("api", "recording"))
    ],
    "errors and redaction stand on nothing of the package": [
        (f"trtc_webrecord.{module}", ("trtc_webrecord",)) for module in GROUND
    ],
    "who receives callbacks needs neither Pulumi nor the rest": [
        ("trtc_webrecord.callbacks", ("pulumi", *CORE, *(set(PROVIDERS) - {"callbacks"})))
    ],
    "the provider never imports the server": [("trtc_webrecord", ("trtc_recorder",))],
    "the tasks stand on settings and errors alone": [
        ("trtc_recorder.tasks", (*SERVING, *RECORDING, "processes"))
    ],
    "the recorder's API knows nothing of callbacks, recording and viewing": [
        ("trtc_recorder.api", ("callbacks", "viewer", *RECORDING, "processes"))
    ],
    "callbacks know the tasks alone": [
        ("trtc_recorder.callbacks", ("api", "viewer", *RECORDING, "processes"))
    ],
    "a recorder process knows nothing of the service": [
        (f"trtc_recorder.{room}", (*SERVING, "processes", "settings")) for room in RECORDING
    ],
    "the browser stands on nothing of the recorder": [
        ("trtc_recorder.browser", ("media", "report", "worker", "tasks", "errors"))
    ],
    "media and report know nothing of each other, the browser and the worker": [
        ("trtc_recorder.media", ("browser", "report", "worker")),
        ("trtc_recorder.report", ("browser", "media", "worker")),
    ],
    "what supervises the processes knows neither API nor viewer": [
        ("trtc_recorder.processes", SERVING)
    ],
    "rooms of the recorder know nothing of what serves them": [
        (f"trtc_recorder.{room}", TOP)
        for room in ("api", "tasks", "callbacks", *RECORDING, "processes")
    ],
}


def found(room: str, forbidden: tuple[str, ...]) -> list[str]:
    package, _, _ = room.partition(".")
    names = (
        name if name in ("pulumi", "trtc_recorder", "trtc_webrecord") else f"{package}.{name}"
        for name in forbidden
    )
    return against(RECORDER if package == "trtc_recorder" else PROVIDER, room, tuple(names))


@pytest.mark.parametrize("rule", RULES)
def test_rooms_are_imported_in_one_direction(rule: str) -> None:
    assert [each for case in RULES[rule] for each in found(*case)] == []


def test_an_import_against_the_direction_is_found() -> None:
    for name in ("pulumi.dynamic", "trtc_webrecord.declaration", "trtc_webrecord.recording"):
        assert against(PROVIDER, "trtc_webrecord.dynamic", (name,)) != []
