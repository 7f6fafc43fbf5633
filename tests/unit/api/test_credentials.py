from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
from trtc_webrecord.api import cvm_role
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.errors import ConfigError
from unit.scripted_service import HANG, Call, Reply, ScriptedService, ok

CONFIGURED = Credential("id-of-config", "key-of-config", "token-of-config")
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-of-env", "TENCENTCLOUD_SECRET_KEY": "key-of-env"}
CANARY = "canary-5f1e"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    file = tmp_path / ".tencentcloud" / "credentials"
    file.parent.mkdir()
    file.write_text("[default]\nsecret_id = id-of-profile\nsecret_key = key-of-profile\n")
    return file


ROLE = Reply(b"recorder")


class Metadata:
    """A CVM's metadata: the role's name, and temporary credentials that are new at each call."""

    calls = 0
    lasts = 7200

    def __call__(self, call: Call) -> Reply:
        if not call.path.endswith("/recorder"):
            return ROLE
        self.calls += 1
        keys = {"TmpSecretId": f"id-of-role-{self.calls}", "TmpSecretKey": "key-of-role"}
        end = int(time.time()) + self.lasts
        role = {"Code": "Success", **keys, "Token": "token-of-role", "ExpiredTime": end}
        return Reply(json.dumps(role).encode())


@pytest.fixture
def machine_role(monkeypatch: pytest.MonkeyPatch) -> Iterator[Metadata]:
    metadata = Metadata()
    with ScriptedService(repeat(metadata)) as service:
        monkeypatch.setattr(cvm_role, "METADATA_URL", f"{service.endpoint}/")
        yield metadata


@pytest.mark.parametrize("name", ["TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"])
def test_both_names_of_the_token_are_known(name: str) -> None:
    assert CredentialChain(environment={**ENVIRONMENT, name: "t"}).current().token == "t"


@pytest.mark.parametrize("missing", [*ENVIRONMENT, "secret_id", "secret_key"])
def test_half_a_pair_is_an_error_that_names_the_other_half(missing: str, profile: Path) -> None:
    environment = {**ENVIRONMENT, missing: ""} if missing in ENVIRONMENT else {}
    profile.write_text(profile.read_text().replace(missing, "other"))
    where = "the environment has" if environment else profile
    with pytest.raises(ConfigError, match=f"{where} .*, but no {missing}") as caught:
        CredentialChain(environment=environment).current()
    assert "-of-env" not in str(caught.value)
    assert "-of-profile" not in str(caught.value)


def test_the_profile_comes_before_the_machines_role(profile: Path, machine_role: Metadata) -> None:
    assert CredentialChain(environment={}).current().secret_id == "id-of-profile"
    assert machine_role.calls == 0


def test_a_refresh_asks_the_machines_role_again(machine_role: Metadata) -> None:
    chain = CredentialChain(environment={})
    chain.current()
    chain.refresh()
    assert chain.current() == Credential("id-of-role-2", "key-of-role", "token-of-role", "recorder")


def test_neither_half_a_pair_of_the_environment_nor_a_refresh_changes_a_configured_pair() -> None:
    chain = CredentialChain(CONFIGURED, {"TENCENTCLOUD_SECRET_ID": "id-of-env"})
    assert chain.current() == CONFIGURED
    chain.refresh()
    assert chain.current() == CONFIGURED


def test_many_threads_resolve_the_chain_once(machine_role: Metadata) -> None:
    chain, ready, found = CredentialChain(environment={}), threading.Barrier(8), []

    def ask() -> None:
        ready.wait()
        found.append(chain.current().secret_id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["id-of-role-1"] * 8


def test_nothing_found_tells_every_place_that_was_looked_at_and_what_was_missing() -> None:
    with pytest.raises(ConfigError) as caught:
        CredentialChain(environment={"TENCENTCLOUD_TOKEN": CANARY}).current()
    home = Path.home()
    for place in (
        "neither trtc:assumeRoleWithWebIdentity nor TENCENTCLOUD_ASSUME_ROLE_ARN is set",
        "trtc:secretId: not set",
        "the environment: no TENCENTCLOUD_SECRET_ID and no TENCENTCLOUD_SECRET_KEY, but a token",
        f"profile file {home}/.tccli/default.credential: no such file",
        "~/.tencentcloud/credentials and /etc/tencentcloud/credentials: no such file",
        "the CVM's role: no metadata service responds",
        "TKE's role: TKE_ROLE_ARN is not set",
    ):
        assert place in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([], "no metadata service responds"),
        ([ok(), Reply(status=404)], "it has none"),
        ([ok(), HANG], "it has none"),
        *(
            ([ok(), ROLE, answer], "'recorder': the metadata service grants no credentials")
            for answer in (HANG, Reply(b"[]"), Reply(b'{"Code": "Failed"}'), Reply(status=500))
        ),
    ],
)
def test_a_metadata_service_that_hangs_or_grants_nothing_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, answers: list[Reply], found: str
) -> None:
    monkeypatch.setattr(cvm_role, "PRESENCE_TIMEOUT", 0.1)
    monkeypatch.setattr(cvm_role, "TIMEOUT", 0.1)
    with ScriptedService([*answers, *[HANG] * 3]) as service:
        monkeypatch.setattr(cvm_role, "METADATA_URL", f"{service.endpoint}/")
        with pytest.raises(ConfigError, match=f"the CVM's role.*{found}.*TKE's role"):
            CredentialChain(environment={}).current()


def test_a_role_is_renewed_at_its_end_and_reported_if_that_fails(
    machine_role: Metadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_role.lasts = 0
    chain = CredentialChain(environment={})
    assert chain.current().secret_id == "id-of-role-2"  # the first was the chain's
    monkeypatch.setattr(cvm_role, "METADATA_URL", "http://127.0.0.1:1/")
    with pytest.raises(ConfigError, match="role 'recorder': the metadata service grants no"):
        chain.current()


def test_a_profile_file_without_a_default_profile_is_passed_over(profile: Path) -> None:
    profile.write_text("[other]\nsecret_id = a\nsecret_key = b\n")
    with pytest.raises(ConfigError, match="no Tencent Cloud credentials found"):
        CredentialChain(environment={}).current()


@pytest.mark.parametrize("name", ["secret_id", "secret_key", "token"])
@pytest.mark.parametrize("value", [f"{CANARY}\n", f" {CANARY}", f"{CANARY}é"])
def test_what_no_header_can_carry_is_rejected_without_showing_it(name: str, value: str) -> None:
    parts = {"secret_id": "id", "secret_key": "key", "token": None, name: value}
    with pytest.raises(ConfigError, match=name) as caught:
        Credential(**parts)  # type: ignore[arg-type]
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "name", [*ENVIRONMENT, "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"]
)
def test_a_key_of_the_environment_is_not_trimmed_but_named(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        CredentialChain(environment={**ENVIRONMENT, name: f"{CANARY}\n"}).current()
    assert str(caught.value) == (
        f"the credentials are invalid: the environment: {name} ends with a line break: set the key "
        "again without it"
    )


def test_a_key_of_the_libraries_file_over_two_lines_is_named(profile: Path) -> None:
    profile.write_text(f"[default]\nsecret_id = id\nsecret_key = {CANARY}\n  {CANARY}\n")
    with pytest.raises(ConfigError) as caught:
        CredentialChain(environment={}).current()
    assert f"{profile} [default]: secret_key contains a line break" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_the_blanks_around_an_entry_of_the_libraries_file_are_its_formats(profile: Path) -> None:
    profile.write_text("[default]\nsecret_id =   id  \nsecret_key\t=\tkey\t\n")
    assert CredentialChain(environment={}).current() == Credential("id", "key")


def test_no_secret_shows_in_a_credential() -> None:
    shown = repr(Credential("the-id", CANARY, CANARY))
    assert "the-id" in shown
    assert CANARY not in shown
