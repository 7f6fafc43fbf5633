"""A stack on the real Pulumi engine, with its own directory, backend and PULUMI_HOME.

Its recordings are declared through one of two providers: the dynamic resource of this package, or
the native one of the plugin, as another language does it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal

import yaml
from pydantic.alias_generators import to_camel
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder
from trtc_webrecord.declaration.naming import snake_case
from trtc_webrecord.native.properties import FIELDS

ProviderKind = Literal["dynamic", "native"]

_SNAKE_CASE = {to_camel(name): name for name in FIELDS}
_CAMEL_NAMES = re.compile(rf"\b({'|'.join(_SNAKE_CASE)})\b")

COMMAND_TIMEOUT = 240
"""Seconds for one pulumi command."""

PROJECT = "web-recordings"
FILE = "file://"

IMPORTS = """
import pulumi
from pulumi import ComponentResource, Output, ResourceOptions
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
"""

DYNAMIC = """
from trtc_webrecord import WebRecording
"""

NATIVE = """
from pydantic.alias_generators import to_camel


def camel(value):
    if isinstance(value, list):
        return [camel(item) for item in value]
    if isinstance(value, dict):
        return {
            to_camel(name): item if name == "triggers" else camel(item)
            for name, item in value.items()
        }
    return value


class WebRecording(pulumi.CustomResource):
    def __init__(self, name, *, opts=None, **inputs):
        outputs = dict.fromkeys(["taskId", "recordId", "status", "filePrefix"])
        super().__init__("trtc:index:WebRecording", name, {**outputs, **camel(inputs)}, opts)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return vars(self)[to_camel(name)]
"""

RECORDING = """
COS = {"cloud_storage": {"region": "ap-singapore", "bucket": "bucket-1250000000"}}


def recording(name, *, opts=None, **arguments):
    given = {
        "record_url": f"https://example.com/{name}",
        "sdk_app_id": 1600011111,
        "storage_params": COS,
        "max_duration_limit": 3600,
        **arguments,
    }
    made = WebRecording(name, **given, opts=opts)
    pulumi.export(name, made.task_id)
    return made
"""


@dataclass(frozen=True)
class Ran:
    """A finished pulumi command: `code` is its exit code, `text` its output.

    The names of fields in it are snake_case, whatever the provider, unless a test asks otherwise.
    """

    code: int
    text: str


def pulumi_environment(home: Path, backend: str | None = None) -> dict[str, str]:
    """The environment of a user whose home this is, who keeps states there or in `backend`."""
    return {
        **{n: v for n, v in os.environ.items() if not n.startswith(("TENCENTCLOUD_", "TRTC_"))},
        "HOME": str(home),
        "PULUMI_HOME": str(home / "home"),
        "PULUMI_BACKEND_URL": backend or f"{FILE}{home}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }


def run_command(
    words: Sequence[str | Path], directory: Path, environment: Mapping[str, str], typed: str = ""
) -> Ran:
    """Run a program that reads this text from its stdin; stderr is part of its output."""
    process = subprocess.run(
        words,
        cwd=directory,
        env=environment,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_TIMEOUT,
        check=False,
    )
    return Ran(process.returncode, process.stdout)


class Stack:
    """Runs the CLI as a pipeline does: non-interactive."""

    def __init__(
        self,
        directory: Path,
        endpoint: str,
        name: str = "test",
        provider: ProviderKind = "dynamic",
        backend: str | None = None,
    ) -> None:
        self.provider = provider
        self.directory = directory
        self.name = name
        self.environment = {
            **pulumi_environment(directory, backend),
            "TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
        }
        (directory / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        self.program("")
        if backend or name not in ("test", "live"):
            self.run("stack", "init", name)
        else:
            self._copy_empty_stack()
        with (directory / f"Pulumi.{name}.yaml").open("a") as settings:
            settings.write(f"config:\n  trtc:endpoint: {endpoint}\n")

    def program(self, body: str) -> None:
        """Write the program: Python, below imports and a `recording(name, …)`."""
        (self.directory / "__main__.py").write_text(
            IMPORTS + (DYNAMIC if self.provider == "dynamic" else NATIVE) + RECORDING + dedent(body)
        )

    @property
    def settings(self) -> Path:
        return self.directory / f"Pulumi.{self.name}.yaml"

    def config(self, key: str, value: str, *options: str) -> None:
        """`pulumi config set`; a plain value is written without a process."""
        if options or ":" not in key:
            self.run("config", "set", *options, key, value)
            return
        settings = yaml.safe_load(self.settings.read_text())
        settings["config"][key] = value
        self.settings.write_text(yaml.safe_dump(settings, sort_keys=False))

    def run(self, *arguments: str, expect: int | None = 0, snake_case: bool = True) -> Ran:
        """Run a pulumi command; an unexpected exit code fails the test with its output."""
        ran = run_command(
            ["pulumi", "--non-interactive", *arguments], self.directory, self.environment
        )
        if self.provider == "native" and snake_case:
            ran = Ran(ran.code, _CAMEL_NAMES.sub(lambda name: _SNAKE_CASE[name[0]], ran.text))
        if expect is not None and (ran.code == 0) != (expect == 0):
            raise AssertionError(f"pulumi {' '.join(arguments)} ended with {ran.code}:\n{ran.text}")
        return ran

    def up(self, *options: str, expect: int | None = 0) -> Ran:
        """`pulumi up`, without the preview."""
        return self.run("up", "--yes", "--skip-preview", *options, expect=expect)

    def preview(self, *options: str, expect: int | None = 0) -> Ran:
        return self.run("preview", *options, expect=expect)

    def refresh(self, expect: int | None = 0) -> Ran:
        return self.run("refresh", "--yes", "--skip-preview", expect=expect)

    def destroy(self, expect: int | None = 0) -> Ran:
        return self.run("destroy", "--yes", "--skip-preview", expect=expect)

    def export(self, *options: str) -> str:
        """The output of `pulumi stack export`, secrets encrypted unless an option decrypts them."""
        return self.run("stack", "export", *options, snake_case=False).text

    def state(self) -> dict[str, Any]:
        """What `pulumi stack export --show-secrets` prints: from its file if it has no secrets."""
        stored = self._stored()
        if stored is not None and "ciphertext" not in json.dumps(stored):
            return {"deployment": stored}
        exported: dict[str, Any] = json.loads(self.export("--show-secrets"))
        return exported

    def resources(self) -> dict[str, dict[str, Any]]:
        """The recordings in the state, decrypted, by name; pending deletions are left out.

        The names in them are snake_case and the URN is among the outputs, whatever the provider.
        """
        found = {
            name: snake_case(each) for name, each in recordings(self.state()["deployment"]).items()
        }
        if self.provider == "native":
            for recording in found.values():
                recording["outputs"]["resource_urn"] = recording["urn"]
        return found

    def outputs(self, name: str) -> dict[str, Any]:
        outputs: dict[str, Any] = self.resources()[name]["outputs"]
        return outputs

    def task_ids(self) -> dict[str, str]:
        """The TaskIds in the state, by name."""
        deployment = self._stored() or self.state()["deployment"]
        return {name: resource["id"] for name, resource in recordings(deployment).items()}

    def _stored(self) -> dict[str, Any] | None:
        """The state in its file, secrets encrypted; None if it is in a bucket."""
        backend = self.environment["PULUMI_BACKEND_URL"]
        if backend != f"{FILE}{self.directory}":
            return None
        selected = json.loads(self._selection().read_text())["stacks"][backend]
        stored = self.directory / ".pulumi/stacks" / selected.partition("/")[2]
        text = stored.with_name(f"{stored.name}.json").read_text()
        return json.loads(text)["checkpoint"].get("latest") or {"resources": []}

    def _selection(self) -> Path:
        """The file in which the CLI remembers the stack that is selected in this directory."""
        file = self.directory / "Pulumi.yaml"
        project = yaml.safe_load(file.read_text())["name"]
        digest = hashlib.sha1(str(file).encode(), usedforsecurity=False).hexdigest()
        home = Path(self.environment["PULUMI_HOME"])
        return home / "workspaces" / f"{project}-{digest}-workspace.json"

    def _copy_empty_stack(self) -> None:
        """Do what `pulumi stack init` does, by copying a backend that it made."""
        empty = _empty_stack(self.name)
        shutil.copytree(empty / ".pulumi", self.directory / ".pulumi")
        salt, _, _ = (empty / self.settings.name).read_text().partition("config:")
        self.settings.write_text(salt)
        selection = self._selection()
        selection.parent.mkdir(parents=True)
        name = f"organization/{PROJECT}/{self.name}"
        stacks = {"stacks": {self.environment["PULUMI_BACKEND_URL"]: name}}
        selection.write_text(json.dumps(stacks))


def recordings(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """The recordings of a state by name; pending deletions are left out."""
    return {
        resource["urn"].rsplit("::", 1)[-1]: resource
        for resource in deployment.get("resources") or []
        if resource["type"].endswith(":WebRecording") and not resource.get("delete")
    }


@cache
def _empty_stack(name: str) -> Path:
    """A directory with an empty stack of this name; it is removed with this process."""
    directory = tempfile.TemporaryDirectory()
    _made.append(directory)
    Stack(Path(directory.name), "", name, backend=f"{FILE}{directory.name}")
    return Path(directory.name)


_made: list[tempfile.TemporaryDirectory[str]] = []


def live(recorder: Recorder) -> set[str]:
    """The TaskIds that are recording now."""
    return {task.task_id for task in recorder.live_tasks()}


def asked(recorder: Recorder) -> set[str]:
    """The actions of the calls since the last reset."""
    return {call.action for call in recorder.calls()}


def looks(stack: Stack) -> set[str]:
    """What a run that changes nothing asks: the native resource is refreshed before an update."""
    return {"DescribeWebRecord"} if stack.provider == "native" else set()
