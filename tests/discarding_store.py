"""An S3-compatible store on loopback that keeps digests of objects, and verifies nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from http_server import Handler, http_server

INITIATED = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
COMPLETED = b'<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>'


@dataclass
class DiscardingStore:
    """`objects`: the paths of complete objects, in order. `parts`: the size (bytes) and SHA-256 of
    each part of a path, by its number.
    """

    endpoint: str = ""
    objects: list[str] = field(default_factory=list)
    parts: dict[str, dict[int, tuple[int, str]]] = field(default_factory=dict)


@contextmanager
def discarding_store() -> Iterator[DiscardingStore]:
    store = DiscardingStore()

    class StoreHandler(Handler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body, url = self.body(), urlsplit(self.path)
            number = int(parse_qs(url.query).get("partNumber", ["0"])[0])
            found = (len(body), hashlib.sha256(body).hexdigest())
            store.parts.setdefault(unquote(url.path), {})[number] = found
            if not number:
                store.objects.append(unquote(url.path))
            self.respond(headers={"ETag": f'"{number}"'})

        def do_POST(self) -> None:
            self.body()
            url = urlsplit(self.path)
            if "uploads" in parse_qs(url.query, keep_blank_values=True):
                self.respond(INITIATED)
            else:
                store.objects.append(unquote(url.path))
                self.respond(COMPLETED)

    with http_server(StoreHandler) as port:
        store.endpoint = f"http://127.0.0.1:{port}"
        yield store
