"""GitHub's service of identity tokens and the vendor's Security Token Service, on loopback."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from capture.certificate_authority import Authority
from http_server import Handler, http_server

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


class JsonHandler(Handler):
    """A handler that responds with JSON."""

    def answer(self, content: object) -> None:
        self.respond(json.dumps(content).encode())

    def posted(self) -> Any:
        """The request's body."""
        return json.loads(self.body())


@contextmanager
def identity_tokens() -> Iterator[Served]:
    """GitHub's: `asked` has each request's path and authorization."""

    class Tokens(JsonHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers["Authorization"]))
            self.answer({"count": 1, "value": IDENTITY})

    with http_server(Tokens) as port:
        served = Served(f"http://127.0.0.1:{port}/token?api-version=2.0")
        yield served


@contextmanager
def security_tokens(authority: Authority) -> Iterator[Served]:
    """The vendor's, behind a proxy at `url`: `asked` has each request's host and parameters."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*authority.server)

    class Proxy(JsonHandler):
        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            with tls.wrap_socket(self.connection, server_side=True) as connection:
                Sts(connection, self.client_address, self.server)

    class Sts(JsonHandler):
        def do_POST(self) -> None:
            served.asked.append((self.headers["Host"], self.posted()))
            until = {"ExpiredTime": int(time.time()) + 7200, "RequestId": "request"}
            self.answer({"Response": {"Credentials": KEYS, **until}})

    with http_server(Proxy) as port:
        served = Served(f"http://127.0.0.1:{port}")
        yield served
