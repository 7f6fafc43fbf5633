from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_snake
from trtc_webrecord.api.credentials import Credential
from trtc_webrecord.api.roles import AssumeRole
from trtc_webrecord.configuration import PACE, ProviderConfig
from trtc_webrecord.errors import ConfigError, Unanswered
from unit.clockwork import Clockwork
from unit.scripted_service import HANG, STARTED, ScriptedService

CANARY = "canary-5f1e"
PAIR = {"trtc:secretId": "the-id", "trtc:secretKey": "the-key"}


def config(keys: dict[str, Any]) -> ProviderConfig:
    return ProviderConfig.from_stack(keys)


def rejected(keys: dict[str, Any]) -> str:
    """The message, which shows no secret."""
    with pytest.raises(ConfigError) as caught:
        config(keys)
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_an_empty_config_means_the_vendors_service() -> None:
    read = config({"aws:region": 5, "web-recordings:timeout": "x"})
    assert read == config({})
    assert (read.endpoint, read.region) == ("https://trtc.intl.tencentcloudapi.com", "ap-singapore")
    assert (read.requests_per_second, read.timeout) == (20, 15)
    assert read.record_id_namespace == ""


def test_the_environments_endpoint_is_for_a_config_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRTC_ENDPOINT", "http://127.0.0.1:8790")
    assert config({}).endpoint == "http://127.0.0.1:8790"
    assert config({"trtc:endpoint": "https://a.example"}).endpoint == "https://a.example"
    monkeypatch.setenv("TRTC_ENDPOINT", f"http://u:{CANARY}@a.example")
    assert "invalid: TRTC_ENDPOINT: must consist of a scheme, a host" in rejected({})


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", "is empty"),
        ('["a"]', "must be a single value"),
        ("2026-10-01 00:00:00 +0000 UTC", "YAML has read this as a date"),
    ],
)
@pytest.mark.parametrize("key", ["endpoint", "secretKey", "timeout"])
def test_a_value_that_yaml_made_something_else_is_rejected(key: str, value: str, rule: str) -> None:
    message = rejected({f"trtc:{key}": value})
    assert message.count(f"trtc:{key}: {rule}") == 1


@pytest.mark.parametrize("key", ["secretId", "secretKey", "securityToken"])
def test_a_key_is_not_trimmed_but_named(key: str) -> None:
    message = rejected({f"trtc:{key}": f"{CANARY}\n"})
    assert f"trtc:{key}: ends with a line break: set the key again without it" in message


@given(st.sampled_from(["localhost", "127.0.0.1", "[::1]"]), st.none() | st.integers(1, 65535))
def test_plain_http_is_taken_on_this_machine(host: str, port: int | None) -> None:
    endpoint = f"http://{host}:{port}" if port else f"http://{host}"
    assert config({"trtc:endpoint": endpoint}).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://trtc.intl.tencentcloudapi.com", "http://localhost.example.com", "https://"),
        *("http://127.0.0.1.example.com", "ftp://localhost", "trtc.intl.tencentcloudapi.com"),
        *("https://[::1", ""),
    ],
)
def test_keys_never_travel_in_the_clear_over_a_network(endpoint: str) -> None:
    assert "trtc:endpoint" in rejected({"trtc:endpoint": endpoint})


@pytest.mark.parametrize(
    ("key", "values", "rule"),
    [
        ("requestsPerSecond", ["0", "1001", "many", "nan"], ""),
        ("timeout", ["0", "601"], ""),
        ("storageProbe", ["yes", "1", "True"], "must be true or false"),
        ("storageEndpoint", ["ftp://a", "https://", "http://:9000"], "http:// URL"),
        (
            "storageEndpoint",
            ["store:9000", "https://a/bucket", f"https://the-id:{CANARY}@a", "https://a?b"],
            "a scheme, a host and a port only",
        ),
    ],
)
def test_a_bad_value_is_named_with_other_bad_keys(key: str, values: list[str], rule: str) -> None:
    for value in values:
        message = rejected({f"trtc:{key}": value, "trtc:url": "x"})
        assert message.startswith("the provider's configuration is invalid")
        assert f"trtc:{key}: " in message
        assert rule in message
        assert "trtc:url: is an unknown key" in message


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        *(("storageProbe", given, value) for given, value in (("true", True), ("false", False))),
        ("storageProbe", True, True),
        *(
            ("storageEndpoint", url, url)
            for url in ("http://store:9000", "https://s3.example.com/", "http://[::1]:1")
        ),
        *(("requestsPerSecond", rate, float(rate)) for rate in ("0.01", "1000")),
        *(("timeout", seconds, float(seconds)) for seconds in ("0.01", "600")),
    ],
)
def test_a_good_value_is_taken(key: str, given: object, value: object) -> None:
    assert getattr(config({f"trtc:{key}": given}), to_snake(key)) == value


def test_the_api_is_asked_as_configured() -> None:
    with ScriptedService([STARTED, STARTED, HANG]) as service:
        keys = {"trtc:endpoint": service.endpoint, "trtc:region": "ap-guangzhou", **PAIR}
        keys |= {"trtc:securityToken": "the-token", "trtc:recordIdNamespace": "mine"}
        read = config({**keys, "trtc:requestsPerSecond": "4", "trtc:timeout": "0.5"})
        assert read.record_id_namespace == "mine"
        time = Clockwork()
        api = read.api(read.credentials(), time.clock)
        api.start({})
        api.start({})
        assert time.now == pytest.approx(0.25 / PACE)
        assert service.calls[0].headers["X-TC-Region"] == "ap-guangzhou"
        assert service.calls[0].headers["X-TC-Token"] == "the-token"
        assert "Credential=the-id/" in service.calls[0].headers["Authorization"]
        with pytest.raises(Unanswered, match=r"no response in 0\.5 s"):
            api.start({})


WEB_IDENTITY = {
    "trtc:assumeRoleWithWebIdentity": f'{{"roleArn": "a", "webIdentityToken": "{CANARY}"}}'
}


MAINLAND = {"trtc:endpoint": "https://trtc.tencentcloudapi.com"}
ARN = "qcs::cam::uin/1:roleName/recorder"


def test_the_environments_region_counts_without_a_configured_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-guangzhou")
    assert config(MAINLAND).region == "ap-guangzhou"
    assert config({**MAINLAND, "trtc:region": "ap-beijing"}).region == "ap-beijing"
    assert "TENCENTCLOUD_REGION = 'ap-guangzhou'" in rejected({})
    assert config({"trtc:region": "ap-singapore"}).region == "ap-singapore"


def tccli(name: str, text: str) -> Path:
    file = Path.home() / ".tccli" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_a_profiles_region_counts_if_its_key_pair_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    file = tccli("default.configure", '{"_sys_param": {"region": "ap-shanghai"}}')
    assert config(MAINLAND).region == "ap-shanghai"
    assert f"the region in {file} = 'ap-shanghai'" in rejected({})
    assert config(PAIR).region == "ap-singapore"
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "id-of-env")
    assert config({}).region == "ap-singapore"
    assert "ap-shanghai" in rejected({"trtc:profile": "default"})


def test_a_profile_is_chosen_in_the_stacks_config(tmp_path: Path) -> None:
    (tmp_path / "night.credential").write_text('{"secretId": "i", "secretKey": "k"}')
    read = config({"trtc:profile": "night", "trtc:sharedCredentialsDir": str(tmp_path)})
    assert read.credentials().current() == Credential("i", "k")


def test_a_role_is_an_object_of_the_stacks_config() -> None:
    role = {"roleArn": ARN, "sessionName": "nightly", "sessionDuration": 900, "externalId": "e"}
    read = config({"trtc:assumeRole": json.dumps(role)})
    assert read.assume_role == AssumeRole(
        role_arn=ARN, session_name="nightly", session_duration=900, external_id="e"
    )
    token = {"roleArn": ARN, "providerId": "gitlab", "webIdentityToken": CANARY}
    read = config({"trtc:assumeRoleWithWebIdentity": json.dumps(token)})
    assert read.assume_role_with_web_identity is not None
    assert CANARY not in repr(read)


def test_no_secret_shows_in_the_configuration() -> None:
    read = config({"trtc:secretId": "i", "trtc:secretKey": CANARY, "trtc:securityToken": CANARY})
    assert CANARY not in repr(read)


def role(key: str, text: str) -> dict[str, str]:
    return {f"trtc:{key}": text}


TWO_WAYS = "remove one of them"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"trtc:endPoint": CANARY},
            "trtc:endPoint: is an unknown key; did you mean trtc:endpoint?",
        ),
        ({"trtc:secret-key": CANARY}, "is an unknown key; did you mean trtc:secretKey?"),
        ({"trtc:url": CANARY}, "trtc:url: is an unknown key; known keys: endpoint, region"),
        *(
            ({"trtc:endpoint": f"https://{rest}"}, "must consist of a scheme, a host and a port")
            for rest in (f"user:{CANARY}@host", "host/path", f"host?{CANARY}", "host#x")
        ),
        *(({key: CANARY}, "trtc:secretId and trtc:secretKey must be set together") for key in PAIR),
        ({"trtc:securityToken": CANARY}, "trtc:securityToken needs trtc:secretId"),
        ({**PAIR, "trtc:profile": "night"}, TWO_WAYS),
        ({**WEB_IDENTITY, **PAIR}, TWO_WAYS),
        ({**WEB_IDENTITY, "trtc:profile": "night"}, TWO_WAYS),
        ({**WEB_IDENTITY, "trtc:assumeRole": '{"roleArn": "a"}'}, TWO_WAYS),
        (role("assumeRole", ARN), "trtc:assumeRole: must be an object with fields such as roleArn"),
        (role("assumeRole", "{}"), "trtc:assumeRole.roleArn: Field required"),
        (role("assumeRole", '{"roleArn": "a", "role": 1}'), "trtc:assumeRole.role"),
        (role("assumeRole", '{"roleArn": "a", "sessionDuration": 43201}'), "sessionDuration"),
        (role("assumeRoleWithWebIdentity", '{"roleArn": "a"}'), "needs either webIdentityToken"),
        (
            role(
                "assumeRoleWithWebIdentity",
                f'{{"roleArn": "a", "webIdentityToken": "{CANARY}", "webIdentityTokenFile": "x"}}',
            ),
            "needs either webIdentityToken or webIdentityTokenFile",
        ),
        (
            role(
                "assumeRoleWithWebIdentity", f'{{"roleArn": "a", "webIdentityToken": ["{CANARY}"]}}'
            ),
            "trtc:assumeRoleWithWebIdentity.webIdentityToken",
        ),
    ],
)
def test_wrong_or_contradictory_keys_are_named(keys: dict[str, str], said: str) -> None:
    message = rejected(keys)
    assert said in message
    assert said != TWO_WAYS or all(key in message for key in keys if key != "trtc:secretKey")
