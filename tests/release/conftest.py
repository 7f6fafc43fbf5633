"""Both distributions, built once for the tests of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.release import dist
from tools.release.dist import PROVIDER, RECORDER, Built, Distribution


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[Distribution, Built]:
    """Both; a wheel from the sdist that differs from the repository's fails here."""
    out = tmp_path_factory.mktemp("dist")
    return {each: dist.build(each, out) for each in (PROVIDER, RECORDER)}


@pytest.fixture(scope="session")
def wheels(built: dict[Distribution, Built]) -> list[Path]:
    return [each.wheel for each in built.values()]
