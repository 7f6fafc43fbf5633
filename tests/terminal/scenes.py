"""What a person does with a recording, in the order of its life."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pulumi_stack import Stack
from pydantic.alias_generators import to_camel
from terminal.screen import Normal, shown
from trtc_recorder.testing import Recorder

Play = Callable[["Stage"], None]

LOBBY = {
    "record_url": "https://example.com/lobby",
    "sdk_app_id": 1600011111,
    "storage_params": {"cloud_storage": {"region": "ap-singapore", "bucket": "lessons-1250000000"}},
    "max_duration_limit": 3600,
}


class Stage:
    """A stack, and the service that it uses."""

    def __init__(self, directory: Path, recorder: Recorder, language: str) -> None:
        self.recorder = recorder
        self._python = language == "Python"
        self._stack = Stack(directory, recorder.endpoint, name="dev")
        self._normal = Normal()
        self._pulumi = "pulumi"
        if not self._python:
            self._be_like_an_installed_release(directory / "bin")

    def declare(self, **changes: Any) -> None:
        """Write a program with the recording `lobby`."""
        inputs = {**LOBBY, **changes}
        if self._python:
            self._stack.program(
                f"made = WebRecording('lobby', **{inputs!r})\npulumi.export('taskId', made.task_id)"
            )
            return
        resource = {"type": "trtc:WebRecording", "properties": _camel(inputs)}
        project = {
            "name": "web-recordings",
            "runtime": "yaml",
            "resources": {"lobby": resource},
            "outputs": {"taskId": "${lobby.taskId}"},
        }
        (self._stack.directory / "__main__.py").unlink(missing_ok=True)
        (self._stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project))

    def see(self, *words: str) -> str:
        """Run a pulumi command in a terminal. Returns: what is on the screen."""
        lines = shown([self._pulumi, *words], self._stack.directory, self._stack.environment)
        return "\n".join(self._normal.lines(lines))

    def end(self, reason: str) -> None:
        """The recording ends by itself."""
        (task,) = self.recorder.live_tasks()
        self.recorder.end(task.task_id, reason)
        self.recorder.advance(60)  # a task that has just begun counts as too new to be visible

    def _be_like_an_installed_release(self, folder: Path) -> None:
        """Install our plugin as the README says; have the host for YAML beside `pulumi`.

        Of both the engine would warn, if they were on the PATH.
        """
        folder.mkdir()
        plugin, *engine = [
            Path(shutil.which(name, path=self._stack.environment["PATH"]) or name)
            for name in ("pulumi-resource-trtc", "pulumi", "pulumi-language-yaml")
        ]
        for program in engine:
            shutil.copy(program, folder)
        release = version("pulumi-trtc-webrecord")
        self._stack.run("plugin", "install", "resource", "trtc", release, "--file", str(plugin))
        off = {str(plugin.parent), str(engine[-1].parent)}
        path = self._stack.environment["PATH"].split(":")
        self._stack.environment["PATH"] = ":".join(each for each in path if each not in off)
        self._pulumi = str(folder / "pulumi")


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel(name): _camel(item) for name, item in value.items()}
    return value


@dataclass(frozen=True)
class Scene:
    """What is done before a command, told in a sentence; and the command."""

    told: str
    prepare: Play
    command: tuple[str, ...]


UP = ("up", "--yes", "--skip-preview")


def _end(stage: Stage) -> None:
    stage.declare(startup_watch=1, max_duration_limit=7200)
    stage.end("Goto url timeout")


def _refuse(stage: Stage) -> None:
    stage.declare(record_url="https://example.com/hall", startup_watch=1, max_duration_limit=7200)
    stage.recorder.inject(
        action="StartWebRecord",
        what="error",
        code="FailedOperation.NotAbility",
        message="The service is not activated.",
    )


SCENES = [
    Scene("A new declaration.", lambda stage: stage.declare(), ("preview",)),
    Scene("It is deployed.", lambda _: None, UP),
    Scene("Nothing has changed.", lambda _: None, UP),
    Scene(
        "A change that the running recording does not notice.",
        lambda stage: stage.declare(startup_watch=1),
        UP,
    ),
    Scene(
        "A change that needs a new recording.",
        lambda stage: stage.declare(startup_watch=1, max_duration_limit=7200),
        ("preview", "--diff"),
    ),
    Scene("The new one is started before the old one is stopped.", lambda _: None, UP),
    Scene(
        "Mistakes: all of them, at preview.",
        lambda stage: stage.declare(record_url="ftp://example.com", max_duration_limit=60),
        ("preview",),
    ),
    Scene(
        "The recording has ended by itself: its page could not be opened.",
        _end,
        ("refresh", "--yes", "--skip-preview"),
    ),
    Scene("Another page, which the service refuses to start.", _refuse, UP),
    Scene("The end.", lambda _: None, ("destroy", "--yes", "--skip-preview")),
]


def played(stage: Stage) -> Iterator[str]:
    """Each scene, as Markdown."""
    for scene in SCENES:
        scene.prepare(stage)
        command = " ".join(["pulumi", *scene.command])
        yield f"{scene.told}\n\n```console\n$ {command}\n{stage.see(*scene.command)}\n```\n"
