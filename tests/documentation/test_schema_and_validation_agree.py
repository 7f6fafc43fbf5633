"""The schema of a stack's config accepts what the stack program accepts, and little else.

A config with every field, and then with one slip in it: each value, at each place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextvars import copy_context
from copy import deepcopy
from typing import Any

import pulumi
import pytest
from documentation.test_stack_schema import CHECK
from pulumi.runtime import set_all_config
from pydantic.alias_generators import to_camel
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.stack_program.config import declared_recordings
from trtc_webrecord.stack_program.entry import Entry
from trtc_webrecord.stack_program.keys import StackKeys

from tools.reference.fields import Shape, fields_of

Json = Any
Path = tuple[str | int, ...]

TEXTS = (
    *("x", "https://example.com", "rtmp://push.example.com/a"),
    *("ap-singapore", "lessons-1250000000", "2026-12-01T09:00+01:00"),
)


def example(shape: Shape) -> Json:
    """A value that the models accept, with every field."""
    if shape.model is not None:
        return {to_camel(each.name): example(each.shape) for each in fields_of(shape.model)}
    if shape.item is not None:
        return [example(shape.item)]
    if "enum" in shape.keywords:
        return shape.keywords["enum"][0]
    if shape.kind == "boolean":
        return True
    if shape.kind == "any":
        return {"someThing": [1]}
    if shape.kind == "string":
        return next(text for text in TEXTS if re.search(shape.keywords.get("pattern", ""), text))
    return max(shape.keywords.get("minimum", 1), 1)


RECORDING = {to_camel(each.name): example(each.shape) for each in fields_of(Entry)}
STORAGE = RECORDING.pop("storageParams")
IDS = ("recordId", "adoptTaskId")
"""The fields that startAt excludes."""
PROVIDER = {to_camel(each.name): example(each.shape) for each in fields_of(ProviderConfig)}

VALUES: list[Json] = [
    *(None, -1, 0, 0.5, 2, 60, 61, 1799, 3600, 4000, 86401, 3600.0, "1h", True),
    *(
        "",
        "true",
        "x",
        "a/b",
        "ap-a",
        "a-125",
        "a-1250000000",
        "x" * 65,
        "http://a",
        "https://例え.jp/é",
        "ftp://a",
        "RTMP://a",
        "rtmp://",
    ),
    *([], [None], [1], {}, {"unknown": 1}, [{"publishCdnUrl": "rtmp://a/b"}] * 11),
]

AT_PREVIEW_ONLY = (
    "is required",
    "must be set together",
    "exactly one of cloudStorage and cloudVod; neither",
    "URL",
    "startAt: needs maxDurationLimit",
)
"""What depends on the defaults, and the inside of a URL."""

BETWEEN_KEYS = ("does not fit trtc:endpoint", "must be set together", "needs")


def places(value: Json, at: Path = ()) -> Iterator[Path]:
    """The path of every field and entry, and in each object that of one more field."""
    inner = [*value, "unknown"] if isinstance(value, dict) else []
    for key in inner or (range(len(value)) if isinstance(value, list) else ()):
        yield (*at, key)
        if key != "unknown":
            yield from places(value[key], (*at, key))


def slips(good: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The config with each value at each place."""
    for path in places(good):
        for value in VALUES:
            if value is None and path[-1] == "unknown":
                continue  # null there says nothing
            slip = deepcopy(good)
            holder: Json = slip
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
            yield slip


def errors_of(config: dict[str, Json]) -> list[str]:
    """What the stack program says of a config."""

    def run() -> list[str]:
        set_all_config({key: json.dumps(value) for key, value in config.items()})
        try:
            declared_recordings(StackKeys("web-recordings"))
        except pulumi.RunError as error:
            return str(error).splitlines()[1:]
        return []

    return copy_context().run(run)


@pytest.mark.parametrize("storage", STORAGE)
def test_of_recordings(storage: str) -> None:
    good = {**RECORDING, "storageParams": {storage: STORAGE[storage]}}
    for excluded in IDS if storage == "cloudVod" else ("startAt",):
        del good[excluded]
    assert errors_of({"web-recordings:recordings": {"lobby": good}}) == []
    for number, slip in enumerate(slips(good)):
        config: dict[str, Json] = {"web-recordings:recordings": {"lobby": slip}}
        if number % 2:
            config = {"web-recordings:recordings": {"a b": {}}, "web-recordings:defaults": slip}
        errors = errors_of(config)
        accepted = CHECK.is_valid({"config": config})
        if not errors:
            assert accepted, slip
        elif accepted:
            assert all(any(each in error for each in AT_PREVIEW_ONLY) for error in errors), errors


def as_pulumi_passes(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def test_of_the_providers_keys() -> None:
    for name, good in PROVIDER.items():
        for slip in slips({name: good}):
            config = {f"trtc:{key}": value for key, value in slip.items()}
            as_written = not isinstance(good, str) or isinstance(slip[name], str)
            try:
                ProviderConfig.from_stack({key: as_pulumi_passes(config[key]) for key in config})
            except ConfigError as error:
                between_keys = any(each in str(error) for each in BETWEEN_KEYS)
                assert between_keys or not CHECK.is_valid({"config": config}), slip
            else:
                assert CHECK.is_valid({"config": config}) or not as_written, slip
