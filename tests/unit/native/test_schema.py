from __future__ import annotations

from email.message import Message

import pytest
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.native import package
from trtc_webrecord.native.schema import OUTPUTS, schema
from trtc_webrecord.pulumi_cli.state import NATIVE


def test_credentials_and_stream_keys_are_secret() -> None:
    made = schema()
    types, config = made["types"], made["config"]["variables"]
    assert config["secretKey"]["secret"]
    assert config["securityToken"]["secret"]
    assert types["trtc:index:CloudStorage"]["properties"]["secretKey"]["secret"]
    assert types["trtc:index:AssumeRoleWithWebIdentity"]["properties"]["webIdentityToken"]["secret"]
    assert made["resources"][NATIVE]["inputProperties"]["publishCdnParams"]["secret"]


def test_the_region_has_no_default_that_would_hide_the_environments() -> None:
    assert "region" in ProviderConfig.model_fields
    assert "default" not in schema()["config"]["variables"]["region"]


def test_each_output_is_described_and_the_dynamic_providers_fields_are_absent() -> None:
    properties = schema()["resources"][NATIVE]["properties"]
    assert all(properties[name]["description"] for name in OUTPUTS)
    assert "resourceUrn" not in properties


def test_each_input_is_described_at_every_depth() -> None:
    made = schema()
    resource = made["resources"][NATIVE]["inputProperties"]
    groups = {"": resource, "config": made["config"]["variables"]}
    for token, each in made["types"].items():
        groups[token] = each.get("properties", {})
    bare = [f"{g}.{n}" for g, ps in groups.items() for n, p in ps.items() if "description" not in p]
    assert bare == []


def test_the_addresses_are_those_of_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    distribution = Message()
    distribution["Keywords"] = "trtc"
    monkeypatch.setattr(package, "metadata", lambda _: distribution)
    assert not {"homepage", "repository"} & package.package_information().keys()
    distribution["Project-URL"] = "Repository, https://example.com/a.git"
    distribution["Project-URL"] = "Changelog, https://example.com/changes"
    assert package.package_information()["repository"] == "https://example.com/a.git"
    assert "homepage" not in package.package_information()


def test_a_setting_names_its_environment_variables() -> None:
    made = schema()
    token = made["provider"]["inputProperties"]["securityToken"]["description"]
    assert token.endswith("Environment: TENCENTCLOUD_SECURITY_TOKEN, TENCENTCLOUD_TOKEN.")
    role = made["types"]["trtc:index:AssumeRole"]["properties"]["externalId"]["description"]
    assert role.endswith("Environment: TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID.")
