"""A PATH for tests of set-up: links to real tools, and an apt-get that is a script."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from shell_script import shell_script


class Debian:
    """A PATH with these tools and with scripts, and no other program."""

    def __init__(self, bin: Path, *tools: str) -> None:
        self.bin = bin
        self.bin.mkdir(exist_ok=True)
        for tool in tools:
            (bin / tool).symlink_to(shutil.which(tool) or tool)
        self.script("sudo", 'shift; exec "$@"')

    def script(self, name: str, lines: str = "") -> None:
        shell_script(self.bin / name, lines, "/bin/bash")

    def apt_get(self, lines: str) -> None:
        """Have an apt-get that notes its arguments, and then runs these lines."""
        self.script("apt-get", f'echo "$*" >>{self.bin}/apt-get-calls\n{lines}')

    def apt_get_calls(self) -> list[str]:
        calls = self.bin / "apt-get-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def run(self, program: Path) -> tuple[str, str]:
        """Run a program that never fails; what it writes to stdout and stderr."""
        ran = subprocess.run(
            [program], env={"PATH": str(self.bin)}, capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout, ran.stderr
