"""The store of the tests: what an S3 client may do there with each key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from object_store import (
    BUCKET,
    FULL,
    READ_ONLY,
    UNKNOWN,
    WRITE_ONLY,
    WRONG_SECRET,
    Keys,
    ObjectStore,
    object_store,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("store") / "log") as running:
        yield running


@pytest.mark.parametrize("keys", [FULL, WRITE_ONLY])
def test_a_key_that_may_write_writes(store: ObjectStore, keys: Keys) -> None:
    key = f"{keys.access_key}/a b+(ü)'*~"
    store.client(keys).put_object(Bucket=BUCKET, Key=key, Body=b"bytes")
    assert store.objects()[key] == len(b"bytes")
    assert store.content(key) == b"bytes"


@pytest.mark.parametrize(
    ("keys", "bucket", "code"),
    [
        (READ_ONLY, BUCKET, "AccessDenied"),
        (WRONG_SECRET, BUCKET, "SignatureDoesNotMatch"),
        (UNKNOWN, BUCKET, "InvalidAccessKeyId"),
        (FULL, "none-1250000000", "NoSuchBucket"),
    ],
)
def test_a_store_refuses_what_may_not_be_written(
    store: ObjectStore, keys: Keys, bucket: str, code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        store.client(keys).put_object(Bucket=bucket, Key="refused", Body=b"bytes")
    assert refused.value.response["Error"]["Code"] == code
    assert "refused" not in store.objects()


def test_a_key_that_only_writes_reads_nothing(store: ObjectStore) -> None:
    store.client(FULL).put_object(Bucket=BUCKET, Key="private", Body=b"bytes")
    with pytest.raises(ClientError, match="AccessDenied"):
        store.client(WRITE_ONLY).get_object(Bucket=BUCKET, Key="private")
