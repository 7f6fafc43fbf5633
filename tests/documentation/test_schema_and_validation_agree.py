"""The schema of a stack's config accepts what the stack program accepts, and little else."""

from __future__ import annotations

import json
import re
from contextvars import copy_context
from typing import Any

import pulumi
from documentation.test_stack_schema import CHECK
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pulumi.runtime import set_all_config
from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.declaration import Inputs
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.stack_program.config import declared_recordings
from trtc_webrecord.stack_program.keys import StackKeys

from tools.reference.fields import Shape, fields_of

Json = Any

SEEN_AT_PREVIEW_ONLY = (
    "is required",
    "must be set together",
    "exactly one of cloudStorage and cloudVod; neither",
    "URL",
)
"""What depends on the defaults, and the inside of a URL."""

ANYTHING: st.SearchStrategy[Json] = st.sampled_from(
    [None, 0, 2, 60, 4000, 0.5, -1, True, "", "x", "a/b", "x" * 65, "ftp://a", [], [None], {}]
)


def values(shape: Shape) -> st.SearchStrategy[Json]:
    """Values that the models accept."""
    if shape.model is not None:
        return objects(shape.model)
    if shape.item is not None:
        return st.lists(values(shape.item), max_size=min(3, shape.keywords.get("maxItems", 3)))
    if "enum" in shape.keywords:
        return st.sampled_from(shape.keywords["enum"])
    if "://" in shape.keywords.get("pattern", ""):
        return st.sampled_from([url for url in URLS if re.search(shape.keywords["pattern"], url)])
    if "pattern" in shape.keywords:
        return st.from_regex(shape.keywords["pattern"], fullmatch=True, alphabet=PLAIN)
    if shape.kind == "any":
        return st.sampled_from([1, "a", None, {"someThing": [1]}])
    if shape.kind == "string":
        return st.text(PLAIN, min_size=1, max_size=5)
    low, high = shape.keywords["minimum"], shape.keywords.get("maximum", 10**6)
    whole = st.integers(low, high)
    return whole | whole.map(str) | whole.map(float)


URLS = [
    "https://example.com",
    "HTTP://user:pass@[::1]:8080/a?b=c#d",
    "https://例え.jp/é",
    "rtmp://push.example.com/live/a?key=b",
    "RTMP://a",
    "http://localhost:8790",
    "https://trtc.example.com:8443/",
]
PLAIN = st.characters(min_codepoint=33, max_codepoint=126)


def objects(model: type[BaseModel]) -> st.SearchStrategy[Json]:
    fields = list(fields_of(model))
    given = {to_camel(each.name): values(each.shape) for each in fields}
    required = {to_camel(each.name) for each in fields if each.required}
    return st.fixed_dictionaries(
        {name: given[name] for name in given.keys() & required},
        optional={name: value for name, value in given.items() if name not in required},
    )


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Json]:
    """A stack's config: what it declares may have one slip, and a part may be in the defaults."""
    recording = draw(objects(Inputs))
    storage = recording["storageParams"]
    if len(storage) == 2:
        del storage[draw(st.sampled_from(sorted(storage)))]
    if draw(st.booleans()):
        slip(draw, recording)
    config = {"web-recordings:recordings": {draw(NAMES): recording}}
    if draw(st.booleans()):
        moved = draw(st.sets(st.sampled_from(sorted(recording))))
        config["web-recordings:defaults"] = {name: recording.pop(name) for name in sorted(moved)}
    return config


NAMES = st.sampled_from(["lobby", "a b", "7", "1e5", "true", "NaN", "v1", "2026-10-01"])


def slip(draw: st.DrawFn, holder: Json) -> None:
    """Change one field, at any depth, or add an unknown one; null there says nothing."""
    name = draw(st.sampled_from([*sorted(holder), "unknown"]))
    below = holder.get(name)
    if isinstance(below, dict) and draw(st.booleans()):
        return slip(draw, below)
    holder[name] = draw(ANYTHING if name in holder else ANYTHING.filter(lambda x: x is not None))
    return None


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


@settings(max_examples=30, deadline=None)
@given(stacks())
def test_of_recordings(config: dict[str, Json]) -> None:
    errors = errors_of(config)
    accepted = CHECK.is_valid({"config": config})
    event(f"program: {not errors}, schema: {accepted}")
    if not errors:
        assert accepted
    elif accepted:
        assert all(any(each in error for each in SEEN_AT_PREVIEW_ONLY) for error in errors), errors


@st.composite
def provider_configs(draw: st.DrawFn) -> dict[str, Json]:
    keys = {
        to_camel(each.name): st.floats(0.01, 600, allow_nan=False)
        if each.shape.kind == "number"
        else values(each.shape)
        for each in fields_of(ProviderConfig)
    }
    given = draw(st.fixed_dictionaries({}, optional=keys))
    if draw(st.booleans()):
        slip(draw, given)
    return {f"trtc:{key}": value for key, value in given.items()}


def as_pulumi_passes(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


@settings(max_examples=20, deadline=None)
@given(provider_configs())
def test_of_the_providers_keys(config: dict[str, Json]) -> None:
    accepted = CHECK.is_valid({"config": config})
    text_as_written = all(isinstance(config[key], str) for key in TEXTS & config.keys())
    try:
        ProviderConfig.from_stack({key: as_pulumi_passes(value) for key, value in config.items()})
    except ConfigError:
        return
    assert accepted or not text_as_written


TEXTS = {
    f"trtc:{to_camel(each.name)}"
    for each in fields_of(ProviderConfig)
    if each.shape.kind == "string"
}
