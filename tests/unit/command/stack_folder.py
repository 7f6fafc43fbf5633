"""The folder of a stack, as `trtc-webrecord doctor` finds it."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from object_store import BUCKET, FULL, READ_ONLY, REGION, ObjectStore
from shell_script import shell_script
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, RunningService
from trtc_webrecord.command.main import main
from unit.declared import PROPS
from unit.providers.engine_requests import EngineState

APP = PROPS["sdk_app_id"]
SECRETS = (SECRET_KEY, FULL.secret_key, READ_ONLY.secret_key, "canary")
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
