"""The schema of a stack's config file, as an editor checks one with it."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml
from documentation.markdown import PROJECT, blocks, tracked

from tools.reference.generated import STACK_SCHEMA

CHECK = jsonschema.Draft7Validator(json.loads(STACK_SCHEMA.read_text(encoding="utf-8")))
MODELINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)

INSTALLED = ".venv/share/pulumi-trtc-webrecord/stack_config.schema.json"

SAMPLES = tracked("Pulumi.*.yaml", "*/Pulumi.*.yaml")
BLOCKS = [
    (file, block.text)
    for file in tracked("README.md", "docs/*.md", "examples/*.md", "examples/**/*.md")
    for block in blocks(file.read_text(encoding="utf-8"))
    if block.language == "yaml" and block.text.startswith("config:")
]

GOOD = """
config:
  trtc:secretKey: {secure: v1:abc}
  web-recordings:recordings:
    lobby:
      recordUrl: https://example.com/lobby
      sdkAppId: 1600011111
      storageParams: {cloudStorage: {region: ap-singapore, bucket: lessons-1250000000}}
"""


class _AsAnEditor(yaml.SafeLoader):
    """YAML 1.2, as editors read it: a date is text, and so are `on` and `yes`."""


_AsAnEditor.yaml_implicit_resolvers = {
    first: [each for each in found if not each[0].endswith((":timestamp", ":bool", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_AsAnEditor.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_AsAnEditor.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$"),
    list("-+.0123456789"),
)


def as_an_editor_reads(text: str) -> Any:
    """The text, with the keys of every object as text."""
    return with_text_keys(yaml.load(text, _AsAnEditor))


def with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(name): with_text_keys(item) for name, item in value.items()}
    return [with_text_keys(item) for item in value] if isinstance(value, list) else value


def _key(name: Any) -> str:
    return name if isinstance(name, str) else json.dumps(name)


def problems(text: str) -> list[str]:
    return [error.message for error in CHECK.iter_errors(as_an_editor_reads(text))]


def field(line: str, below: str = "") -> str:
    """A stack whose recording has one more field, or has it inside an object."""
    inner = f"{{{line}}}"
    return GOOD + f"      {f'{below}: {inner}' if below else line}\n"


def storage(text: str) -> str:
    return GOOD.replace("{cloudStorage: {region: ap-singapore, bucket: lessons-1250000000}}", text)


def key(line: str) -> str:
    return f"{GOOD}  {line}\n"


def named(name: str) -> str:
    return GOOD.replace("lobby:", f"{name}:")


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(CHECK.schema)


def test_there_are_samples() -> None:
    assert PROJECT / "Pulumi.local.yaml" in SAMPLES
    assert any(file.name == "README.md" for file, _ in BLOCKS)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_sample_file_names_the_schema_and_passes(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    assert problems(text) == []
    (name,) = MODELINE.findall(text)
    assert name == INSTALLED or (file.parent / name).resolve() == STACK_SCHEMA
    assert text.startswith("# yaml-language-server:")


def test_the_wheel_installs_the_schema_where_the_examples_find_it() -> None:
    pyproject = (PROJECT / "provider/pyproject.toml").read_text(encoding="utf-8")
    source = STACK_SCHEMA.relative_to(PROJECT / "provider")
    assert f'"{source}" = "{INSTALLED.removeprefix(".venv/")}"' in pyproject


@pytest.mark.parametrize(("file", "text"), BLOCKS, ids=lambda each: getattr(each, "name", ""))
def test_a_block_of_the_documentation_passes(file: Any, text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        field("recordUrl: {secure: v1:abc}").replace("recordUrl: https", "startupWatch: 5 # "),
        field('maxDurationLimit: "3600"'),
        field("maxDurationLimit: {secure: v1:abc}"),
        field('recordId: "007"'),
        field("triggers: [1, {someThing: [true]}, 2026-10-01]"),
        field("publishCdnParams: [{publishCdnUrl: {secure: v1:abc}, isTencentCdn: 0}]"),
        field("width: null, format: mp4", "webRecordVideoParams"),
        storage("{cloudStorage: null, cloudVod: {tencentVod: {mediaType: 3}}}"),
        "config:\n  web-recordings:recordings: {}\n",
        "config:\n  web-recordings:recordings: {secure: v1:abc}\n",
        "config:\n  recordings: '{\"lobby\": {}}'\n",
        GOOD.replace("      sdkAppId: 1600011111\n", "").replace(
            "config:", "config:\n  web-recordings:defaults: {sdkAppId: 1600011111}"
        ),
        GOOD.replace("      sdkAppId: 1600011111\n", "") + "environment: [lessons/dev]\n",
        GOOD.replace("web-recordings:recordings", "lessons:recordings"),
        key("aws:region: eu-central-1"),
        key("streamUrl: {secure: v1:abc}"),
        key('trtc:timeout: "30"'),
        key("trtc:endpoint: http://127.0.0.1:8790"),
        key("trtc:assumeRole: {roleArn: qcs::cam::uin/1:roleName/r, sessionDuration: 3600}"),
        key(
            "trtc:assumeRoleWithWebIdentity: {roleArn: r, webIdentityToken: {secure: v1:abc}}",
        ),
        "secretsprovider: awskms://alias/x\nencryptedkey: abc\n" + GOOD,
        *map(named, ["room-7", '"2026-10-01"', "on", "v1.1", "secure"]),
    ],
)
def test_a_good_config_passes(text: str) -> None:
    assert problems(text) == []


WRONG = {
    "what the resource sets itself": field("resourceUrn: abc"),
    "both storages": storage(
        "{cloudStorage: {region: ap-a, bucket: b-1250000000}, cloudVod: {tencentVod: {}}}"
    ),
    "a secret object": field("webRecordVideoParams: {secure: v1:abc}"),
    "a slip under the project's own name": field("maxDurationLimit: 60").replace(
        "web-recordings:recordings", "lessons:recordings"
    ),
    "no SdkAppId anywhere": GOOD.replace("      sdkAppId: 1600011111\n", ""),
    "text that YAML reads as a number": field("recordId: 007"),
    "a TaskId that YAML reads as a number": field("adoptTaskId: 1e3"),
    "text that YAML reads as true": field("adoptTaskId: true"),
    "a bucket that YAML reads as a number": storage(
        "{cloudStorage: {region: ap-singapore, bucket: 1250000000}}"
    ),
    "a name that YAML reads as a number": named("1.10"),
    "a name that YAML reads as 8": named("010"),
    "a name that YAML reads as true": named("true"),
    "no name": named('""'),
    "a list of recordings": "config:\n  web-recordings:recordings: [{recordUrl: https://a}]\n",
    "no value": "config:\n  web-recordings:recordings:\n",
    "a recording without fields": "config:\n  web-recordings:recordings: {lobby: }\n",
    "a recording beside recordings": key("web-recordings:hall: {recordUrl: https://a}"),
    "a misspelt key": key("web-recordings:default: {}"),
    "a misspelt provider key": key("trtc:endPoint: https://example.com"),
    "an endpoint with a path": key("trtc:endpoint: https://example.com/a"),
    "a viewer that is no URL": key("web-recordings:viewer: example.com"),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_slip_is_rejected(slip: str) -> None:
    assert problems(WRONG[slip]) != []


def test_a_slip_is_named_where_it_is() -> None:
    slip = as_an_editor_reads(field("maxDurationLimit: 60"))
    error = jsonschema.exceptions.best_match(CHECK.iter_errors(slip))
    assert error.message == "60 is less than the minimum of 1800"
    assert list(error.absolute_path) == [
        "config",
        "web-recordings:recordings",
        "lobby",
        "maxDurationLimit",
    ]
