"""An S3-compatible store: one file to one key, in parts, with constant memory."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from .kept_keys import StorageKeys

if TYPE_CHECKING:
    from obstore.store import S3Credential

PART = 8 * 2**20
"""Bytes of a part. Each that is on its way is in memory."""

PARTS_AT_ONCE = 3

MOST_PARTS = 10_000
"""Of one object, by S3 and COS."""

REQUEST_TIMEOUT = timedelta(seconds=120)
"""For one part: 0.6 Mbit/s for each of those on their way."""

REQUEST_RETRIES = 5
"""Of one request that got no answer or a 5xx, after 0.2, 0.4 … s."""

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
}

OTHER_TYPE = "application/octet-stream"

LONGEST_MESSAGE = 300

_CAUSE = re.compile(
    r'(?:message|error): "([^"]+)"|InvalidCertificate\(\s*(\w+)|HttpError \{\s*kind: (Timeout)'
)
"""The client's text for a request without a response."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9-]+")


class UploadError(Exception):
    """A file was not uploaded. `final`: the store has rejected it, and will reject it again."""

    def __init__(self, message: str, final: bool) -> None:
        self.final = final
        super().__init__(message)


class ObjectStore:
    """A bucket of the store at `endpoint`.

    `{bucket}` and `{region}` in `endpoint` are replaced by those of the bucket; without `{bucket}`
    the bucket's name is in the path. Raises UploadError for a bucket or region that cannot exist.
    """

    def __init__(self, endpoint: str, bucket: str, region: str, keys: StorageKeys) -> None:
        if not _BUCKET.fullmatch(bucket):
            raise UploadError("InvalidBucketName: the bucket's name is not valid", final=True)
        if not _REGION.fullmatch(region):
            raise UploadError("InvalidRegionName: the bucket's region is not valid", final=True)
        self._keys = keys
        self._store = S3Store(
            bucket,
            endpoint=endpoint.format(bucket=bucket, region=region),
            region=region,
            virtual_hosted_style_request="{bucket}" in endpoint,
            credential_provider=self._credential,
            skip_signature=False,
            client_options={"allow_http": True, "timeout": REQUEST_TIMEOUT},
            retry_config={
                "max_retries": REQUEST_RETRIES,
                "backoff": {"init_backoff": timedelta(seconds=0.2)},
            },
        )

    def put(self, file: Path, key: str) -> None:
        """Upload a file as the object `key`, whole or not at all. Raises UploadError."""
        try:
            part = max(PART, -(-file.stat().st_size // MOST_PARTS))
            obstore.put(
                self._store,
                key,
                file,
                attributes={"Content-Type": CONTENT_TYPES.get(file.suffix, OTHER_TYPE)},
                chunk_size=part,
                max_concurrency=PARTS_AT_ONCE,
            )
        except (BaseError, OSError, ValueError) as error:
            raise self._error(str(error)) from None

    def _credential(self) -> S3Credential:
        """Returns the bucket's keys; the client would add a token of the environment to them."""
        return {
            "access_key_id": self._keys.access_key,
            "secret_access_key": self._keys.secret_key,
            "token": None,
            "expires_at": None,
        }

    def _error(self, text: str) -> UploadError:
        summary, final = _summary(text)
        for secret in (self._keys.secret_key, self._keys.access_key):
            summary = summary.replace(secret, "…")
        return UploadError(summary[:LONGEST_MESSAGE], final)


def _summary(text: str) -> tuple[str, bool]:
    """The text of a client's error, and whether the store has rejected; it has no attributes.

    The client's text is a line with the URL and the response's body, and the error's structure.
    """
    line, _, structure = text.partition("\n\nDebug source")
    if status := re.search(r"status code: (\d+)", line):
        code, message = (re.search(rf"<{tag}>([^<]*)<", line) for tag in ("Code", "Message"))
        rejected = status[1].startswith("4") and status[1] not in ("408", "429")
        parts = (found[1] for found in (code, message) if found)
        return ": ".join(parts) or f"HTTP {status[1]}", rejected
    if cause := _CAUSE.search(structure):
        return f"no answer of the store: {next(filter(None, cause.groups()))}", False
    return line.rpartition(" - ")[2], "Received redirect" in line
