"""GitHub's service of identity tokens and the vendor's Security Token Service, on loopback."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from capture.certificate_authority import Authority

IDENTITY = "CANARY-identity-5f1e"
KEYS = {
    "TmpSecretId": "AKIDtemporary",
    "TmpSecretKey": "CANARY-key-5f1e",
    "Token": "CANARY-token-5f1e",
}


@dataclass
class Served:
    """A running service and what it was asked."""

    url: str
    asked: list[Any] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def identity_tokens() -> Iterator[Served]:
    """GitHub's: `asked` has each request's path and authorization."""

    class Handler(_Handler):
        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers["Authorization"]))
            self.answer({"count": 1, "value": IDENTITY})

    with _serving(Handler) as port:
        served = Served(f"http://127.0.0.1:{port}/token?api-version=2.0")
        yield served


@contextmanager
def security_tokens(authority: Authority) -> Iterator[Served]:
    """The vendor's, behind a proxy at `url`: `asked` has each request's host and parameters."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*authority.server)

    class Proxy(_Handler):
        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            with tls.wrap_socket(self.connection, server_side=True) as connection:
                Sts(connection, self.client_address, self.server)

    class Sts(_Handler):
        def do_POST(self) -> None:
            parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((self.headers["Host"], parameters))
            until = {"ExpiredTime": int(time.time()) + 7200, "RequestId": "request"}
            self.answer({"Response": {"Credentials": KEYS, **until}})

    with _serving(Proxy) as port:
        served = Served(f"http://127.0.0.1:{port}")
        yield served


@contextmanager
def _serving(handler: type[_Handler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
