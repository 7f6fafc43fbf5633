"""An S3-compatible store on loopback that verifies signatures, regions and what a key may do.

As a program it serves it: `python tests/object_store.py PORT DELAY [CERTIFICATE KEY]`.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from waiting import listens, server

START_SECONDS = 30
PAGE = 3
"""The keys of a page of a listing."""
REGION = "ap-singapore"
BUCKET = "lessons-1250000000"
FOREIGN_REGION = "ap-tokyo"
FOREIGN_BUCKET = "lectures-1250000000"
"""A bucket of another region."""


class Keys(NamedTuple):
    access_key: str
    secret_key: str


FULL = Keys("AKIDfull", "full-secret-of-the-store")
WRITE_ONLY = Keys("AKIDwriter", "writers-secret-of-the-store")
READ_ONLY = Keys("AKIDreader", "readers-secret-of-the-store")
UPLOAD_WITHOUT_ABORT = Keys("AKIDputter", "putters-secret-of-the-store")
WRONG_SECRET = Keys(FULL.access_key, "not-the-secret-of-the-store")
UNKNOWN = Keys("AKIDunknown", "unknown-secret-of-the-store")

ALLOWED = {
    FULL: ["s3:*"],
    WRITE_ONLY: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    READ_ONLY: ["s3:GetObject", "s3:ListBucket"],
    UPLOAD_WITHOUT_ABORT: ["s3:PutObject"],
}
"""The users of the store, and the actions that each may do."""


@dataclass(frozen=True)
class ObjectStore:
    """A running store. `endpoint` is its URL; buckets are in the path."""

    endpoint: str
    certificate: Path | None = None

    def objects(self, bucket: str = BUCKET) -> dict[str, int]:
        """The keys of a bucket's objects, with their sizes (bytes)."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", [])}

    def content(self, key: str, bucket: str = BUCKET) -> bytes:
        body: bytes = self.client().get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def uploads(self, bucket: str = BUCKET) -> dict[str, str]:
        """The UploadIds of the multipart uploads that are open, with their keys."""
        answer = self.client().list_multipart_uploads(Bucket=bucket)
        return {each["UploadId"]: each["Key"] for each in answer.get("Uploads", [])}

    def client(self, keys: Keys = FULL) -> Any:
        """A client of boto3; it uses no proxy."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            verify=str(self.certificate) if self.certificate else None,
            config=Config(
                s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 1}
            ),
        )


@contextmanager
def object_store(
    log: Path,
    *,
    delay: float = 0,
    certificate: tuple[Path, Path] | None = None,
    authority: Path | None = None,
    port: int = 0,
) -> Iterator[ObjectStore]:
    """Serve empty buckets, BUCKET and FOREIGN_BUCKET, to the users of ALLOWED.

    `delay` (s) is before each response. With TLS if there is a `certificate` (and its key), for
    `localhost`; `authority` is what its clients have to trust. Port 0 is any free one.
    """
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        port = taken.getsockname()[1]
    command = [sys.executable, __file__, str(port), str(delay), *map(str, certificate or ())]
    with server(command, lambda: listens(port), log, seconds=START_SECONDS):
        host = f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
        yield ObjectStore(host, authority)


WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _serve(port: int, delay: float, certificate: tuple[str, str] | None) -> None:
    from moto import settings
    from moto.iam.models import iam_backends
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.s3.models import s3_backends
    from werkzeug.serving import run_simple

    account = iam_backends["123456789012"]["aws"]
    for keys, actions in ALLOWED.items():
        user = account.create_user("aws", keys.access_key)
        statement = [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        account.put_user_policy(user.name, "allowed", policy)
        access = user.create_access_key(prefix="AKIA")
        access.access_key_id, access.secret_access_key = keys
    buckets = s3_backends["123456789012"]["aws"]
    buckets.create_bucket(BUCKET, REGION)
    buckets.create_bucket(FOREIGN_BUCKET, FOREIGN_REGION)
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = str(PAGE)
    application = _with_regions(DomainDispatcherApplication(create_backend_app), delay)
    run_simple("127.0.0.1", port, application, threaded=True, ssl_context=certificate)


def _with_regions(application: WSGI, delay: float) -> WSGI:
    """The application, which redirects from a bucket that is of another region, as S3 does."""
    homes = {BUCKET: REGION, FOREIGN_BUCKET: FOREIGN_REGION}

    def of_its_region(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        time.sleep(delay)
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        bucket = environ["PATH_INFO"].split("/")[1]
        home = homes.get(bucket)
        if home is None or scope is None or scope[1] == home:
            return application(environ, start_response)
        headers = [("Content-Type", "application/xml"), ("X-Amz-Bucket-Region", home)]
        start_response("301 Moved Permanently", headers)
        return [
            b"<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to "
            b"access must be addressed using the specified endpoint.</Message>"
            b"<Endpoint>%b</Endpoint><Bucket>%b</Bucket><RequestId>redirected</RequestId></Error>"
            % (f"{home}.invalid".encode(), bucket.encode())
        ]

    return of_its_region


if __name__ == "__main__":
    _port, _delay, *_certificate = sys.argv[1:]
    _serve(int(_port), float(_delay), (_certificate[0], _certificate[1]) if _certificate else None)
