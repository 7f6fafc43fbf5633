from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN
from trtc_webrecord.native import properties
from trtc_webrecord.native.properties import is_unknown, opened, plain, received, sent
from trtc_webrecord.pulumi_cli.state import SIGNATURE

NAMES = st.sampled_from(["recordUrl", "secretKey", "publishCdnParams", "triggers", "cloudStorage"])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
VALUES = st.dictionaries(NAMES, PLAIN, max_size=4)


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: properties.SECRET, "value": value}


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and SIGNATURE in value


def in_the_clear(value: Any) -> bool:
    """Whether a field that is always secret has a value that is not wrapped."""
    if isinstance(value, list):
        return any(map(in_the_clear, value))
    if not isinstance(value, dict) or is_secret(value):
        return False
    return any(
        name in ("secretKey", "publishCdnParams") and not (item is None or is_secret(item))
        for name, item in value.items()
    ) or any(in_the_clear(item) for name, item in value.items() if name != "triggers")


@given(VALUES)
def test_a_message_carries_every_value_and_name(values: dict[str, Any]) -> None:
    assert received(sent(values)) == values


@given(VALUES)
def test_what_is_always_secret_is_wrapped_once_and_nothing_is_lost(values: dict[str, Any]) -> None:
    wrapped = properties.with_secrets(values)
    assert opened(wrapped) == opened(values)
    assert properties.with_secrets(wrapped) == wrapped
    assert not in_the_clear(wrapped)


@pytest.mark.parametrize("made_of", ["bucket", "fileNamePrefix", "accessKey"])
def test_the_file_prefix_is_a_secret_if_it_is_made_of_one(made_of: str) -> None:
    storage = {"bucket": "b-1250000000", "fileNamePrefix": ["a"], made_of: [secret("x")]}
    values = {"storageParams": {"cloudStorage": storage}, "filePrefix": "b-1250000000/a/task-1/"}
    wrapped = properties.with_secrets(values)
    assert is_secret(wrapped["filePrefix"]) is (made_of != "accessKey")
    assert properties.with_secrets(wrapped) == wrapped


def test_the_core_gets_plain_values_by_its_own_names() -> None:
    values = {
        "recordUrl": secret("https://example.com"),
        "webRecordVideoParams": {"maxMediaFileDuration": 5},
        "triggers": [{"oneThing": secret(1)}],
    }
    assert plain(values) == {
        "record_url": "https://example.com",
        "web_record_video_params": {"max_media_file_duration": 5},
        "triggers": [{"oneThing": 1}],
    }


@pytest.mark.parametrize(("value", "unknown"), [(UNKNOWN, True), ("x", False), ({}, False)])
def test_the_engines_marker_alone_is_unknown(value: Any, unknown: bool) -> None:
    assert is_unknown(value) is unknown


def test_the_engines_own_names_are_left_out() -> None:
    assert received(sent({"__defaults": [], "recordUrl": "x"})) == {"recordUrl": "x"}
