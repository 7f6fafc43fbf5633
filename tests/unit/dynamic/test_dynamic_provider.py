"""The dynamic provider, beyond what both answer to one request: tests/unit/providers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from shell_script import shell_script
from trtc_webrecord.declaration.names import ORGANIZATION
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.lifecycle import WebRecordingProvider
from unit.declared import URN, props


def provider(**config: str) -> WebRecordingProvider:
    made = WebRecordingProvider()
    keys = {"trtc:secretId": "id", "trtc:secretKey": "key", **config}
    made.configure(ConfigureRequest(Config(keys, "project")))
    return made


def test_a_wrong_configuration_is_reported_before_anything_else() -> None:
    with pytest.raises(ConfigError, match="trtc:endpoint"):
        provider(**{"trtc:endpoint": "http://example.com"})


def test_all_providers_of_a_process_share_what_its_run_remembers() -> None:
    """The SDK makes a provider for each pickle of its class; an upgrade of Python changes it."""

    def errors_of(urn: str, **config: str) -> list[str]:
        checked = provider(**config).check(olds, {**olds, "resource_urn": urn})
        return [failure.reason for failure in checked.failures or []]

    olds = props(record_id="shared-by-two-providers")
    assert errors_of(f"{URN}-1") == []
    assert errors_of(f"{URN}-2", **{"trtc:recordIdNamespace": "x"}) == []
    (error,) = errors_of(f"{URN}-2")
    assert "'lobby-1' and 'lobby-2' both declare it" in error


def test_the_organization_is_no_input_and_names_the_stack_whose_state_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    shell_script(tmp_path / "pulumi", f'echo "$@" >>{tmp_path}/calls; echo "{{}}"')
    news = props(adopt_task_id="task-1")
    checked = provider(**{"trtc:timeout": "9"}).check({}, {**news, ORGANIZATION: "acme"})
    assert (checked.inputs, checked.failures) == (news, [])
    assert "--stack acme/web-recordings/prod" in (tmp_path / "calls").read_text()
