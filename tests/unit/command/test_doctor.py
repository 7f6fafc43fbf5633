"""`trtc-webrecord doctor`: each failure that it can name, at a real service and a real store."""

from __future__ import annotations

import json
import os
import sysconfig
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import certifi
import pytest
from capture.certificate_authority import Authority, authority
from documentation.markdown import PROJECT
from documentation.sessions import sessions
from http_server import Handler, http_server
from object_store import BUCKET, FULL, READ_ONLY, REGION, ObjectStore
from shell_script import shell_script
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, RunningService
from trtc_webrecord.api.client import Started
from trtc_webrecord.api.key_pair import Credential
from trtc_webrecord.command.main import main
from trtc_webrecord.doctor import identity, permissions, report, subject
from trtc_webrecord.doctor.connection import reach
from trtc_webrecord.doctor.result import Result, ok
from unit.declared import PROPS, URN, cos, props
from unit.providers.engine_requests import DynamicProvider, EngineState
from unit.scripted_service import error

APP = PROPS["sdk_app_id"]
SECRETS = (SECRET_KEY, FULL.secret_key, READ_ONLY.secret_key, "canary")
REGIONAL = "https://trtc.ap-guangzhou.tencentcloudapi.com"
SCRIPTS = sysconfig.get_path("scripts")


class Folder:
    """The folder of a stack with one recording; `config` is the stack's, and can be changed."""

    def __init__(
        self,
        folder: Path,
        recorder: RunningService,
        store: ObjectStore,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.folder, self.recorder, self.env = folder, recorder, monkeypatch
        self._capsys = capsys
        self.engine = EngineState(folder)
        self.previews()
        shell_script(folder / "pulumi-language-python", "exit 0")
        (folder / "Pulumi.yaml").write_text("name: lessons\nruntime: {name: python}\n")
        (folder / "__main__.py").write_text("from trtc_webrecord.stack_program import config")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PATH", f"{folder}:{SCRIPTS}")
        monkeypatch.setattr("trtc_webrecord.doctor.pages.PROGRAM", "page-checker")
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "PULUMI_HOME"):
            monkeypatch.delenv(name, raising=False)
        self.storage: dict[str, Any] = {"region": REGION, "bucket": BUCKET}
        self.storage |= {"accessKey": FULL.access_key, "secretKey": FULL.secret_key}
        self.recording: dict[str, Any] = {
            "recordUrl": "https://user:canary@example.com/lobby?token=canary",
            "sdkAppId": APP,
            "storageParams": {"cloudStorage": self.storage},
        }
        self.config: dict[str, str] = {
            "trtc:endpoint": recorder.endpoint,
            "trtc:secretId": SECRET_ID,
            "trtc:secretKey": SECRET_KEY,
            "trtc:storageEndpoint": store.endpoint,
        }

    def run(self, *words: str) -> tuple[int, str]:
        """The exit code and the output of the command."""
        recordings = json.dumps({"lobby": self.recording})
        config = {**self.config, "web-recordings:recordings": recordings}
        values = {key: {"value": value} for key, value in config.items()}
        (self.folder / "config.json").write_text(json.dumps(values) + "\n")
        with pytest.raises(SystemExit) as exit_:
            main(["doctor", *words])
        printed = self._capsys.readouterr()
        assert not any(secret in "".join(printed) for secret in SECRETS)
        return int(str(exit_.value.code)), printed.out

    def examined(self, *words: str) -> tuple[int, dict[str, dict[str, str]]]:
        """The exit code, and the last result of each check that is worse than ok, or that."""
        code, output = self.run("--json", *words)
        found: dict[str, dict[str, str]] = {}
        for each in json.loads(output):
            if found.get(each["check"], {}).get("status", "ok") == "ok":
                found[each["check"]] = each
        return code, found

    def previews(self, *resources: dict[str, Any], op: str = "create", fails: str = "") -> None:
        """Have a program of its own that declares these resources, or that fails."""
        diagnostics = [{"severity": "error", "message": f"error: {fails}"}] * bool(fails)
        steps = [{"op": op, "newState": each} for each in resources]
        preview = {"steps": steps, "diagnostics": diagnostics}
        (self.folder / "preview.json").write_text(json.dumps(preview) + "\n")

    def sets(self, **keys: str) -> None:
        self.config |= {f"trtc:{key}": value for key, value in keys.items()}

    def denies(self, action: str) -> None:
        self.recorder.inject(action=action, what="error", code="UnauthorizedOperation", times=None)

    def is_another_account(self) -> None:
        self.recorder.accept("AKIDclub", "canary-of-the-club", sdk_app_ids=[1])
        self.sets(secretId="AKIDclub", secretKey="canary-of-the-club")

    def hides_the_plugin(self) -> None:
        shell_script(self.folder / "pulumi-resource-trtc", "echo 0.0.1")

    def names_a_plugin(self) -> None:
        with (self.folder / "Pulumi.yaml").open("a") as file:
            file.write("plugins: {providers: [{name: trtc, path: .}]}\n")

    def names_another_plugin(self) -> None:
        self.hides_the_plugin()
        self.names_a_plugin()

    def checks_pages(self, script: str) -> None:
        shell_script(self.folder / "page-checker", script)

    def has_a_dead_proxy(self) -> None:
        self.env.setenv("http_proxy", "http://user:canary@127.0.0.1:9")
        for name in ("no_proxy", "NO_PROXY"):
            self.env.delenv(name, raising=False)


class Service(Handler):
    """Denies everything."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body()
        self.respond(error("UnauthorizedOperation").body)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"), "localhost")


@pytest.fixture
def folder(
    tmp_path: Path,
    recorder: RunningService,
    store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Folder:
    return Folder(tmp_path, recorder, store, monkeypatch, capsys)


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


def lobby(provider: str = "", **changes: Any) -> dict[str, Any]:
    resource = {"urn": URN, "type": DynamicProvider.TYPE, "provider": f"{provider}::04da6b54"}
    return {**resource, "id": "task-1", "inputs": props(**changes)}


def has_a_program_of_its_own(folder: Folder) -> None:
    (folder.folder / "__main__.py").unlink()


MISSING = cos(bucket="no-1250000000", region=REGION)
SECRET_KEYS = cos(access_key="[secret]", secret_key="[secret]")


def test_before_the_first_up_the_recordings_of_the_preview_are_checked(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    folder.previews(lobby(storage_params=MISSING))
    code, found = folder.examined()
    assert (code, found["recordings"]["found"]) == (1, "1, by the stack's preview")
    assert found["application"]["status"] == "ok"
    assert "'no-1250000000'" in found["storage"]["found"]


def test_an_application_may_be_named_beside_a_stack_that_declares_none(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    code, found = folder.examined("--sdk-app-id", str(APP))
    assert (code, found["application"]["status"]) == (0, "ok")
    assert found["credentials"]["found"].startswith("trtc:secretId")


def test_of_a_preview_that_fails_the_reason_is_told_and_the_recordings_of_the_state_are_checked(
    folder: Folder,
) -> None:
    has_a_program_of_its_own(folder)
    folder.previews(fails="'lobby' has a problem: sdk_app_id = 0")
    folder.engine.hold(lobby(storage_params=MISSING))
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (1, "failed")
    assert "sdk_app_id = 0. Checked are the 1 of the state" in found["recordings"]["found"]
    assert "'no-1250000000'" in found["storage"]["found"]


def test_a_preview_that_takes_too_long_is_ended_and_a_warning(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_a_program_of_its_own(folder)
    ends = "trap 'echo over >ended; exit' INT; while :; do sleep 0.05; done"
    shell_script(folder.folder / "pulumi", f'[ "$2" = preview ] && {{ {ends}; }}; cat $2.json')
    monkeypatch.setattr(subject, "PREVIEW_SECONDS", 0.5)
    folder.env.setenv("PATH", f"{folder.folder}:{SCRIPTS}:/usr/bin:/bin")
    found = folder.examined()[1]
    assert found["recordings"]["status"] == "warning"
    assert "takes more than 0.5 s. Checked are the 0 of the state" in found["recordings"]["found"]
    assert (folder.folder / "ended").exists()


def test_inputs_that_a_preview_hides_are_those_of_the_state_or_not_checked(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    folder.engine.hold(lobby(storage_params=MISSING))
    folder.previews(lobby(storage_params=SECRET_KEYS), op="same")
    assert "'no-1250000000'" in folder.examined()[1]["storage"]["found"]
    folder.previews(lobby(storage_params=SECRET_KEYS), op="update")
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (0, "warning")
    assert "Not checked: lobby" in found["recordings"]["found"]


def test_the_account_of_an_explicit_provider_is_checked_and_not_the_stacks(
    folder: Folder, recorder: RunningService
) -> None:
    has_a_program_of_its_own(folder)
    club = "urn:pulumi:dev::lessons::pulumi:providers:trtc::club"
    keys = {"endpoint": recorder.endpoint, "secretId": SECRET_ID, "secretKey": "canary"}
    provider = {"urn": club, "type": "pulumi:providers:trtc", "id": "1", "inputs": keys}
    folder.sets(endpoint="https://trtc.invalid", secretKey="canary")
    hidden = {**provider, "inputs": {**keys, "secretKey": "[secret]"}}
    folder.previews(hidden, lobby(provider=club))
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (1, "warning")
    assert "Not checked: club, lobby" in found["recordings"]["found"]
    assert "credentials" not in found
    folder.engine.hold(provider, lobby(provider=club))
    folder.previews(hidden, lobby(provider=club), op="same")
    code, found = folder.examined()
    assert (code, found["name"]["status"]) == (1, "ok")
    assert found["signature"]["found"].startswith("provider 'club': ")
    assert "AuthFailure.SignatureFailure" in found["signature"]["found"]
    assert [each["status"] for each in found.values()].count("failed") == 1


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
    assert "Passed over: " in found["credentials"]["found"]


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
