from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config
from trtc_webrecord import WebRecording
from trtc_webrecord.stack_program.config import declared_recordings
from trtc_webrecord.stack_program.keys import StackKeys
from unit.declared import COS
from unit.mock_engine import Secret, inputs_of

LOBBY: dict[str, Any] = {
    "recordUrl": "https://example.com/lobby",
    "sdkAppId": 1600011111,
    "storageParams": {
        "cloudStorage": {"region": "ap-singapore", "bucket": "recordings-1250000000"}
    },
}
CANARY = "canary-5f1e"
RULES = {"viewer": "an http", "pricePerMinute": "a number"}
SINGLE_KEYS: dict[str, Callable[[StackKeys], object]] = {
    "viewer": StackKeys.viewer,
    "pricePerMinute": StackKeys.price_per_minute,
}


def read(
    config: dict[str, str],
    what: Callable[[StackKeys], Any] = declared_recordings,
    project: str = "web-recordings",
    secret_keys: tuple[str, ...] = (),
) -> Any:
    """What the program reads of a stack's config."""

    def run() -> Any:
        set_all_config(config, [f"web-recordings:{key}" for key in secret_keys])
        return what(StackKeys(project))

    return copy_context().run(run)


def declared(
    recordings: Any, defaults: Any = None, secret_keys: tuple[str, ...] = ()
) -> dict[str, dict[str, Any]]:
    """What a stack with these recordings and defaults declares."""
    keys = {"recordings": recordings, "defaults": defaults}
    config = {
        f"web-recordings:{key}": json.dumps(value)
        for key, value in keys.items()
        if value is not None
    }
    found: dict[str, dict[str, Any]] = read(config, secret_keys=secret_keys)
    return found


def rejected(recordings: Any, defaults: Any = None) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        declared(recordings, defaults)
    return str(caught.value)


def test_camel_case_becomes_the_constructors_own_names_except_in_triggers() -> None:
    entry = {
        **LOBBY,
        "maxDurationLimit": 3600,
        "webRecordVideoParams": {"maxMediaFileDuration": 30},
        "publishCdnParams": [{"publishCdnUrl": "rtmp://push.example.com", "isTencentCdn": 0}],
        "triggers": [{"gitCommit": "abc", "buildNumber": 7}],
    }
    assert declared({"lobby": entry}) == {
        "lobby": {
            "record_url": "https://example.com/lobby",
            "sdk_app_id": 1600011111,
            "storage_params": {"cloud_storage": COS},
            "max_duration_limit": 3600,
            "web_record_video_params": {"max_media_file_duration": 30},
            "publish_cdn_params": [
                {"publish_cdn_url": "rtmp://push.example.com", "is_tencent_cdn": 0}
            ],
            "triggers": [{"gitCommit": "abc", "buildNumber": 7}],
        }
    }


def test_defaults_lie_under_each_entry_level_by_level() -> None:
    defaults = {**LOBBY, "webRecordVideoParams": {"width": 640, "height": 480}, "triggers": [1, 2]}
    shop = {"recordUrl": "https://example.com/shop"}
    lobby = {"webRecordVideoParams": {"height": 720}, "triggers": [3]}
    both = declared({"lobby": lobby, "shop": shop}, defaults)
    assert both["lobby"]["web_record_video_params"] == {"width": 640, "height": 720}
    assert both["lobby"]["triggers"] == [3]
    assert both["shop"]["web_record_video_params"] == {"width": 640, "height": 480}
    assert both["shop"]["record_url"] == "https://example.com/shop"


def test_null_takes_a_default_away_at_every_level() -> None:
    defaults = {**LOBBY, "readyTimeout": 5, "webRecordVideoParams": {"width": 640, "height": 480}}
    lobby: dict[str, Any] = {
        "readyTimeout": None,
        "startupWatch": None,
        "webRecordVideoParams": {"width": None, "format": None},
        "storageParams": {"cloudStorage": None, "cloudVod": {"tencentVod": {}}},
    }
    read = declared({"lobby": lobby}, defaults)["lobby"]
    assert not {"ready_timeout", "startup_watch"} & set(read)
    assert read["web_record_video_params"] == {"height": 480}
    assert read["storage_params"] == {"cloud_vod": {"tencent_vod": {}}}


def test_every_validation_errors_of_every_entry_is_reported_by_its_camel_case_path() -> None:
    message = rejected(
        {
            "lobby": {**LOBBY, "maxDurationLimit": 60, "webRecordVideoParam": {}},
            "shop": {**LOBBY, "storageParams": {"cloudStorage": {"fileNamePrefix": ["a/b"]}}},
            "hall": LOBBY,
        }
    )
    path = "web-recordings:recordings"
    assert message.splitlines() == [
        "the stack's config is invalid:",
        f"{path}.lobby.maxDurationLimit = 60: must be from 1800 to 86400",
        f"{path}.lobby.webRecordVideoParam: is an unknown field; did you mean "
        "webRecordVideoParams?",
        f"{path}.shop.storageParams.cloudStorage.region: is required",
        f"{path}.shop.storageParams.cloudStorage.bucket: is required",
        f"{path}.shop.storageParams.cloudStorage.fileNamePrefix[0] = 'a/b': must consist of "
        "letters, digits, '_' and '-'",
    ]


def test_what_is_wrong_in_the_defaults_is_named_there_and_once() -> None:
    two: dict[str, dict[str, Any]] = {
        "lobby": {"recordUrl": "https://example.com"},
        "hall": {"sdkAppId": 0, "recordUrl": "https://a.com"},
    }
    storage = LOBBY["storageParams"]
    with pytest.raises(pulumi.RunError) as it:
        declared({**two, "shop": two["lobby"]}, {"sdkAppId": "x", "storageParams": storage})
    assert str(it.value).splitlines()[1:] == [
        "web-recordings:defaults.sdkAppId = 'x': must be a whole number",
        "web-recordings:recordings.hall.sdkAppId = 0: must be from 1 to 4294967295",
    ]
    with pytest.raises(pulumi.RunError, match=r"recordings\.lobby\.sdkAppId: is required"):
        declared(two, {"storageParams": storage})


@pytest.mark.parametrize("own", ["taskId", "status", "resourceUrn", "__provider"])
def test_what_the_resource_and_the_sdk_set_cannot_be_declared(own: str) -> None:
    path = own.removeprefix("__")
    assert f"lobby.{path}: is an unknown field" in rejected({"lobby": {**LOBBY, own: "x"}})


LOBBY_BESIDE = "web-recordings:lobby is an unknown key; .*indented below web-recordings:recordings"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"recordings": '{"lobby": "https://a"}'}, "web-recordings:recordings.lobby must be an ob"),
        ({"recordings": '{"lobby": null}'}, "web-recordings:recordings.lobby must be an object"),
        *(
            ({"recordings": "{}", key: value}, f"web-recordings:{key} must be an object")
            for key in ("recordings", "defaults")
            for value in ("[]", "null", "not json")
        ),
        *(
            (none, "Nothing was changed.*`web-recordings:recordings: {}` to have none")
            for none in ({}, {"recordings": ""})
        ),
        ({"recordings": "", "lobby": "{}"}, LOBBY_BESIDE),
        ({"recording": "{}"}, "did you mean web-recordings:recordings?"),
        ({"Defaults": "{}"}, "did you mean web-recordings:defaults?"),
        ({"view": "{}"}, "did you mean web-recordings:viewer?"),
        ({"recordings": "{}", "lessons:recordings": "{}"}, "are both set; remove one of them"),
    ],
    ids=str,
)
def test_keys_that_declare_nothing_are_named(config: dict[str, str], said: str) -> None:
    keys = {f"web-recordings:{key}" if ":" not in key else key: config[key] for key in config}
    with pytest.raises(pulumi.RunError, match=f"(?s){said}"):
        read(keys, project="lessons")


@pytest.mark.parametrize("project", ["web-recordings", "lessons", "trtc"])
def test_keys_are_read_under_the_projects_name_and_under_the_programs(project: str) -> None:
    listed = json.dumps({"lobby": LOBBY})
    assert set(read({"web-recordings:recordings": listed}, project=project)) == {"lobby"}
    if project == "lessons":
        assert set(read({"lessons:recordings": listed}, project=project)) == {"lobby"}
    else:
        with pytest.raises(pulumi.RunError, match="lessons:recordings is the key of another"):
            read({"lessons:recordings": listed}, project=project)


@pytest.mark.parametrize(
    "name",
    ["2026-10-01 00:00:00 +0000 UTC", "<nil>", "", "1.1", "1e+21", "7", "-7", ".5", "+Inf", "true"],
)
def test_a_name_that_yaml_has_changed_is_rejected(name: str) -> None:
    assert f"the name {name!r}: YAML " in rejected({name: LOBBY})


@pytest.mark.parametrize(
    "name", ["room-7", "room-1.1", "on", "2026-10-01", "v1.1", "a::b", "1e", "."]
)
def test_any_other_name_is_good(name: str) -> None:
    assert set(declared({name: LOBBY})) == {name}


def test_a_field_given_twice_in_two_spellings_is_rejected() -> None:
    video = {"width": 1280, "Width": 640}
    lobby = {**LOBBY, "record_url": "https://example.com/b", "webRecordVideoParams": video}
    message = rejected({"lobby": lobby}, {"ready_timeout": 1, "readyTimeout": 2})
    path = "web-recordings:recordings.lobby"
    assert f"{path}.recordUrl: is given more than once, as recordUrl and record_url" in message
    assert f"{path}.webRecordVideoParams.width: is given more than once" in message
    assert "web-recordings:defaults.readyTimeout: is given more than once" in message


def test_a_config_near_the_limit_of_linux_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"x": "x" * 90_000}))
    assert declared({}) == {}
    assert warnings == []
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"x": "é" * 50_000}, ensure_ascii=False))
    assert declared({}) == {}
    assert "fills 100024 of 131072 bytes" in warnings[0]


def test_no_message_shows_a_secret() -> None:
    lobby = {
        **LOBBY,
        "recordUrl": f"ftp://user:{CANARY}@example.com?token={CANARY}",
        "storageParams": {"cloudStorage": {"secretKey": CANARY, "region": ""}},
        "publishCdnParams": [{"publishCdnUrl": f"http://{CANARY}"}],
    }
    message = rejected({"lobby": lobby})
    assert "recordUrl" in message
    assert "storageParams.cloudStorage: accessKey and secretKey must be set together" in message
    assert CANARY not in message


@pytest.mark.parametrize("secret_key", ["recordings", "defaults"])
def test_the_strings_of_a_secure_key_become_secrets_but_for_the_limits_of_the_run(
    secret_key: str,
) -> None:
    plain = {"restart_policy": "always", "max_duration_limit": "3600"}
    inside = {"triggers": [{"restart_policy": CANARY}]}
    own = {"recordUrl": "https://example.com/lobby", "readyTimeout": 5}
    recordings = {"lobby": {**own, **plain, **inside}}
    defaults = {name: LOBBY[name] for name in ("sdkAppId", "storageParams")}

    def program() -> None:
        for name, arguments in declared(recordings, defaults, (secret_key,)).items():
            WebRecording(name, **arguments)

    seen = inputs_of(program)["lobby"]
    secret = secret_key == "recordings"
    assert isinstance(seen["record_url"], Secret) is secret
    bucket = seen["storage_params"]["cloud_storage"]["bucket"]
    assert isinstance(bucket, Secret) is not secret
    assert (seen["sdk_app_id"], seen["ready_timeout"]) == (1600011111, 5)
    assert {name: seen[name] for name in plain} == plain
    assert isinstance(seen["triggers"][0]["restart_policy"], Secret) is secret


def test_an_unknown_field_without_a_value_is_rejected_too() -> None:
    entry = {**LOBBY, "readyTimout": None, "storageParams": {"cloudVodd": None}}
    text = rejected({"lobby": entry}, {"maxDurationLimt": None})
    assert "recordings.lobby.readyTimout: is an unknown field; did you mean readyTimeout?" in text
    assert "recordings.lobby.storageParams.cloudVodd: is an unknown field" in text
    assert "defaults.maxDurationLimt: is an unknown field; did you mean maxDurationLimit?" in text


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("viewer", None, None),
        ("viewer", "http://a.example.com/", "http://a.example.com/"),
        ("pricePerMinute", "0.02", 0.02),
        ("pricePerMinute", "3", 3.0),
        ("pricePerMinute", "0", 0.0),
    ],
)
def test_a_single_key_is_a_url_or_a_number(key: str, text: str | None, value: object) -> None:
    config = {} if text is None else {f"web-recordings:{key}": text}
    assert read({"web-recordings:recordings": "{}", **config}, SINGLE_KEYS[key]) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *(("viewer", text) for text in ("", "example.com/a/", "ftp://example.com", "[]", "7")),
        *(("pricePerMinute", text) for text in ("", "-1", "1,5", "USD 3", "nan", "inf", "1e3")),
        ("pricePerMinute", "{}"),
    ],
)
def test_any_other_value_of_a_single_key_is_rejected(key: str, text: str) -> None:
    config = {"web-recordings:recordings": "{}", f"web-recordings:{key}": text}
    with pytest.raises(pulumi.RunError, match=f"web-recordings:{key} must be {RULES[key]}"):
        read(config, SINGLE_KEYS[key])


NINE = "2026-12-01T09:00+01:00"
LESSON = {**LOBBY, "startAt": NINE, "maxDurationLimit": 5400}


def test_a_recording_may_have_a_time_of_its_own_or_of_the_defaults() -> None:
    both = declared({"own": {"startAt": NINE}, "none": {"startAt": None}}, LESSON)
    assert [both[name].get("start_at") for name in ("own", "none")] == [NINE, None]
    assert declared({"lobby": LESSON}, {"startAt": "x"})["lobby"]["start_at"] == NINE


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-01T09:00", "2026-12-01", "09:00+01:00", "1764576000", "tomorrow", ""),
        *("2027-02-29T09:00Z", "2026-12-01T24:01Z", "2026-12-01T09:00+25:00", f"{NINE} "),
        *("0001-01-01T00:00+01:00", "9999-12-31T23:59Z", "2026-12-01T09:00 Europe/Berlin"),
    ],
)
def test_what_is_no_time_with_an_offset_is_rejected(text: str) -> None:
    rule = "must be a date and time with its offset from UTC, such as 2026-12-01T09:00+01:00"
    assert f"lobby.startAt = {text!r}: {rule}" in rejected({"lobby": {**LESSON, "startAt": text}})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"startAt": "2026-12-01 09:00:00 +0100 +0100"}, "lobby.startAt = .*: YAML has read this"),
        ({"startAt": 20261201}, "lobby.startAt = 20261201: must be a string, and is a number"),
        ({"maxDurationLimit": None}, "lobby.startAt: needs maxDurationLimit"),
        ({"restartPolicy": "always"}, "lobby.restartPolicy: must be never beside startAt"),
        ({"adoptTaskId": "task"}, "lobby.adoptTaskId: cannot be set beside startAt"),
        ({"recordId": "own"}, "lobby.recordId: cannot be set beside startAt"),
        *(
            (
                {name: NINE},
                f"lobby.{name}: is an unknown field; a recording starts at its startAt",
            )
            for name in ("startsAt", "startTime", "begin", "schedule", "cron", "endAt", "stopAt")
        ),
    ],
    ids=str,
)
def test_what_does_not_fit_a_time_says_what_does(change: dict[str, Any], said: str) -> None:
    message = rejected({"lobby": {**LESSON, **change}})
    assert re.search(said, message), message


def test_a_time_and_its_rule_are_plain_in_a_secure_key() -> None:
    lesson = {**LESSON, "restartPolicy": "never"}
    lobby = declared({"lobby": lesson}, secret_keys=("recordings",))["lobby"]
    assert (lobby["start_at"], lobby["restart_policy"]) == (NINE, "never")
