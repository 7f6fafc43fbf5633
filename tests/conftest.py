"""How `pytest -n` distributes the tests among its processes."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

RECORDING = "tests/capture/"
CONCURRENT_DELAY = tuple(
    f"{RECORDING}{name}"
    for name in (
        "test_bad_pages",
        "test_check",
        "test_colours",
        "test_every_pixel",
        "test_finish",
        "test_nothing_foreign",
        "test_on_the_engine",
        "test_outputs",
        "test_page_goes_wrong",
        "test_page_report",
        "test_phone",
        "test_ready",
        "test_what_a_page_is_given",
        "test_writing",
        "viewer/",
    )
)
"""Modules of `tests/capture/` that measure neither frames nor sound."""


class OneRecordingAtATime(LoadScopeScheduling):  # type: ignore[misc]
    """Tests that measure a recording run in one process, one after the other; the rest anywhere.

    Many recordings in parallel would lose frames on a small machine.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(CONCURRENT_DELAY):
            return module
        return RECORDING if module.startswith(RECORDING) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneRecordingAtATime | None:
    """The scheduler, unless `--dist` selects another.

    `--dist loadgroup` would not do: it groups nothing with pytest 9.2 (pytest-xdist 3.8, #1386).
    """
    return OneRecordingAtATime(config, log) if config.getvalue("dist") == "load" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--provider native` runs the tests of the engine through the native resource alone."""
    parser.addoption("--provider", choices=["dynamic", "native"])
