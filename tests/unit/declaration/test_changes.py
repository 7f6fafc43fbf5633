from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN
from trtc_webrecord.declaration.changes import Changes
from trtc_webrecord.dynamic.provider import is_unknown
from unit.declared import COS, cos, props, state, vod

CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]


def changes(olds: dict[str, Any] | None = None, **news: Any) -> Changes:
    return Changes(olds or state(), props(**news), is_unknown)


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
    ("old", "new", "replaces"),
    [
        ({}, {}, []),
        ({}, {"max_duration_limit": 86400.0, "restart_policy": "never", "startup_watch": 0.0}, []),
        ({"triggers": [1, {"a": 2}]}, {"triggers": [1.0, {"a": 2.0}]}, []),
        ({"record_id": "was-declared"}, {}, []),
        ({"record_id": "mine"}, {"record_id": "mine"}, []),
        ({"record_id": "mine"}, {"record_id": "yours"}, ["record_id"]),
        ({"task_id": "t"}, {"adopt_task_id": "t"}, []),
        ({"task_id": "t"}, {"adopt_task_id": "u"}, ["adopt_task_id"]),
        ({"task_id": "t", "adopt_task_id": "t"}, {}, []),
        ({"task_id": "t2", "adopt_task_id": "t"}, {"adopt_task_id": "t"}, []),
        ({"status": "ended"}, {"restart_policy": "always"}, ["restart_policy"]),
        ({"status": "ended"}, {}, []),
        ({"status": "recording"}, {"restart_policy": "always"}, []),
    ],
    ids=str,
)
def test_only_another_id_or_an_end_with_a_restart_replaces_the_same_declaration(
    old: dict[str, Any], new: dict[str, Any], replaces: list[str]
) -> None:
    changed = changes(state(**old), **new)
    assert changed.replaces == replaces
    assert changed.in_place == ["restart_policy"] * ("always" in new.values())


@pytest.mark.parametrize(
    ("target", "same"),
    [
        (UNKNOWN, True),
        (["rtmp://push.example.com/live/a"], True),
        (["rtmp://push.example.com/live/b", "rtmp://push.example.com/live/a"], True),
        (["rtmp://PUSH.example.com:1935/live/a/?txSecret=1"], True),
        (["rtmp://user@push.example.com/live/a"], True),
        ([], False),
        (["rtmp://push.example.com/live/b"], False),
        (["rtmp://push.example.com:1936/live/a"], False),
        (["rtmp://push.example.com/other/a"], False),
        (["rtmp://push.example.com/live?stream=a"], False),
    ],
)
def test_two_streams_are_one_whatever_authenticates_them(target: Any, same: bool) -> None:
    urls = target if target == UNKNOWN else [{"publish_cdn_url": url} for url in target]
    changed = changes(state(publish_cdn_params=CDN), publish_cdn_params=urls, ready_timeout=5)
    assert changed.share_a_cdn_target is same
    assert not changes(publish_cdn_params=urls, ready_timeout=5).share_a_cdn_target
