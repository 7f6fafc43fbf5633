"""Profiles of the vendor's command line, as its Terraform provider reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.api.profiles import Profile
from trtc_webrecord.errors import ConfigError

CANARY = "canary-5f1e"
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-of-env", "TENCENTCLOUD_SECRET_KEY": "key-of-env"}


def write(name: str = "default", directory: Path | None = None, **entries: Any) -> Path:
    file = (directory or Path.home() / ".tccli") / f"{name}.credential"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(entries))
    return file


def pair(name: str = "default", directory: Path | None = None, **entries: Any) -> Path:
    keys = {"secretId": f"id-of-{name}", "secretKey": f"key-of-{name}"}
    return write(name, directory, **{**keys, **entries})


def used(environment: dict[str, str] | None = None, **config: Any) -> str:
    return CredentialChain(environment=environment or {}, **config).current().secret_id


def rejected(environment: dict[str, str] | None = None, **config: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        used(environment, **config)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_a_profile_may_hold_temporary_credentials() -> None:
    pair(token="t", type="oauth", expiresAt=1)
    expected = Credential("id-of-default", "key-of-default", "t")
    assert CredentialChain(environment={}).current() == expected


@pytest.mark.parametrize(
    ("environment", "config", "expected"),
    [
        ({}, {}, "id-of-default"),
        ({"TENCENTCLOUD_PROFILE": "night"}, {}, "id-of-night"),
        ({**ENVIRONMENT, "TENCENTCLOUD_PROFILE": "night"}, {}, "id-of-env"),
        ({**ENVIRONMENT, "TENCENTCLOUD_PROFILE": "day"}, {"profile": "night"}, "id-of-night"),
    ],
)
def test_the_config_then_the_environment_name_a_profile_unless_they_have_a_key_pair(
    environment: dict[str, str], config: dict[str, str], expected: str
) -> None:
    for name in ("default", "day", "night"):
        pair(name)
    assert used(environment, **config) == expected


def test_profiles_may_be_in_another_directory(tmp_path: Path) -> None:
    pair(directory=tmp_path / "shared")
    directory = str(tmp_path / "shared")
    assert used(shared_credentials_dir=directory) == "id-of-default"
    assert used({"TENCENTCLOUD_SHARED_CREDENTIALS_DIR": directory}) == "id-of-default"
    missing = rejected(shared_credentials_dir="~nobody-knows/x", profile="night")
    assert "~nobody-knows/x/night.credential: no such file" in missing


def test_a_profile_comes_before_the_libraries_file() -> None:
    pair()
    file = Path.home() / ".tencentcloud" / "credentials"
    file.parent.mkdir()
    file.write_text("[default]\nsecret_id = id-of-library\nsecret_key = key\n")
    assert used() == "id-of-default"
    write()
    assert used() == "id-of-library"


@pytest.mark.parametrize("setting", ["trtc:profile", "TENCENTCLOUD_PROFILE"])
def test_a_named_profile_that_is_missing_or_empty_is_never_passed_over(setting: str) -> None:
    pair()
    by_config = {"profile": "night"} if setting == "trtc:profile" else {}
    environment = {} if by_config else {"TENCENTCLOUD_PROFILE": "night"}
    message = rejected(environment, **by_config)
    assert f"{setting} cannot be used: profile file" in message
    assert "night.credential: no such file" in message
    write("night", secretId=None)
    assert "no secretId and no secretKey" in rejected(environment, **by_config)


def test_half_a_pair_in_a_profile_is_an_error_that_names_the_other_half() -> None:
    file = write(secretKey=CANARY)
    assert f"profile file {file} has secretKey, but no secretId" in rejected()


@pytest.mark.parametrize("name", ["secretId", "secretKey", "token"])
def test_a_key_of_a_profile_is_not_trimmed_but_named(name: str) -> None:
    given: dict[str, Any] = {name: f"\t{CANARY}"}
    file = pair(**given)
    message = f"the credentials are invalid: profile file {file}: {name} begins with a tab"
    assert message in rejected()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".tccli/default.credential", f'["{CANARY}"]'),
        (".tccli/default.credential", f"secretKey = {CANARY}"),
        (".tccli/default.credential", None),
        (".tencentcloud/credentials", f"secret_key = {CANARY}"),
    ],
)
def test_an_unreadable_profile_is_reported_without_its_lines(name: str, text: str | None) -> None:
    file = Path.home() / name
    file.parent.mkdir()
    if text is None:
        file.mkdir()
    else:
        file.write_text(text)
    assert f"profile file cannot be read: {file}" in rejected()


@pytest.mark.parametrize(
    ("settings", "region"),
    [
        ({"_sys_param": {"region": " ap-guangzhou ", "output": "json"}}, "ap-guangzhou"),
        ({"_sys_param": {}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_profiles_region_is_in_its_other_file(settings: Any, region: str | None) -> None:
    pair()
    if settings is not None:
        file = Path.home() / ".tccli" / "default.configure"
        file.write_text(json.dumps(settings))
    assert Profile.chosen(None, None, {}).region() == region
