"""A forward proxy, which finds every host on this machine's loopback address."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from http_server import Handler, http_server


@dataclass
class Proxy:
    """A running proxy; `passed` are the methods and hosts of what it has let through."""

    port: int
    passed: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def proxy(user: str | None = None) -> Iterator[Proxy]:
    """Serve; `user` is `name:password` where it wants them."""
    wanted = user and f"Basic {base64.b64encode(user.encode()).decode()}"

    running = Proxy(0)

    class ProxyHandler(Handler):
        def do_CONNECT(self) -> None:
            host, _, port = self.path.rpartition(":")
            if self._admitted(host):
                with closing(socket.create_connection(("127.0.0.1", int(port)))) as server:
                    self.send_response(200)
                    self.end_headers()
                    self._join(server)

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if self._admitted(url.hostname or "none"):
                target = (url.path or "/") + (f"?{url.query}" if url.query else "")
                with closing(socket.create_connection(("127.0.0.1", url.port or 80))) as server:
                    kept = [f"GET {target} HTTP/1.0", f"Host: {url.netloc}"]
                    server.sendall("\r\n".join([*kept, "", ""]).encode())
                    while chunk := server.recv(2**16):
                        self.wfile.write(chunk)

        def _admitted(self, host: str) -> bool:
            if wanted and self.headers["Proxy-Authorization"] != wanted:
                challenge = {"Proxy-Authenticate": 'Basic realm="proxy"'}
                self.respond(b"sign in", 407, {"Content-Type": "text/plain", **challenge})
                return False
            running.passed.append((self.command, host))
            return True

        def _join(self, server: socket.socket) -> None:
            def pump(source: socket.socket, target: socket.socket) -> None:
                with suppress(OSError):
                    while chunk := source.recv(2**16):
                        target.sendall(chunk)
                    target.shutdown(socket.SHUT_WR)

            back = threading.Thread(target=pump, args=(server, self.connection), daemon=True)
            back.start()
            pump(self.connection, server)
            back.join(5)

    with http_server(ProxyHandler) as running.port:
        yield running
