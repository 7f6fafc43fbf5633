"""Time zone, language, proxies, certificates and sign-in, from the service's settings and
environment to the page.
"""

from __future__ import annotations

import base64
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from capture.browser_probe import CONTEXTS, PAGES
from capture.certificate_authority import authority
from capture.processes import below
from capture.proxy import proxy
from capture.recording_service import SMALL, recording_service
from page_server import Answer, served
from trtc_recorder.browser import certificates
from trtc_recorder.browser.options import CaptureOptions
from waiting import until

pytestmark = pytest.mark.slow

HELLO = {"/": Answer("<!doctype html><body>hello")}
USER = "someone:CANARY%2Fword"
PLAIN_USER = "someone:CANARY/word"


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("SSL_CERT", "LC_", "LANG", "TZ")):
            monkeypatch.delenv(name)


def end_reasons(folder: Path, *urls: str) -> list[str]:
    """Why the recordings of pages have ended; `stopped` where one has begun before."""
    with recording_service(folder, video=SMALL) as service:
        task_ids = [service.start(url) for url in urls]
        for task_id in task_ids:
            until(lambda: service.callbacks.types(task_id))  # noqa: B023
            if service.callbacks.types(task_id)[0] == (801, 1):
                lines = [Path(f"/proc/{pid}/cmdline") for pid in below(os.getpid())]
                assert "CANARY" not in "".join(line.read_text() for line in lines if line.exists())
                service.stop(task_id)
        reasons = [service.await_end(task_id) for task_id in task_ids]
        assert "CANARY" not in "".join([*map(service.log, task_ids), *reasons])
        return reasons


@pytest.mark.parametrize(
    ("environment", "settings", "zones", "languages"),
    [
        ({"TZ": ":Asia/Taipei", "LANG": "zh_TW.UTF-8"}, {}, {"Asia/Taipei"}, "zh-TW,zh"),
        (
            {"TZ": "UTC", "LC_ALL": "C.UTF-8"},
            {"time_zone": "Asia/Kolkata", "language": "hi-IN"},
            {"Asia/Kolkata", "Asia/Calcutta"},
            "hi-IN,hi",
        ),
    ],
    ids=["environment", "settings"],
)
def test_time_zone_and_language_reach_the_page_its_frames_and_workers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    settings: dict[str, Any],
    zones: set[str],
    languages: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    options = CaptureOptions(**settings)
    with served(PAGES) as site, recording_service(tmp_path, 1, options, SMALL) as service:
        task_id = service.start(f"{site.address}/page")
        until(lambda: all(site.report(context) for context in CONTEXTS), 30)
        service.stop(task_id)
        service.await_end(task_id)
    for context in ("page itself", *CONTEXTS):
        seen = site.report(context)
        assert seen["zone"] in zones, context
        assert (seen["languages"], seen["locale"]) == (languages, languages.split(",")[0])
    for path in ("/page", "/page?framed"):
        assert site.headers(path)["accept-language"].startswith(f"{languages};q=")


@pytest.mark.parametrize("user", [None, PLAIN_USER], ids=["open", "with a password"])
def test_pages_come_through_the_proxy_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str | None
) -> None:
    certified = authority(tmp_path / "ca", "class.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.certificate))
    with proxy(user) as running, served(HELLO) as plain, served(HELLO, certified.server) as secure:
        named = f"{USER}@" if user else ""
        monkeypatch.setenv("HTTP_PROXY", f"http://{named}127.0.0.1:{running.port}")
        monkeypatch.setenv("https_proxy", f"http://{named}127.0.0.1:{running.port}")
        monkeypatch.setenv("NO_PROXY", "direct.invalid,10.0.0.0/8")
        assert end_reasons(
            tmp_path / "data",
            f"http://class.test:{plain.port}/",
            f"https://class.test:{secure.port}/",
            "http://direct.invalid/",
        ) == ["stopped", "stopped", "Goto url timeout: net::ERR_NAME_NOT_RESOLVED"]
        assert ("GET", "class.test") in running.passed
        assert ("CONNECT", "class.test") in running.passed


def test_a_proxy_that_wants_a_password_and_gets_none_is_a_reason_and_no_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(PLAIN_USER) as running:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{running.port}")
        reasons = end_reasons(tmp_path, "http://class.test/")
    assert reasons == ["Goto url timeout: HTTP status 407"]


def test_a_private_authority_is_trusted_once_the_user_trusts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, other = (authority(tmp_path / name, "localhost") for name in ("ca", "other"))
    user = tmp_path / "home"
    user.mkdir()
    monkeypatch.setenv("HOME", str(user))
    with served(HELLO, private.server) as trusted, served(HELLO, other.server) as unknown:
        page = f"https://localhost:{trusted.port}/"
        untrusted = "Goto url timeout: net::ERR_CERT_AUTHORITY_INVALID"
        assert end_reasons(tmp_path / "1", page) == [untrusted]
        bundle = tmp_path / "bundle"
        bundle.mkdir()
        shutil.copy(private.certificate, bundle / "private.pem")
        monkeypatch.setenv("SSL_CERT_DIR", str(bundle))
        both = (page, f"https://localhost:{unknown.port}/")
        assert end_reasons(tmp_path / "2", *both) == ["stopped", untrusted]
        certificates.provide(user, {"SSL_CERT_DIR": str(bundle)})  # as certutil or mkcert would
        monkeypatch.delenv("SSL_CERT_DIR")
        assert end_reasons(tmp_path / "3", page) == ["stopped"]


SIGNED_IN = """
<script type=module>
const FOREIGN = 'http://127.0.0.1:PORT';
const socket = location.origin.replace('http', 'ws');
const frame = (src) => document.body.append(Object.assign(document.createElement('iframe'), {src}));
fetch('/own/fetch');
new EventSource('/own/events');
new WebSocket(`${socket}/own/socket`);
new Worker('/own/worker');
new SharedWorker('/own/shared');
frame('/own/frame');
navigator.serviceWorker.register('/own/service', {scope: '/own/'});
fetch(`${FOREIGN}/foreign/fetch`, {mode: 'no-cors'});
fetch('/own/away', {mode: 'no-cors'});
new WebSocket(`${FOREIGN.replace('http', 'ws')}/foreign/socket`);
frame(`${FOREIGN}/foreign/frame`);
</script>"""
BY_A_WORKER = Answer(
    "fetch('/own/by-' + location.pathname.slice(5));"
    "if (self.DedicatedWorkerGlobalScope)"
    "  new WebSocket(location.origin.replace('http', 'ws') + '/own/socket-of-worker');",
    "text/javascript",
)


def test_a_page_with_a_user_in_its_url_is_signed_in_with_all_of_its_own_origin(
    tmp_path: Path,
) -> None:
    workers = ("worker", "shared", "service")
    own = {"fetch", "events", "socket", "frame", "away", *workers, "socket-of-worker"}
    own |= {f"by-{worker}" for worker in workers}
    answers = {
        "/": Answer(f"<!doctype html><body>{SIGNED_IN}"),
        **{f"/own/{worker}": BY_A_WORKER for worker in workers},
        "/own/away": Answer(
            "", status=302, headers={"Location": "http://127.0.0.1:PORT/foreign/away"}
        ),
    }
    wanted = {"/", *(f"/own/{each}" for each in own)}
    foreign = {f"/foreign/{each}" for each in ("fetch", "socket", "frame", "away")}
    with served(answers) as site:
        reasons = end_reasons(tmp_path, f"http://{USER}@LOCALHOST:{site.port}/")
        until(lambda: wanted | foreign <= {asked.path for asked in site.asked})
    assert reasons == ["stopped"]
    basic = f"Basic {base64.b64encode(PLAIN_USER.encode()).decode()}"
    sent = {asked.path for asked in site.asked if asked.headers.get("authorization") == basic}
    assert sent - {"/favicon.ico"} == wanted
    assert not [a for a in site.asked if a.path in foreign and "authorization" in a.headers]
