"""Options, the service of most tests, and how `pytest -n` distributes tests to processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from trtc_recorder.testing import RunningService, local_settings, running_service
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from object_store import ObjectStore

CAPTURE = "tests/capture/"

ALONE = ("test_encoder", "test_recording_files", "test_monitor")
"""Modules of `tests/capture/` that judge frames or sound."""

LONGEST_FIRST = (
    "tests/faults/",
    "tests/release/test_compatibility",
    "tests/engine/test_engine_lifecycle",
    "tests/engine/test_partial_state",
    "tests/pipelines/",
    "tests/growing/",
    "tests/documentation/test_operations",
    "tests/engine/",
    "tests/examples/",
)


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """Runs a module of `tests/capture/` in one process, and every other test in any.

    Those that judge frames or sound run one after the other: parallel recordings would lose
    frames on a small machine.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if not module.startswith(CAPTURE):
            return nodeid
        return "alone" if module.startswith(tuple(CAPTURE + name for name in ALONE)) else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduler | None:
    """The scheduler, unless `--dist` selects another.

    `--dist loadgroup` would not do: it groups nothing with pytest 9.2 (pytest-xdist 3.8, #1386).
    """
    return Scheduler(config, log) if config.getvalue("dist") == "load" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no process waits for one of them in the end."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(
        key=lambda item: next(
            (place for name, place in order.items() if item.nodeid.startswith(name)), len(order)
        )
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--provider native` runs the tests of the engine through the native resource alone."""
    parser.addoption("--provider", choices=["dynamic", "native"])


@pytest.fixture
def recorder() -> Iterator[RunningService]:
    """A service that records nothing, and whose tasks show at once."""
    with running_service(local_settings(visible_after=0)) as service:
        yield service


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A store of objects, for all tests of this process."""
    from object_store import object_store  # it imports boto3, which few tests need

    with object_store(tmp_path_factory.mktemp("store") / "log") as running:
        yield running
