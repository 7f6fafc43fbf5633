"""What a changed declaration means for the recording that runs."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN
from trtc_webrecord.declaration.changes import Changes
from trtc_webrecord.dynamic.provider import is_unknown
from unit.declared import COS, cos, props, state, vod

CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]
OTHER_CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/b"}]


def changes(olds: dict[str, Any] | None = None, **news: Any) -> Changes:
    return Changes(olds or state(), props(**news), is_unknown)


def test_the_same_declaration_is_no_change() -> None:
    same = changes()
    assert (same.replaces, same.in_place, same.share_a_cdn_target) == ([], [], False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("record_url", "https://example.com/other"),
        ("web_record_video_params", {"height": 1080}),
        ("publish_cdn_params", CDN),
        ("emulate_mobile_params", {}),
        ("triggers", ["again"]),
        ("storage_params", cos(bucket="another-1250000000")),
        ("storage_params", vod()),
    ],
)
def test_what_decides_the_recording_replaces_it_both_ways(field: str, value: Any) -> None:
    assert changes(**{field: value}).replaces == [field]
    assert Changes(state(**{field: value}), props()).replaces == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("startup_watch", value) for value in (30, UNKNOWN)),
        *(("restart_policy", value) for value in ("always", UNKNOWN)),
        *(("storage_probe", value) for value in (True, False, UNKNOWN)),
        ("resource_urn", "u:p::p::t::hall"),
    ],
)
def test_what_is_pulumis_business_is_taken_over_in_place(field: str, value: Any) -> None:
    changed = changes(**{field: value})
    assert (changed.replaces, changed.in_place) == ([], [field])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (cos(), cos(access_key="a", secret_key="b")),
        (cos(access_key="a", secret_key="b"), cos(access_key="a", secret_key="c")),
        (cos(access_key="a", secret_key="b"), cos()),
    ],
    ids=["given", "rotated", "taken away"],
)
def test_storage_keys_change_the_state_and_not_the_recording(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    changed = changes(state(storage_params=old), storage_params=new)
    assert (changed.replaces, changed.in_place) == ([], ["storage_params"])


def test_a_default_spelt_out_is_no_change() -> None:
    same = changes(max_duration_limit=86400.0, restart_policy="never", startup_watch=0.0)
    assert (same.replaces, same.in_place) == ([], [])


def test_triggers_are_compared_as_pulumi_delivers_them() -> None:
    assert changes(state(triggers=[1, {"a": 2}]), triggers=[1.0, {"a": 2.0}]).replaces == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("record_url", UNKNOWN),
        ("storage_params", {"cloud_storage": {**COS, "bucket": UNKNOWN}}),
        ("triggers", [UNKNOWN]),
        ("record_id", UNKNOWN),
    ],
    ids=str,
)
def test_what_is_not_known_yet_counts_as_changed(field: str, value: Any) -> None:
    changed = changes(**{field: value})
    assert (changed.replaces, changed.in_place) == ([field], [])


def test_what_is_not_known_yet_hides_no_other_change() -> None:
    changed = changes(record_url=UNKNOWN, ready_timeout=5, startup_watch=9)
    assert changed.replaces == ["ready_timeout", "record_url"]
    assert changed.in_place == ["startup_watch"]


def test_two_recordings_never_push_to_the_same_cdn_target() -> None:
    old = state(publish_cdn_params=CDN)
    shared = changes(old, publish_cdn_params=CDN, ready_timeout=5)
    assert (shared.replaces, shared.share_a_cdn_target) == (["ready_timeout"], True)
    assert changes(old, publish_cdn_params=[*OTHER_CDN, *CDN]).share_a_cdn_target
    assert not changes(old, publish_cdn_params=OTHER_CDN).share_a_cdn_target
    assert not changes(old, ready_timeout=5).share_a_cdn_target


def test_a_cdn_target_not_known_yet_may_be_the_same() -> None:
    coming = changes(state(publish_cdn_params=CDN), publish_cdn_params=UNKNOWN)
    assert coming.share_a_cdn_target


def test_a_derived_record_id_is_carried_on_when_none_is_declared() -> None:
    assert changes(state(record_id="was-declared")).replaces == []


def test_a_declared_record_id_replaces_only_another_one() -> None:
    assert changes(state(record_id="mine"), record_id="mine").replaces == []
    assert changes(state(record_id="mine"), record_id="yours").replaces == ["record_id"]


def test_a_task_to_adopt_replaces_only_another_one() -> None:
    assert changes(state(task_id="t"), adopt_task_id="t").replaces == []
    assert changes(state(task_id="t"), adopt_task_id="u").replaces == ["adopt_task_id"]
    assert changes(state(task_id="t", adopt_task_id="t")).replaces == []
    ended = state(task_id="t2", adopt_task_id="t")
    assert changes(ended, adopt_task_id="t").replaces == []


@pytest.mark.parametrize(
    ("status", "policy", "replaced"),
    [
        ("ended", "always", ["restart_policy"]),
        ("ended", "never", []),
        ("recording", "always", []),
    ],
)
def test_an_ended_recording_is_started_anew_where_that_is_asked_for(
    status: str, policy: str, replaced: list[str]
) -> None:
    assert changes(state(status=status), restart_policy=policy).replaces == replaced


def test_the_state_of_a_newer_version_is_compared_by_what_this_one_knows() -> None:
    newer = state(
        watermark={"text": "x"},
        web_record_video_params={"width": 640, "codec": "av1"},
        storage_params=cos(tier="cold"),
    )
    same = changes(newer, web_record_video_params={"width": 640})
    assert (same.replaces, same.in_place) == ([], [])
    assert changes(newer, web_record_video_params=UNKNOWN).replaces == ["web_record_video_params"]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("rtmp://PUSH.example.com:1935/live/a/?txSecret=1", True),
        ("rtmp://user@push.example.com/live/a", True),
        ("rtmp://push.example.com:1936/live/a", False),
        ("rtmp://push.example.com/other/a", False),
        ("rtmp://push.example.com/live?stream=a", False),
    ],
)
def test_what_authenticates_tells_no_two_streams_apart(url: str, same: bool) -> None:
    old = state(publish_cdn_params=CDN)
    assert changes(old, publish_cdn_params=[{"publish_cdn_url": url}]).share_a_cdn_target is same
