"""A store that verifies signatures, by plain HTTP and with a certificate of a private authority."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from capture.certificate_authority import Authority, authority
from object_store import BUCKET, REGION, WRITE_ONLY, ObjectStore, object_store
from trtc_webrecord.storage.target import Target


@pytest.fixture(scope="session")
def private_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), "localhost", "store")


@pytest.fixture(scope="session")
def tls_store(
    tmp_path_factory: pytest.TempPathFactory, private_authority: Authority
) -> Iterator[ObjectStore]:
    with object_store(
        tmp_path_factory.mktemp("tls-store") / "log",
        certificate=private_authority.server,
        authority=private_authority.certificate,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def target(store: ObjectStore) -> Callable[..., Target]:
    """The store's bucket, with a key pair that only writes, changed."""
    smallest = Target(store.endpoint, BUCKET, REGION, ("lobby",), *WRITE_ONLY)

    def changed(**changes: Any) -> Target:
        return replace(smallest, **changes)

    return changed
