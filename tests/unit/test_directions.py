"""Which room of a package may import which."""

from __future__ import annotations

from pathlib import Path

import pytest
import trtc_recorder
import trtc_webrecord
from unit.imports import Imports, against, imports_of

PROVIDER = imports_of(Path(trtc_webrecord.__file__).parent)
RECORDER = imports_of(Path(trtc_recorder.__file__).parent)

CORE = ("declaration", "recording", "api")
GROUND = ("errors", "redaction")
"""Modules of the provider beside the core's rooms that these may import."""


RECORDING = ("browser", "media", "report", "worker")
"""The recorder's rooms that one recorder process consists of."""

SERVING = ("api", "callbacks", "viewer")


def rooms(package: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{package}.{name}" for name in names)


PROVIDERS = tuple(
    module
    for module in PROVIDER
    if module.count(".") == 1 and module.rpartition(".")[2] not in (*CORE, *GROUND)
)
"""Whatever else stands at the top of the provider knows Pulumi, or may."""

RULES: dict[str, list[tuple[Imports, str, tuple[str, ...]]]] = {
    "the core knows neither Pulumi nor a provider": [
        (PROVIDER, f"trtc_webrecord.{room}", ("pulumi", "trtc_recorder", *PROVIDERS))
        for room in (*CORE, *GROUND)
    ],
    "the API knows no declaration and no recording": [
        (PROVIDER, "trtc_webrecord.api", rooms("trtc_webrecord", "declaration", "recording"))
    ],
    "the declaration knows no API and no recording": [
        (PROVIDER, "trtc_webrecord.declaration", rooms("trtc_webrecord", "api", "recording"))
    ],
    "errors and redaction stand on nothing of the package": [
        (PROVIDER, f"trtc_webrecord.{module}", ("trtc_webrecord",))
        for module in ("errors", "redaction")
    ],
    "who receives callbacks needs neither Pulumi nor the rest": [
        (
            PROVIDER,
            "trtc_webrecord.callbacks",
            (
                "pulumi",
                *(f"trtc_webrecord.{room}" for room in CORE),
                *(provider for provider in PROVIDERS if provider != "trtc_webrecord.callbacks"),
            ),
        )
    ],
    "the provider never imports the server": [(PROVIDER, "trtc_webrecord", ("trtc_recorder",))],
    "the tasks stand on settings and errors alone": [
        (
            RECORDER,
            "trtc_recorder.tasks",
            rooms("trtc_recorder", *SERVING, *RECORDING, "processes"),
        )
    ],
    "the recorder's API knows nothing of callbacks, recording and viewing": [
        (
            RECORDER,
            "trtc_recorder.api",
            rooms("trtc_recorder", "callbacks", "viewer", *RECORDING, "processes"),
        )
    ],
    "callbacks know the tasks alone": [
        (
            RECORDER,
            "trtc_recorder.callbacks",
            rooms("trtc_recorder", "api", "viewer", *RECORDING, "processes"),
        )
    ],
    "a recorder process knows nothing of the service": [
        (
            RECORDER,
            f"trtc_recorder.{room}",
            rooms("trtc_recorder", *SERVING, "processes", "settings"),
        )
        for room in RECORDING
    ],
    "the browser stands on nothing of the recorder": [
        (
            RECORDER,
            "trtc_recorder.browser",
            rooms("trtc_recorder", "media", "report", "worker", "tasks", "errors"),
        )
    ],
    "media and report know nothing of each other, the browser and the worker": [
        (RECORDER, "trtc_recorder.media", rooms("trtc_recorder", "browser", "report", "worker")),
        (RECORDER, "trtc_recorder.report", rooms("trtc_recorder", "browser", "media", "worker")),
    ],
    "what supervises the processes knows neither API nor viewer": [
        (RECORDER, "trtc_recorder.processes", rooms("trtc_recorder", "api", "callbacks", "viewer"))
    ],
    "rooms of the recorder know nothing of what serves them": [
        (
            RECORDER,
            f"trtc_recorder.{room}",
            rooms("trtc_recorder", "service", "http", "control", "command", "testing"),
        )
        for room in ("api", "tasks", "callbacks", *RECORDING, "processes")
    ],
}


@pytest.mark.parametrize("rule", RULES)
def test_rooms_are_imported_in_one_direction(rule: str) -> None:
    assert [found for case in RULES[rule] for found in against(*case)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import pulumi.runtime",
        "from pulumi import Output",
        "from .. import configuration",
        "from ..configuration import say",
        "def late():\n    from trtc_webrecord.configuration import say",
    ],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, line: str) -> None:
    room = tmp_path / "trtc_webrecord" / "recording"
    room.mkdir(parents=True)
    (room / "__init__.py").write_text("")
    (room / "starting.py").write_text(f"{line}\n")
    imports: Imports = imports_of(room.parent)
    assert against(imports, "trtc_webrecord.recording", ("pulumi", "trtc_webrecord.configuration"))
