"""`trtc-webrecord doctor`: each failure that it can name, at a real service and a real store."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from unittest.mock import Mock

import certifi
import pytest
from capture.certificate_authority import Authority, authority
from documentation.markdown import PROJECT
from documentation.sessions import sessions
from http_server import Handler, http_server
from object_store import READ_ONLY, ObjectStore
from shell_script import shell_script
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, RunningService
from trtc_webrecord.api.client import Started
from trtc_webrecord.api.key_pair import Credential
from trtc_webrecord.doctor import identity, permissions, report
from trtc_webrecord.doctor.connection import reach
from trtc_webrecord.doctor.result import Result, ok
from unit.command.stack_folder import APP, Folder
from unit.scripted_service import error

REGIONAL = "https://trtc.ap-guangzhou.tencentcloudapi.com"


class Service(Handler):
    """Denies everything."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body()
        self.respond(error("UnauthorizedOperation").body)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"), "localhost")


def test_where_nothing_is_wrong_each_check_says_so_and_nothing_was_started(
    folder: Folder, recorder: RunningService, store: ObjectStore
) -> None:
    folder.checks_pages('read url; [ -n "$url" ]')
    shell_script(
        folder.folder / "pulumi",
        'if [ "$1" = version ]; then echo v3.259.0; else '
        f'while read -r l; do echo "$l"; done <{folder.folder}/$2.json; fi',
    )
    code, found = folder.examined()
    assert {name: each["status"] for name, each in found.items()} == dict.fromkeys(found, "ok")
    assert code == 0
    assert list(found) == [
        *("pulumi", "language", "plugin", "config", "recordings", "name", "proxy", "TLS"),
        *("clock", "credentials", "signature", "right", "application", "storage", "page"),
    ]
    assert "trtc:secretId, a permanent key pair" in found["credentials"]["found"]
    assert recorder.tasks() == []
    assert store.uploads() == {}


CASES: dict[str, tuple[Callable[[Folder], object], str, str]] = {
    "no network": (
        lambda f: f.sets(endpoint="https://trtc.invalid"),
        "name",
        "invalid is not",
    ),
    "a dead proxy": (Folder.has_a_dead_proxy, "TLS", "http://127.0.0.1:9 of http_proxy does not"),
    "a clock that is 10 minutes off": (
        lambda f: f.recorder.advance(600),
        "clock",
        "s behind the service's",
    ),
    "a wrong key": (lambda f: f.sets(secretKey="canary"), "signature", "does not match"),
    "half a key pair": (lambda f: f.config.pop("trtc:secretKey"), "config", "set together"),
    "no right to look": (lambda f: f.denies("DescribeWebRecord"), "right", "DescribeWebRecord ret"),
    "no right to start": (lambda f: f.denies("StartWebRecord"), "right", "StartWebRecord returned"),
    "no right to stop": (lambda f: f.denies("StopWebRecord"), "right", "StopWebRecord returned"),
    "a foreign application": (
        Folder.is_another_account,
        "application",
        "another account",
    ),
    "no bucket": (lambda f: f.storage.update(bucket="no-1250000000"), "storage", "NoSuchBucket"),
    "a bucket's key that may not write": (
        lambda f: f.storage.update(accessKey=READ_ONLY[0], secretKey=READ_ONLY[1]),
        "storage",
        "AccessDenied",
    ),
    "a slip in a key": (lambda f: f.sets(secretID="x"), "config", "did you mean trtc:secretId?"),
    "a slip in a recording": (
        lambda f: f.recording.update(recordURL="x"),
        "recordings",
        "recordUrl: is given more than once",
    ),
    "another region's host": (
        lambda f: f.sets(endpoint=REGIONAL, region="ap-singapore"),
        "config",
        "'ap-singapore' does not fit",
    ),
    "a hidden plugin": (Folder.hides_the_plugin, "plugin", "(0.0.1), from the PATH, which hides"),
    "a plugin that the project names": (
        Folder.names_another_plugin,
        "plugin",
        "(0.0.1), by Pulumi.yaml, which hides",
    ),
    "no plugin where the project names it": (
        Folder.names_a_plugin,
        "plugin",
        "for the plugin trtc, and there is no",
    ),
    "an unreadable stack": (lambda f: (f.folder / "pulumi").unlink(), "config", "no `pulumi` on"),
    "a page that cannot be recorded": (
        lambda f: f.checks_pages(
            "read url; printf 'page\\n  - cannot be recorded as it is: WebGL.\\n'; exit 1"
        ),
        "page",
        "https://example.com/lobby?… cannot be recorded as it is: WebGL.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_named_with_what_to_do(folder: Folder, case: str) -> None:
    arrange, check, told = CASES[case]
    arrange(folder)
    code, found = folder.examined()
    assert (code, found[check]["status"]) == (1, "failed")
    assert told in " ".join((found[check]["found"], found[check]["remedy"]))


def test_the_page_on_configuration_shows_a_run(folder: Folder) -> None:
    folder.recorder.advance(600)
    folder.denies("StopWebRecord")
    ((shown,),) = sessions(PROJECT / "docs/configuration.md")["Check it"]
    code, output = folder.run()
    assert (code, shown.text, shown.missing(output)) == (1, "trtc-webrecord doctor", None)


def test_a_price_that_pulumi_up_would_reject_is_named(folder: Folder) -> None:
    folder.config["web-recordings:pricePerMinute"] = "2 cents"
    code, found = folder.examined()
    assert (code, "pricePerMinute must be a number" in found["recordings"]["found"]) == (1, True)


def test_without_a_stack_the_options_and_the_environment_are_checked(
    folder: Folder, recorder: RunningService
) -> None:
    words = ["--endpoint", recorder.endpoint, "--sdk-app-id", str(APP)]
    code, found = folder.examined(*words)
    assert (code, found["credentials"]["status"]) == (1, "failed")
    assert "no Tencent Cloud credentials found" in found["credentials"]["found"]
    assert "signature" not in found
    folder.env.setenv("TENCENTCLOUD_SECRET_ID", SECRET_ID)
    folder.env.setenv("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
    code, found = folder.examined(*words)
    assert (code, found["application"]["status"]) == (0, "ok")
    assert "Passed over: a web identity: " in found["credentials"]["found"]


def test_a_private_ca_that_is_in_the_wrong_variable_is_named(
    private: Authority, folder: Folder
) -> None:
    with http_server(Service, private.server) as port:
        folder.sets(endpoint=f"https://localhost:{port}")
        folder.env.setenv("SSL_CERT_FILE", str(private.certificate))
        code, found = folder.examined()
        assert (code, found["TLS"]["status"]) == (1, "failed")
        assert f"localhost:{port}, by private, is not trusted" in found["TLS"]["found"]
        assert "would trust it, and is not read" in found["TLS"]["found"]
        assert found["TLS"]["remedy"] == f"Set REQUESTS_CA_BUNDLE={private.certificate}."
        folder.env.setenv("REQUESTS_CA_BUNDLE", str(private.certificate))
        assert "its certificate by private is trusted" in folder.examined()[1]["TLS"]["found"]


@pytest.mark.parametrize(
    ("host", "variables", "told"),
    [
        ("127.0.0.1", {}, "certificate is not valid for '127.0.0.1'.. Do: Check trtc:endpoint"),
        ("localhost", {"REQUESTS_CA_BUNDLE": certifi.where()}, "Do: A private CA belongs"),
        ("localhost", {"REQUESTS_CA_BUNDLE": "/none.pem"}, "invalid path: /none.pem. Do: Correct"),
        ("localhost", {"https_proxy": "http://a:canary@127.0.0.1:9"}, "Do: Correct https_proxy"),
        (
            "localhost",
            {"https_proxy": "socks5://a:canary@127.0.0.1:9"},
            "through socks5://127.0.0.1",
        ),
    ],
)
def test_what_keeps_an_answer_from_arriving_is_told_apart(
    private: Authority, folder: Folder, host: str, variables: dict[str, str], told: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        folder.env.delenv(name, raising=False)
    trusted = {"REQUESTS_CA_BUNDLE": str(private.certificate), "SSL_CERT_FILE": certifi.where()}
    for name, value in {**trusted, **variables}.items():
        folder.env.setenv(name, value)
    with http_server(Service, private.server) as port:
        result = reach(f"https://{host}:{port}")
    assert isinstance(result, Result)
    assert told in f"{result.found}. Do: {result.remedy}"
    assert "canary" not in result.found


@pytest.mark.parametrize(
    ("token", "seconds", "told"),
    [
        (None, None, "a permanent key pair"),
        ("canary", None, "temporary keys, whose end is not known"),
        ("canary", 7201, "a session that ends in 120 min and is renewed"),
    ],
)
def test_it_is_told_how_long_the_credentials_are_valid(
    token: str | None, seconds: int | None, told: str
) -> None:
    ends_at = seconds and time.time() + seconds
    credential = Credential("id", "canary", token, "a role", ends_at)
    chain = Mock(**{"current.return_value": credential}, taken="the role", passed_over=["others"])
    assert told in identity.source(chain).found
    assert "canary" not in identity.source(chain).found


def test_a_start_that_was_not_refused_is_stopped_and_a_failure() -> None:
    api = Mock()
    api.start.return_value = Started("task-1", "request-1")
    assert permissions.start(api, APP).status == "failed"
    api.stop.assert_called_once_with("task-1")


def test_a_check_that_hangs_or_breaks_is_a_failure_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "EACH", 0.2)
    monkeypatch.setattr(report, "SILENCE", 0.05)
    examined = report.Report(None)
    over = report.Report(None, ends=0)
    over.check("late", dict)
    over.check("late", dict)
    assert [each.found for _, each in over.results] == ["not checked further: the minute is over"]
    examined.check("slow", partial(time.sleep, 30))
    examined.check("broken", lambda: ok(os.environ["CANARY"]))
    assert [(name, each.status) for name, each in examined.results] == [
        ("slow", "failed"),
        ("broken", "failed"),
    ]
    assert "… slow: waiting" in capsys.readouterr().err
    assert "KeyError" in examined.results[1][1].found
    assert "CANARY" not in examined.results[1][1].found
