"""The store of the tests is as strict as a real one: what a key pair may not do, it refuses."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from object_store import BUCKET, FULL, WRITE_ONLY, ObjectStore


def test_a_key_that_only_writes_reads_nothing(store: ObjectStore) -> None:
    store.client(FULL).put_object(Bucket=BUCKET, Key="private", Body=b"bytes")
    with pytest.raises(ClientError, match="AccessDenied"):
        store.client(WRITE_ONLY).get_object(Bucket=BUCKET, Key="private")
