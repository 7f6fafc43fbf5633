"""The commands of an example's README, run in a copy of its folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi_stack import live, pulumi_environment, recordings, run_command
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder
from waiting import until

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
STREAM = "rtmp://push.example.com/live/stream?key=CANARY"

ANSWERS = {
    "trtc:secretId": SECRET_ID,
    "trtc:secretKey": SECRET_KEY,
    "streamUrl": f"{STREAM}-1",
    "otherStreamUrl": f"{STREAM}-2",
}
"""What a person types when `pulumi config set KEY` asks for the value."""

ADD_PLUGIN = "pulumi package add ../../provider"

_SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ASKING = re.compile(r"pulumi config set (?:--secret )?(\S+)\s*(?:#.*)?")


def commands(readme: str) -> list[str]:
    """The lines of the blocks of shell in a README."""
    return [line for block in _SHELL.findall(readme) for line in block.splitlines() if line]


class ReadmeCommands:
    """Runs the commands of an example's README against a service, in a copy of its folder.

    The README's own words are run, in bash. Added are the service's endpoint, the answers to what
    is asked, and the environment that makes Pulumi not ask for a confirmation. After the first
    `pulumi up` there are no previews, which would take half of the time.
    """

    def __init__(self, name: str, folder: Path, recorder: Recorder) -> None:
        self.folder = folder / name
        self.recorder = recorder
        self.answers = dict(ANSWERS)
        self.output = ""
        what_pulumi_install_made = shutil.ignore_patterns(".venv", "__pycache__")
        shutil.copytree(EXAMPLES / name, self.folder, ignore=what_pulumi_install_made)
        readme = (self.folder / "README.md").read_text()
        self.commands = commands(readme)
        self.environment = {
            **pulumi_environment(folder),
            "PULUMI_SKIP_CONFIRMATIONS": "1",
            "TRTC_ENDPOINT": recorder.endpoint,
        }
        if "TENCENTCLOUD_SECRET_ID" in readme:
            self.environment["TENCENTCLOUD_SECRET_ID"] = SECRET_ID
            self.environment["TENCENTCLOUD_SECRET_KEY"] = SECRET_KEY

    def run_until(self, beginning: str) -> str:
        """Run the next commands, up to one that begins so; return its output."""
        while self.commands:
            command = self.commands.pop(0)
            output = self.run(command)
            if command.startswith(beginning):
                return output
        raise AssertionError(f"the README has no further `{beginning}`")

    def up(self) -> str:
        """Run the commands up to the next `pulumi up`; what records then is what the state has."""
        output = self.run_until("pulumi up")
        assert live(self.recorder) == set(self.task_ids().values())
        return output

    def finish(self) -> None:
        """Run the rest of the README; it leaves no recording, and no secret anywhere."""
        while self.commands:
            self.run(self.commands.pop(0))
        assert live(self.recorder) == set()
        for secret in (SECRET_KEY, STREAM):
            assert secret not in self.output
            assert self.files_with(re.escape(secret)) == []

    def run(self, command: str, fails: bool = False) -> str:
        """Run a line of shell; an unexpected exit code fails the test with its output."""
        if command.startswith(("pulumi install", "python3 -m venv")):
            (self.folder / ".venv").symlink_to(sys.prefix)
            return "installed"
        if command == ADD_PLUGIN:
            self.add_plugin()
            return "added"
        asking = _ASKING.fullmatch(command)
        words = ["bash", "-euo", "pipefail", "-c", command]
        typed = self.answers[asking[1]] if asking else ""
        ran = run_command(words, self.folder, self.environment, typed)
        self.output += ran.text
        if command.startswith("pulumi up"):
            self.environment["PULUMI_OPTION_SKIP_PREVIEW"] = "1"
        assert (ran.code != 0) == fails, f"{command}\n{ran.text}"
        return ran.text

    def add_plugin(self) -> None:
        """Leave what `pulumi package add` does, without its half a minute."""
        plugin = self.folder.parent / "provider"
        plugin.mkdir()
        for name in ("PulumiPlugin.yaml", "__main__.py", "trtc_webrecord"):
            (plugin / name).symlink_to(ROOT / "provider" / name)
        (plugin / "venv").symlink_to(sys.prefix)
        with (self.folder / "Pulumi.yaml").open("a") as project:
            project.write("packages:\n  trtc: ../provider\n")

    def kill(self, command: str, when: Callable[[], bool]) -> None:
        """Run a line of shell, and kill the whole of its session, at the given time."""
        with subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            until(when)
            subprocess.run(["pkill", "-KILL", "--session", str(process.pid)], check=True)

    def expect_no_changes(self) -> None:
        """A second `pulumi up` changes nothing, and starts and stops nothing."""
        before = live(self.recorder)
        self.run("pulumi up --expect-no-changes")
        assert live(self.recorder) == before

    def state(self) -> list[dict[str, Any]]:
        """The resources in the state, secrets encrypted."""
        (file,) = self.folder.parent.glob(".pulumi/stacks/*/dev.json")
        resources: list[dict[str, Any]] = json.loads(file.read_text())["checkpoint"]["latest"].get(
            "resources", []
        )
        return resources

    def outputs(self) -> dict[str, Any]:
        stack = next(each for each in self.state() if each["type"] == "pulumi:pulumi:Stack")
        outputs: dict[str, Any] = stack.get("outputs", {})
        return outputs

    def task_ids(self) -> dict[str, str]:
        found = recordings({"resources": self.state()})
        return {name: resource["id"] for name, resource in found.items()}

    def files_with(self, secret: str) -> list[Path]:
        """The files, of the project and of the state, that hold a secret in plain text.

        `secret` is a regular expression.
        """
        files = [path for path in self.folder.parent.rglob("*") if path.is_file()]
        return [path for path in files if re.search(secret.encode(), path.read_bytes())]
