"""The RecordId: pinned, since recordings that run are found again by it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from trtc_webrecord.declaration.record_id import PERIOD, canonical, derive_record_id, period_of
from unit.declared import KEYS, cos, declaration, props, vod

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
parts = st.text(st.characters(exclude_characters=":$"), min_size=1, max_size=12)
names = st.lists(parts, min_size=1, max_size=2).map("::".join)
urns = st.tuples(parts, parts, parts, names).map(
    lambda it: f"urn:pulumi:{it[0]}::{it[1]}::{it[2]}$trtc:WebRecording::{it[3]}"
)
meanings = st.fixed_dictionaries(
    {
        "namespace": st.text(max_size=8),
        "urn": urns,
        "identity": st.dictionaries(st.text(max_size=8), json_values, max_size=3),
        "triggers": st.lists(json_values, max_size=2),
        "period": st.integers(0, 40000),
        "attempt": st.integers(0, 64),
    }
)


def derived(attempt: int = 0, namespace: str = "", **changes: Any) -> str:
    """The RecordId of a declaration on a certain day."""
    return declaration(**changes).record_id_of(20254, attempt, namespace)


def named(name: str) -> str:
    return derived(resource_urn=f"urn:pulumi:s::p::t::{name}")


def test_known_declarations_keep_their_record_ids() -> None:
    full = derived(
        storage_params=vod(media_type=3, procedure="transcode", sub_app_id=1500000000),
        max_duration_limit=3600,
        web_record_video_params={"width": 1920, "height": 1080, "format": "mp4"},
        publish_cdn_params=[{"publish_cdn_url": "rtmp://push.example.com/live/a?key=b"}],
        ready_timeout=30,
        emulate_mobile_params={"mobile_device_type": 1},
        triggers=["v2", 7, "大堂"],
    )
    assert derived() == "lobby-f7vpwhlp64izap5pf2"
    assert derived(3, "team-a") == "lobby-roziictgd3dlv6pe6w"
    assert full == "lobby-qe4x2ncphhtllrjpoh"


@given(meanings)
def test_it_is_at_most_31_bytes_of_a_small_alphabet(meaning: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", derive_record_id(**meaning))


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("lobby", "lobby"),
        ("hall::north", "hall-north"),
        ("The Lobby_of the Grand Hotel", "the-lobby-of"),
        ("lobbylobbylobby", "lobbylobbylo"),
        ("lobby------------x", "lobby-x"),
        ("大堂", ""),
    ],
)
def test_it_starts_with_what_can_be_read_of_the_recordings_name(name: str, readable: str) -> None:
    assert named(name).rpartition("-")[0] == readable


@given(
    meanings,
    meanings,
    st.sampled_from(["namespace", "urn", "identity", "triggers", "period", "attempt"]),
)
def test_each_part_alone_tells_record_ids_apart(
    meaning: dict[str, Any], other: dict[str, Any], part: str
) -> None:
    changed = {**meaning, part: other[part]}
    assume(_plain(changed) != _plain(meaning))
    assert derive_record_id(**changed) != derive_record_id(**meaning)


@given(
    st.integers(1800, 86400),
    st.integers(0, 1920),
    st.lists(st.integers() | st.text(), max_size=3),
    st.randoms(use_true_random=False),
)
def test_floats_and_the_order_of_keys_make_no_difference(
    limit: int, width: int, triggers: list[Any], random: Any
) -> None:
    video = {"width": width, "height": 100}
    written = props(max_duration_limit=limit, web_record_video_params=video, triggers=triggers)
    assert derived(**_as_delivered(written, random)) == derived(**written)


def test_storage_keys_and_local_inputs_make_no_difference() -> None:
    storage = cos(access_key=KEYS[0], secret_key=KEYS[1])
    assert derived(storage_params=storage) == derived()
    assert derived(startup_watch=60, restart_policy="always", storage_probe=False) == derived()


def test_mobile_emulation_by_its_defaults_is_another_recording_than_none() -> None:
    assert derived(emulate_mobile_params={}) != derived()


@pytest.mark.parametrize("parents", ["", "my:module:Studio$"])
def test_every_pulumi_language_names_the_same_recording(parents: str) -> None:
    dynamic = f"urn:pulumi:prod::school::{parents}pulumi-python:dynamic/trtc:WebRecording::lobby"
    native = f"urn:pulumi:prod::school::{parents}trtc:index:WebRecording::lobby"
    assert derived(resource_urn=dynamic) == derived(resource_urn=native)


def test_the_day_is_part_of_it_by_utc() -> None:
    assert period_of(1_750_000_000) == 20254
    midnight = 20254 * PERIOD
    assert (period_of(midnight - 0.5), period_of(midnight)) == (20253, 20254)


def test_a_record_id_of_the_users_own_never_varies() -> None:
    assert {derived(attempt, "any", record_id="my-own") for attempt in range(3)} == {"my-own"}


@given(json_values)
def test_canonical_json_equals_what_it_came_from(value: Any) -> None:
    assert canonical(value) == value
    assert canonical(canonical(value)) == canonical(value)


def _plain(meaning: dict[str, Any]) -> str:
    return json.dumps(canonical(meaning), sort_keys=True)


def _as_delivered(value: Any, random: Any) -> Any:
    """The value as Pulumi hands it over: every number a float, the keys in any order."""
    if isinstance(value, dict):
        items = list(value.items())
        random.shuffle(items)
        return {key: _as_delivered(item, random) for key, item in items}
    if isinstance(value, list):
        return [_as_delivered(item, random) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return float(value)
    return value
