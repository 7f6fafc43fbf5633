"""A user's webhook: it responds by a script, and keeps what was posted."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any, Literal

from http_server import Handler
from typing_extensions import Self

Response = int | bytes | Literal["hang"]
"""A status; bytes that are the whole response; or nothing until `release`, and then 200."""


@dataclass(frozen=True)
class Post:
    """One request; `at` is when it came by the webhook's clock."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def message(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.body)
        return body

    @property
    def type(self) -> int:
        return int(self.message["EventType"])

    @property
    def task_id(self) -> str:
        return str(self.message["EventInfo"]["TaskId"])


class Webhook(ThreadingHTTPServer):
    """Serves while entered. After the script, every response is 200."""

    daemon_threads = True

    def __init__(
        self, script: Iterable[Response] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[Post] = []
        self.clock = clock
        self._script: Iterator[Response] = iter(script)
        self._came = threading.Condition()
        self._released = threading.Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()
        self.shutdown()
        self.server_close()

    def script(self, responses: Iterable[Response]) -> None:
        """Respond so from now on, and then with 200."""
        self._script = iter(responses)

    def release(self) -> None:
        """Respond to the requests that hang."""
        self._released.set()

    def await_posts(self, count: int, seconds: float = 15) -> list[Post]:
        """The posts, once there are `count`; AssertionError after `seconds`."""
        with self._came:
            came = self._came.wait_for(lambda: len(self.posts) >= count, seconds)
            assert came, f"{len(self.posts)} posts in {seconds} s"
            return list(self.posts)

    def take(self, post: Post) -> Response:
        with self._came:
            self.posts.append(post)
            self._came.notify_all()
            return next(self._script, 200)

    def hang(self) -> None:
        self._released.wait(30)


class _Handler(Handler):
    server: Webhook

    def do_POST(self) -> None:
        post = Post(self.path, dict(self.headers), self.body(), self.server.clock())
        response = self.server.take(post)
        if response == "hang":
            self.server.hang()
            response = 200
        if isinstance(response, int):
            body = b'{"code":0}'
            head = f"HTTP/1.1 {response} Status\r\nContent-Length: {len(body)}\r\n\r\n"
            response = head.encode() + body
        assert isinstance(response, bytes)
        with contextlib.suppress(OSError):  # the client may have disconnected
            self.wfile.write(response)
