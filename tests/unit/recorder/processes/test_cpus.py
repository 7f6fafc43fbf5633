"""The CPUs that the service may use, where a container gives it less than the host has."""

from __future__ import annotations

from pathlib import Path

import pytest
from trtc_recorder.processes import cpus, page_capture
from trtc_recorder.tasks.storage import Storage

V2, V1 = "0::/a/b\n", "3:cpuset:/\n2:cpu,cpuacct:/docker/c\n1:name=systemd:/\n0::/\n"


@pytest.mark.parametrize(
    ("groups", "quotas", "expected"),
    [
        (V2, {"a/b/cpu.max": "150000 100000"}, 1.5),
        (V2, {"a/b/cpu.max": "max 100000", "a/cpu.max": "50000 100000"}, 0.5),
        ("0::/\n", {"cpu.max": "200000 100000"}, 2),
        (V2, {"a/b/cpu.max": "max 100000"}, 8),
        (V1, {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        (V1, {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        (
            V1,
            {
                "cpu/docker/c/cpu.cfs_quota_us": "300000",
                "cpu/docker/c/cpu.cfs_period_us": "100000",
            },
            3,
        ),
        (V2, {"a/b/cpu.max": "6400000 100000"}, 8),
        (None, {}, 8),
    ],
)
def test_they_are_those_of_the_affinity_or_the_smallest_quota(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    groups: str | None,
    quotas: dict[str, str],
    expected: float,
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    files = {f"sys/fs/cgroup/{name}": text for name, text in quotas.items()}
    if groups is not None:
        files["proc/self/cgroup"] = groups
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cpus.usable(tmp_path) == expected


@pytest.mark.parametrize(("usable", "limit"), [(0.2, 1), (1, 2), (1.5, 3)])
def test_two_recordings_are_accepted_for_each_and_always_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usable: float, limit: int
) -> None:
    monkeypatch.setattr(cpus, "usable", lambda: usable)
    capture = page_capture.PageCapture(Storage(tmp_path))
    assert capture._limit == limit
