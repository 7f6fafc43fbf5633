"""The committed schema is what the models give."""

from __future__ import annotations

import pytest
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.native.provider import SCHEMA
from trtc_webrecord.native.schema import OUTPUTS, schema, written
from trtc_webrecord.pulumi_state import NATIVE

BASE = {
    "record_url": "https://example.com/",
    "sdk_app_id": 1400000000,
    "storage_params": {"cloud_storage": {"region": "1", "bucket": "b"}},
}


def test_the_committed_schema_is_what_the_models_give() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == written(), "run `make reference`"


def test_credentials_and_stream_keys_are_secret() -> None:
    made = schema()
    types, config = made["types"], made["config"]["variables"]
    assert config["secretKey"]["secret"]
    assert config["securityToken"]["secret"]
    assert types["trtc:index:CloudStorage"]["properties"]["secretKey"]["secret"]
    assert types["trtc:index:AssumeRoleWithWebIdentity"]["properties"]["webIdentityToken"]["secret"]
    assert made["resources"][NATIVE]["inputProperties"]["publishCdnParams"]["secret"]


@pytest.mark.parametrize("name", ["max_duration_limit", "ready_timeout"])
def test_a_default_that_an_sdk_writes_out_is_the_same_recording(name: str) -> None:
    default = Declaration.model_fields[name].default
    absent = Declaration.from_props(BASE)
    given = Declaration.from_props({**BASE, name: default})
    assert given.spec.identity() == absent.spec.identity()


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


@pytest.mark.parametrize(
    "given",
    [
        {"web_record_video_params": {"width": 1280, "height": 720}},
        {"storage_params": {"cloud_storage": {"vendor": 0, "region": "1", "bucket": "b"}}},
    ],
)
def test_a_nested_default_that_an_sdk_writes_out_is_the_same_recording(
    given: dict[str, object],
) -> None:
    bare = {name: {} if name.startswith("web") else BASE[name] for name in given}
    absent = Declaration.from_props({**BASE, **bare})
    assert Declaration.from_props({**BASE, **given}).spec.identity() == absent.spec.identity()
