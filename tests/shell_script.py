"""Shell scripts that stand for programs."""

from __future__ import annotations

from pathlib import Path


def shell_script(path: Path, lines: str = "", shell: str = "/bin/sh") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{shell}\n{lines}\n")
    path.chmod(0o755)
    return path
