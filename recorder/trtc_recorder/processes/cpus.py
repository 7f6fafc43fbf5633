"""The CPUs that this process may use: its affinity, and the quotas of its cgroups (v1 and v2)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def usable(root: Path = Path("/")) -> float:
    """Returns the number of CPUs; a quota can be a fraction. `root` is the file system's."""
    return min([len(os.sched_getaffinity(0)), *_quotas(root)])


def _quotas(root: Path) -> Iterator[float]:
    """Yields the quota of each cgroup of this process, from the innermost to the outermost.

    In a container the path can be that on the host: then only its root is there.
    """
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for group in groups:
        _, controllers, name = group.split(":", 2)
        mounted = root / "sys/fs/cgroup"
        if "cpu" in controllers.split(","):
            mounted, files = mounted / "cpu", ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        elif not controllers:
            files = ["cpu.max"]
        else:
            continue
        innermost = Path(name.lstrip("/"))
        for folder in (innermost, *innermost.parents):
            try:
                text = " ".join((mounted / folder / file).read_text() for file in files)
                quota, period = map(int, text.split())
            except (OSError, ValueError):  # there is none: `max`
                continue
            if quota > 0:
                yield quota / period
