from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.declaration.declaration import Declaration, declared, declared_name
from trtc_webrecord.declaration.explicit_ids import ExplicitIds
from unit.declared import COS, KEYS, URN, cos, declaration, props, state, vod


def test_what_is_declared_are_the_inputs_that_are_set_and_any_record_id_of_a_state() -> None:
    assert declared({**props(), "ready_timeout": None, "__provider": "pickle"}) == props()
    assert declared(state()) == {**props(), "record_id": state()["record_id"]}
    assert Declaration.from_state(state(record_id="room 5")).record_id == "room 5"


def test_a_state_of_a_newer_version_is_read_without_what_is_unknown() -> None:
    newer = state(
        new_field=1,
        storage_params={"cloud_storage": {**COS, "tier": "cold"}, "cloud_tape": {}},
        web_record_video_params={"width": 640.0, "codec": "av1"},
        publish_cdn_params=[{"publish_cdn_url": "rtmp://a.example.com", "weight": 1}],
    )
    known = declaration(
        web_record_video_params={"width": 640},
        publish_cdn_params=[{"publish_cdn_url": "rtmp://a.example.com"}],
    )
    assert Declaration.from_state(newer).spec.identity() == known.spec.identity()


def test_the_name_is_the_last_part_of_the_urn() -> None:
    assert declaration().name == "lobby"
    assert declaration(resource_urn=f"{URN}::2::b").name == "lobby::2::b"
    assert declared_name({"resource_urn": "a::b::two::parts"}) == "parts"
    assert declared_name({}) == ""


@pytest.mark.parametrize(
    ("storage", "keys", "wanted"),
    [
        (cos(), None, True),
        (cos(access_key=KEYS[0], secret_key=KEYS[1]), KEYS, False),
        (vod(), None, False),
    ],
    ids=["cos without keys", "cos with keys", "vod"],
)
def test_storage_keys_are_wanted_where_cos_has_none(
    storage: dict[str, Any], keys: tuple[str, str] | None, wanted: bool
) -> None:
    read = declaration(storage_params=storage)
    assert read.storage_keys() == keys
    assert read.wants_storage_keys() is wanted


def test_files_land_below_the_bucket_the_prefix_and_the_task() -> None:
    read = declaration(storage_params=cos(file_name_prefix=["2025", "lobby"]))
    assert read.file_prefix("task-1") == "recordings-1250000000/2025/lobby/task-1/"
    assert declaration().file_prefix("task-1") == "recordings-1250000000/task-1/"
    assert declaration(storage_params=vod()).file_prefix("task-1") is None


def explicit(name: str, kind: str = "my:Type", **changes: Any) -> dict[str, Any]:
    return props(resource_urn=f"urn:pulumi:prod::p::{kind}::{name}", **changes)


@pytest.mark.parametrize(
    ("field", "why"),
    [("record_id", "both declare it with sdk_app_id"), ("adopt_task_id", "both adopt this task")],
)
def test_an_explicit_id_of_two_recordings_is_an_error_that_names_both(field: str, why: str) -> None:
    ids = ExplicitIds()
    assert ids.errors(explicit("lobby", **{field: "mine"})) == []
    (error,) = ids.errors(explicit("shop", **{field: "mine"}))
    assert error.startswith(f"{field} = 'mine': recordings 'lobby' and 'shop' {why}")
    (error,) = ids.errors(explicit("lobby", "my:Other", **{field: "mine"}))
    assert "'urn:pulumi:prod::p::my:Type::lobby' and 'urn:pulumi:prod::p::my:Other::" in error


def test_one_record_id_is_one_in_each_application_in_either_form_and_none_while_unknown() -> None:
    ids = ExplicitIds()
    other = explicit("other", record_id="mine", sdk_app_id=1600011111.0)
    assert ids.errors(explicit("lobby", record_id="mine"), lambda value: value == "mine") == []
    assert ids.errors(other) == []
    assert ids.errors({**other, "ready_timeout": 5}) == []
    assert ids.errors(explicit("lobby", record_id="mine", sdk_app_id=1600022222)) == []
    assert len(ids.errors(explicit("lobby", record_id="mine"))) == 1
