"""The README of an example in TypeScript or Go, with the generated SDK of its language.

`pulumi package add` leaves the work to the language host, and the hosts that can be built from
source are older than that. What it does is done here in its place, with Pulumi's own generator.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from examples.readme_commands import ADD_PLUGIN, ReadmeCommands
from trtc_recorder.testing import Recorder
from trtc_webrecord.native.provider import SCHEMA

MODULE = "example.com/pulumi-trtc/sdk/go/trtc"
GO_CACHES = ("GOPATH", "GOCACHE", "GOPROXY", "GOFLAGS")


class ExampleWithSdk(ReadmeCommands):
    """An example whose `pulumi package add` is replaced by what it does."""

    def __init__(self, name: str, folder: Path, recorder: Recorder) -> None:
        super().__init__(name, folder, recorder)
        self.language = {"typescript": "nodejs"}.get(name, name)
        if self.language == "go":
            asked = self.tool("go", "env", *GO_CACHES).splitlines()
            self.environment |= dict(zip(GO_CACHES, asked, strict=True))

    def run(self, command: str, fails: bool = False) -> str:
        """Run a line of shell, as `ReadmeCommands.run` does."""
        if command == ADD_PLUGIN:
            self.add_plugin()
            self.add_sdk()
            return "added"
        return super().run(command, fails)

    def add_sdk(self) -> None:
        """Generate the SDK into `sdks/trtc`, and make the project depend on it."""
        sdk = self.folder / "sdks/trtc"
        # Pulumi adds the owner to the schema of a plugin from a repository.
        schema = self.folder.parent / "schema.json"
        schema.write_text(json.dumps(json.loads(SCHEMA.read_text()) | {"namespace": "owner"}))
        self.tool("generate-sdk", self.language, str(schema), str(sdk))
        if self.language == "nodejs":
            self.tool("npm", "pkg", "set", "dependencies.@pulumi/trtc=file:sdks/trtc")
            self.tool("npm", "install", "--no-audit", "--no-fund")
            return
        shutil.copytree(sdk / "trtc", sdk, dirs_exist_ok=True)
        shutil.rmtree(sdk / "trtc")
        module = (self.folder / "go.mod").read_text()
        (sdk / "go.mod").write_text(module.replace("recordings-in-go", MODULE))
        self.tool("go", "mod", "edit", f"-replace={MODULE}=./sdks/trtc")
        self.tool("go", "mod", "tidy")

    def tool(self, *command: str) -> str:
        """Run a program with the caches of this machine, and return its output."""
        ran = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
        return ran.stdout
