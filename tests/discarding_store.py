"""An S3-compatible store on loopback that keeps digests of objects, and verifies nothing."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import Self

INITIATED = "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
COMPLETED = '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>'


class DiscardingStore(ThreadingHTTPServer):
    """Serves while entered. `objects`: the paths of complete objects, in order. `parts`: the size
    (bytes) and SHA-256 of each part of a path, by its number.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: list[str] = []
        self.parts: dict[str, dict[int, tuple[int, str]]] = {}

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: DiscardingStore
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self._body()
        number = int(self._query().get("partNumber", ["0"])[0])
        found = (len(body), hashlib.sha256(body).hexdigest())
        self.server.parts.setdefault(self._path(), {})[number] = found
        if not number:
            self.server.objects.append(self._path())
        self._respond("", ETag=f'"{number}"')

    def do_POST(self) -> None:
        self._body()
        if "uploads" in self._query():
            self._respond(INITIATED)
        else:
            self.server.objects.append(self._path())
            self._respond(COMPLETED)

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _respond(self, text: str, **headers: str) -> None:
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
