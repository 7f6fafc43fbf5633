from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pulumi import Output
from trtc_webrecord import WebRecording
from unit.declared import COS, PROPS
from unit.mock_engine import Secret, inputs_of

KEYED = {**COS, "access_key": "the-id", "secret_key": "the-key"}
SECRET_KEYS = {**COS, "access_key": Secret("the-id"), "secret_key": Secret("the-key")}
TARGETS = [{"publish_cdn_url": "rtmp://push.example.com/live/a?key=b"}]


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def inputs(arguments: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The inputs of a recording declared with these arguments, made while the program runs."""
    smallest = {name: value for name, value in PROPS.items() if name != "resource_urn"}
    return inputs_of(lambda: WebRecording("lobby", **{**smallest, **arguments()}))["lobby"]


def opened(value: Any) -> Any:
    """An Output that holds a secret is secret as a whole: what is in it, all its secrets opened."""
    if isinstance(value, Secret):
        return opened(value.value)
    if isinstance(value, dict):
        return {name: opened(item) for name, item in value.items()}
    return value


@pytest.mark.parametrize(
    "secret_key",
    [
        lambda: "the-key",
        lambda: Output.from_input("the-key"),
        lambda: Output.secret("the-key"),
        lambda: later("the-key"),
    ],
    ids=["plain", "an output", "a secret", "awaitable"],
)
def test_storage_keys_are_secret_one_by_one_and_everything_else_is_shown(
    secret_key: Callable[[], Any],
) -> None:
    seen = inputs(
        lambda: {
            "storage_params": {"cloud_storage": {**KEYED, "secret_key": secret_key()}},
            "max_duration_limit": 3600,
            "triggers": ["a"],
        }
    )
    assert seen["storage_params"] == {"cloud_storage": SECRET_KEYS}
    assert not any(isinstance(value, Secret) for value in seen.values())
    assert (seen["record_url"], seen["max_duration_limit"]) == (PROPS["record_url"], 3600)


@pytest.mark.parametrize(
    "storage_params",
    [
        lambda: Output.from_input({"cloud_storage": KEYED}),
        lambda: {"cloud_storage": Output.from_input(KEYED)},
        lambda: later({"cloud_storage": KEYED}),
        lambda: {"cloud_storage": later(KEYED)},
        lambda: later({"cloud_storage": later(KEYED)}),
    ],
    ids=["output", "output inside", "awaitable", "awaitable inside", "awaitables in each other"],
)
def test_storage_keys_that_are_still_to_come_are_secret(storage_params: Callable[[], Any]) -> None:
    seen = inputs(lambda: {"storage_params": storage_params()})["storage_params"]
    assert opened(seen) == {"cloud_storage": KEYED}
    assert not shown(seen, "the-id")
    assert not shown(seen, "the-key")


@pytest.mark.parametrize(
    "storage",
    [
        {"cloud_storage": COS},
        {"cloud_vod": {"tencent_vod": {"procedure": "x"}}},
        "nonsense",
        {"cloud_storage": "nonsense"},
    ],
    ids=["cos without keys", "vod", "a string", "a string inside"],
)
def test_what_holds_no_key_is_shown_and_passed_on_to_be_checked(storage: Any) -> None:
    assert inputs(lambda: {"storage_params": storage})["storage_params"] == storage


def test_keys_that_are_not_set_are_no_secrets() -> None:
    unset = {**COS, "access_key": None, "secret_key": None}
    seen = inputs(lambda: {"storage_params": {"cloud_storage": unset}})["storage_params"]
    assert {name for name, value in seen["cloud_storage"].items() if value is not None} == set(COS)


@pytest.mark.parametrize(
    "targets",
    [
        lambda: TARGETS,
        lambda: Output.from_input(TARGETS),
        lambda: later(TARGETS),
        lambda: [Output.from_input(TARGETS[0])],
        lambda: [{"publish_cdn_url": Output.from_input(TARGETS[0]["publish_cdn_url"])}],
    ],
    ids=["plain", "an output", "awaitable", "an output in the list", "an output inside"],
)
def test_cdn_targets_are_secret(targets: Callable[[], Any]) -> None:
    seen = inputs(lambda: {"publish_cdn_params": targets()})
    assert seen["publish_cdn_params"] == Secret(TARGETS)


def shown(value: Any, text: str) -> bool:
    """Whether a text stands anywhere outside of secrets."""
    if isinstance(value, dict):
        return any(shown(item, text) for item in value.values())
    return isinstance(value, str) and text in value
