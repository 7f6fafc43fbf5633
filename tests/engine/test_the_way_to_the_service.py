"""A proxy, a console and a clock that go wrong lose no recording and start no second one."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from http_server import Handler, http_server
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

pytestmark = [pytest.mark.slow, pytest.mark.providers("dynamic", "native")]

HALL = 'recording("大厅", record_url="https://example.com/hall")'
"""A name that a console in latin-1 cannot print."""

LATIN = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}


class BadProxy(Handler):
    """Finds every host on loopback. The first request gets an error page of another year; the
    response of the first StartWebRecord is lost.
    """

    requests: list[str]

    def do_POST(self) -> None:
        action = self.headers["X-TC-Action"]
        seen = list(self.requests)
        self.requests.append(action)
        if not seen:
            self.send_response_only(502)
            self.send_header("Date", "Wed, 01 Jan 2031 00:00:00 GMT")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        url = urlsplit(self.path)
        with closing(http.client.HTTPConnection("127.0.0.1", url.port)) as service:
            headers = {name: v for name, v in self.headers.items() if name != "Proxy-Connection"}
            service.request("POST", url.path or "/", body, headers)
            response = service.getresponse()
            content = response.read()
        if action == "StartWebRecord" and action not in seen:
            self.close_connection = True
            return
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def proxied(stack: Stack, recorder: Recorder) -> Iterator[list[str]]:
    """The actions that pass a proxy on the stack's way to the service."""
    requests: list[str] = []
    port = urlsplit(recorder.endpoint).port
    stack.run("config", "set", "trtc:endpoint", f"http://localhost:{port}")
    with http_server(type("Proxy", (BadProxy,), {"requests": requests})) as proxy:
        only_the_engine = dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1")
        stack.environment.update(only_the_engine, http_proxy=f"http://127.0.0.1:{proxy}")
        yield requests


def test_a_proxy_that_breaks_on_the_way_back_costs_no_second_start(
    stack: Stack, recorder: Recorder, proxied: list[str]
) -> None:
    stack.program(HALL)
    stack.up()
    assert "StartWebRecord" in proxied
    (task,) = live(recorder)
    assert stack.task_ids() == {"大厅": task}
    stack.run("state", "delete", "--all", "--force", "--yes")
    stack.environment.update(LATIN)
    adopted = stack.up().text
    assert f"already running as TaskId {task}" in adopted
    assert "Traceback" not in adopted
    assert stack.task_ids() == {"大厅": task}
    assert live(recorder) == {task}


def test_a_destroy_ends_although_the_services_time_has_gone_back(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.advance(7200)
    stack.program('recording("lobby", max_duration_limit=86400)')
    stack.up()
    recorder.advance(-7200)
    stack.destroy()
    assert live(recorder) == set()
