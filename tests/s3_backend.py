"""A bucket of the tests' store, as the backend of several stacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from object_store import BUCKET, FULL, REGION, object_store

KEYS = {"AWS_ACCESS_KEY_ID": FULL.access_key, "AWS_SECRET_ACCESS_KEY": FULL.secret_key}
"""What the engine needs in its environment."""

QUIET = "&response_checksum_validation=when_required"
"""Without it the engine warns of each file that the server returns without a checksum."""


@contextmanager
def s3_backend(log: Path) -> Iterator[str]:
    """Serve an empty bucket; yield the URL of the backend for `PULUMI_BACKEND_URL`."""
    with object_store(log) as store:
        where = f"endpoint={store.endpoint}&region={REGION}&use_path_style=true{QUIET}"
        yield f"s3://{BUCKET}?{where}"
