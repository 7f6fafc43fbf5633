"""Roles, assumed at a server that speaks as the vendor's Security Token Service does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from tencentcloud.common.profile import http_profile
from trtc_webrecord.api import session
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.api.roles import AssumeRole, AssumeRoleWithWebIdentity
from trtc_webrecord.api.session import EARLY
from trtc_webrecord.errors import ConfigError
from unit.scripted_service import Call, Reply, ScriptedService, error, ok

CANARY = "canary-5f1e"
ARN = "qcs::cam::uin/1:roleName/recorder"
PAIR = Credential("id-of-config", "key-of-config")
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-of-env", "TENCENTCLOUD_SECRET_KEY": "key-of-env"}
ROLE = "TENCENTCLOUD_ASSUME_ROLE_"


def granted(number: int = 1, *, seconds: float = 7200) -> Reply:
    keys = {"TmpSecretId": f"id-{number}", "TmpSecretKey": "key", "Token": f"token-{number}"}
    return ok(Credentials=keys, ExpiredTime=int(time.time() + seconds))


class Sts:
    """The service, and chains that ask it."""

    def __init__(self, servers: ExitStack) -> None:
        self._servers = servers

    def serve(self, *replies: Reply) -> None:
        self.service = self._servers.enter_context(ScriptedService(replies))

    def chain(self, *arguments: Any, **options: Any) -> CredentialChain:
        host = self.service.endpoint.removeprefix("http://")
        return CredentialChain(*arguments, sts_host=host, **options)

    @property
    def call(self) -> Call:
        """The only request."""
        (call,) = self.service.calls
        return call


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sts]:
    plain = partial(http_profile.HttpProfile, protocol="http")
    monkeypatch.setattr(http_profile, "HttpProfile", plain)
    with ExitStack() as servers:
        yield Sts(servers)


def test_a_role_is_assumed_with_the_pair_of_the_stacks_config(sts: Sts) -> None:
    sts.serve(granted())
    role = AssumeRole(role_arn=ARN, session_name="nightly", session_duration=3600, external_id="e")
    expected = Credential("id-1", "key", "token-1", ARN)
    chain = sts.chain(PAIR, {**ENVIRONMENT, f"{ROLE}ARN": "another"}, role=role)
    assert [chain.current() for _ in range(3)] == [expected] * 3
    assert chain.taken == f"the role {ARN}, by trtc:secretId"
    assert (chain.current().ends_at or 0) > time.time()
    assert sts.call.action == "AssumeRole"
    session = {"RoleSessionName": "nightly", "DurationSeconds": 3600, "ExternalId": "e"}
    assert sts.call.body == {"RoleArn": ARN, **session}
    assert "Credential=id-of-config/" in sts.call.headers["Authorization"]
    assert "/sts/tc3_request" in sts.call.headers["Authorization"]


def test_the_environments_role_is_assumed_with_its_pair(sts: Sts) -> None:
    sts.serve(granted())
    session = {f"{ROLE}ARN": ARN, f"{ROLE}SESSION_NAME": "ci", f"{ROLE}SESSION_DURATION": "900"}
    pair = {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "t"}
    assert sts.chain(environment={**pair, **session}).current().token == "token-1"
    assert sts.call.headers["X-TC-Token"] == "t"
    assert sts.call.body == {"RoleArn": ARN, "RoleSessionName": "ci", "DurationSeconds": 900}


def test_a_pair_of_the_stacks_config_takes_no_role_of_the_environment(sts: Sts) -> None:
    sts.serve()
    assert sts.chain(PAIR, {f"{ROLE}ARN": ARN}).current() == PAIR


def test_a_profile_may_name_its_role(sts: Sts) -> None:
    sts.serve(granted())
    file = Path.home() / ".tccli" / "default.credential"
    file.parent.mkdir()
    entries = {"secretId": "i", "secretKey": "k", "role-arn": ARN, "role-session-name": "cli"}
    file.write_text(json.dumps(entries))
    assert sts.chain(environment={}).current().token == "token-1"
    assert (sts.call.body["RoleArn"], sts.call.body["RoleSessionName"]) == (ARN, "cli")


def test_the_log_has_each_request_with_its_request_id_and_no_secret(
    sts: Sts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "trtc_webrecord")
    sts.serve(granted(), error("InvalidParameter.WebIdentityTokenError", f"bad token {CANARY}"))
    role = AssumeRole(role_arn=ARN, external_id=CANARY)
    sts.chain(Credential("id", CANARY), role=role).current()
    by_token = AssumeRoleWithWebIdentity(role_arn=ARN, web_identity_token=CANARY)
    with pytest.raises(ConfigError):
        sts.chain(environment={}, role=by_token).current()
    logged = [each.getMessage() for each in caplog.records if each.name.startswith("trtc_")]
    assert f"AssumeRole of {ARN}: RequestId " in logged[0]
    assert f"AssumeRoleWithWebIdentity of {ARN}: InvalidParameter.WebIdentityTo" in logged[1]
    assert not any(secret in each for each in logged for secret in (CANARY, "token-1"))


def test_a_web_identity_needs_no_key_pair(sts: Sts) -> None:
    sts.serve(granted())
    role = AssumeRoleWithWebIdentity(role_arn=ARN, provider_id="gitlab", web_identity_token="jwt")
    assert sts.chain(environment={}, role=role).current().token == "token-1"
    assert sts.call.action == "AssumeRoleWithWebIdentity"
    assert (sts.call.body["ProviderId"], sts.call.body["WebIdentityToken"]) == ("gitlab", "jwt")
    assert sts.call.body["DurationSeconds"] == 7200
    assert sts.call.headers["Authorization"] == "SKIP"


def test_a_token_file_is_read_again_for_the_next_session(sts: Sts, tmp_path: Path) -> None:
    sts.serve(granted(1, seconds=60), granted(2))
    file = tmp_path / "token"
    file.write_text("first\n")
    environment = {f"{ROLE}ARN": ARN, f"{ROLE}WEB_IDENTITY_TOKEN_FILE": str(file)}
    chain = sts.chain(environment=environment)
    assert chain.current().token == "token-1"
    file.write_text("second")
    assert chain.current().token == "token-2"
    tokens = [call.body["WebIdentityToken"] for call in sts.service.calls]
    assert tokens == ["first", "second"]


def test_a_session_is_renewed_before_it_ends_and_after_a_refresh(sts: Sts) -> None:
    left = EARLY - 60
    sts.serve(granted(1, seconds=left), granted(2), granted(3))
    chain = sts.chain(PAIR, role=AssumeRole(role_arn=ARN))
    assert [chain.current().token for _ in range(3)] == ["token-1", "token-2", "token-2"]
    chain.refresh()
    assert chain.current().token == "token-3"


def test_a_session_that_cannot_be_renewed_is_used_until_it_ends(
    sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    sts.serve(granted(), Reply(status=503), Reply(status=503))
    chain = sts.chain(PAIR, role=AssumeRole(role_arn=ARN))
    chain.current()
    now = time.time()
    monkeypatch.setattr(session, "time", Mock(time=lambda: now + 7200 - EARLY))
    assert [chain.current().token for _ in range(2)] == ["token-1"] * 2
    monkeypatch.setattr(session, "time", Mock(time=lambda: now + 7200))
    with pytest.raises(ConfigError, match="an HTTP error"):
        chain.current()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (error("AuthFailure.SignatureExpire", "old"), "clock is more than 5 minutes off"),
        (
            error("AuthFailure.UnauthorizedOperation", f"no: {CANARY}"),
            "the role trusts this identity",
        ),
        (error("InvalidParameter.WebIdentityTokenError", f"bad {CANARY}"), "RequestId request-1"),
        (Reply(status=503), "an HTTP error. Check the network"),
        (Reply(cut="after"), "no response. Check the network"),
        (Reply(b"<html>", headers={"Content-Type": "text/html"}), "could not be assumed"),
        (ok(), "the response has no credentials"),
        (ok(Credentials=None, ExpiredTime=1), "the response has no credentials"),
    ],
)
def test_a_role_that_is_not_granted_says_which_why_and_what_to_check(
    sts: Sts, reply: Reply, said: str
) -> None:
    sts.serve(reply)
    role = AssumeRoleWithWebIdentity(role_arn=ARN, web_identity_token=CANARY)
    with pytest.raises(ConfigError) as caught:
        sts.chain(environment={}, role=role).current()
    message = str(caught.value)
    assert f"the role {ARN} could not be assumed: AssumeRoleWithWebIdentity at 127.0.0.1" in message
    assert said in message
    assert message.endswith(".")
    assert CANARY not in message


@pytest.mark.parametrize(("text", "why"), [(" \n", "it is empty"), (None, "No such file")])
def test_an_unreadable_token_file_is_named(tmp_path: Path, text: str | None, why: str) -> None:
    file = tmp_path / "token"
    if text is not None:
        file.write_text(text)
    role = AssumeRoleWithWebIdentity(role_arn=ARN, web_identity_token_file=str(file))
    said = f"web identity token file {file} cannot be read: {why}"
    with pytest.raises(ConfigError, match=said):
        CredentialChain(environment={}, role=role).current()


def test_a_role_without_a_pair_to_assume_it_is_named(sts: Sts) -> None:
    sts.serve()
    with pytest.raises(ConfigError, match=f"the role {ARN}: assuming it needs a key pair"):
        sts.chain(environment={f"{ROLE}ARN": ARN}).current()


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"SESSION_NAME": "ci"}, f"{ROLE}ARN is not set. Set are: {ROLE}SESSION_NAME"),
        ({"ARN": ARN, "SESSION_DURATION": "43201"}, f"{ROLE}SESSION_DURATION: "),
        ({"ARN": ARN, "PROVIDER_ID": "x"}, "_WEB_IDENTITY_TOKEN_FILE must be set"),
        (
            {"ARN": ARN, "WEB_IDENTITY_TOKEN": CANARY, "WEB_IDENTITY_TOKEN_FILE": "x"},
            "must be set, and not both",
        ),
        (
            {"ARN": ARN, "SAML_ASSERTION": CANARY, "PRINCIPAL_ARN": "x"},
            f"{ROLE}SAML_ASSERTION is set, and this provider does not support it",
        ),
        ({"ARN": ARN, "SERIAL_NUMBER": "x"}, f"{ROLE}SERIAL_NUMBER is set, and this provider"),
    ],
)
def test_an_environments_role_is_never_half_read(variables: dict[str, str], problem: str) -> None:
    environment = {**ENVIRONMENT, **{ROLE + name: value for name, value in variables.items()}}
    with pytest.raises(ConfigError) as caught:
        CredentialChain(environment=environment).current()
    assert problem in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.fixture
def tke(tmp_path: Path) -> dict[str, str]:
    """The environment of a pod of Tencent's Kubernetes Engine."""
    token = tmp_path / "token"
    token.write_text(CANARY)
    return {
        "TKE_REGION": "ap-singapore",
        "TKE_PROVIDER_ID": "tke",
        "TKE_WEB_IDENTITY_TOKEN_FILE": str(token),
        "TKE_ROLE_ARN": ARN,
    }


def test_tkes_role_is_assumed_at_the_site_of_the_endpoint(sts: Sts, tke: dict[str, str]) -> None:
    sts.serve(granted())
    assert sts.chain(environment=tke).current().token == "token-1"
    assert sts.call.action == "AssumeRoleWithWebIdentity"
    assert (sts.call.body["ProviderId"], sts.call.body["RoleArn"]) == ("tke", ARN)
    assert sts.call.body["WebIdentityToken"] == CANARY


def test_a_rejection_that_quotes_tkes_token_hides_it(sts: Sts, tke: dict[str, str]) -> None:
    sts.serve(error("InvalidParameter.WebIdentityTokenError", f"{CANARY} has expired"))
    with pytest.raises(ConfigError, match=r"\[secret\] has expired") as caught:
        sts.chain(environment=tke).current()
    assert CANARY not in str(caught.value)


def test_a_half_configured_tke_is_named(tke: dict[str, str]) -> None:
    del tke["TKE_PROVIDER_ID"]
    with pytest.raises(ConfigError, match="TKE_ROLE_ARN is set, and TKE_PROVIDER_ID is not"):
        CredentialChain(environment=tke).current()
