"""The processes below one, by what they are."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

NAMES = {
    "Xvfb": "Xvfb",
    "pulseaudio": "pulseaudio",
    "ffmpeg -hide_banner -nostats": "encoder",
    "ffmpeg": "still or relay",
    "trtc_recorder.worker": "recorder",
    "run-driver": "driver",
    "audio.mojom.AudioService": "audio process",
}


def below(pid: int) -> dict[int, str]:
    """Every process below `pid`, named; Chromium's own children are not told apart."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    parents: dict[int, tuple[int, str]] = {}
    for line in listed.stdout.splitlines():
        number, parent, command = [*line.split(None, 2), ""][:3]
        parents[int(number)] = (int(parent), command)
    found: dict[int, str] = {}
    wanted = {pid}
    while wanted:
        wanted = {number for number, (parent, _) in parents.items() if parent in wanted}
        found.update({number: _name(parents[number][1]) for number in wanted})
    return found


def first(pid: int, name: str) -> int:
    return next(number for number, its in sorted(below(pid).items()) if its == name)


def gone(pids: Iterable[int]) -> bool:
    """Whether none of these is there any more; one that nobody has waited for counts as gone."""
    return not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _name(command: str) -> str:
    for part, name in NAMES.items():
        if part in command:
            return name
    if "/chromium" in command.split(" ")[0]:
        if "--type=renderer" in command:
            return "renderer"
        return "chromium child" if "--type=" in command else "chromium"
    return Path(command.split(" ")[0]).name


def busiest_renderer(pid: int) -> int:
    """The browser's process below `pid` that runs a page and works most within a second."""
    before = {n: _cpu_ticks(n) for n, name in below(pid).items() if name == "renderer"}
    time.sleep(1)
    return max(before, key=lambda n: _cpu_ticks(n) - before[n])


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def command_lines() -> str:
    command = ["ps", "-A", "-ww", "-o", "args="]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
