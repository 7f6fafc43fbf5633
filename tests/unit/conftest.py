"""What every unit test runs under: Hypothesis without a time limit, and nobody's credentials."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from unit.account import Account
from unit.api_bench import Bench

settings.register_profile("unit", deadline=None, max_examples=60)
settings.load_profile("unit")


@pytest.fixture(autouse=True)
def nobodys_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("TENCENTCLOUD_", "TKE_", "TRTC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def api_bench() -> Iterator[Bench]:
    with ExitStack() as services:
        yield Bench(services)
