"""Buckets, regions and storage keys that cannot be, and the likely right ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.declaration.declaration import Declaration, validation_errors
from trtc_webrecord.declaration.storage_rules import REGIONS
from unit.declared import cos, props, vod

COS_AT = "storage_params.cloud_storage"
VOD_AT = "storage_params.cloud_vod.tencent_vod"
CANARY = "canary5f1e"
BUCKET = "lessons-1250000000"
IN_FOLDER = f"{BUCKET!r}, with the folders in file_name_prefix"
NO_APPID = "'lessons-APPID', with the APPID of the bucket's account"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def faults(storage: dict[str, Any]) -> list[str]:
    return validation_errors(props(storage_params=storage))


def likely(fault: str) -> str | None:
    """What a message suggests."""
    found = re.search(r"; did you mean (.*)\?$", fault)
    return found[1] if found else None


COS_HOST = "cos.ap-singapore.myqcloud.com"
SUGGESTED: dict[str | None, list[str]] = {
    NO_APPID: ["lessons", "Lessons"],
    NO_APPID.replace("APPID'", "2026-APPID'"): ["lessons-2026"],
    NO_APPID.replace("APPID'", "202611-APPID'"): ["lessons-202611"],
    None: [
        *("lessons-100022975249", f"{BUCKET},shop-1250000000", "1250000000", "ap-singapore"),
        *("lessons-१२५०००००००", "урок-1250000000", "<bucket>"),
    ],
    repr(BUCKET): [
        *("Lessons-1250000000", "LESSONS-1250000000", "lessons_1250000000", "1250000000-lessons"),
        *("lessons -1250000000", "lessons--1250000000", "lessons1250000000", f"cos://{BUCKET}"),
        *(f"s3://{BUCKET}/", f"{BUCKET}.{COS_HOST}", f"https://{BUCKET}.{COS_HOST}/"),
        *(f"https://{COS_HOST}/{BUCKET}", f"{BUCKET}.{COS_HOST.replace('cos', 'cos-website', 1)}"),
        f"qcs::cos:ap-singapore:uid/1250000000:{BUCKET}/*",
    ],
    IN_FOLDER: [
        *(f"{BUCKET}/lobby", f"{BUCKET}/lobby/monday/", f"cos://{BUCKET}/lobby"),
        f"https://{BUCKET}.{COS_HOST}/lobby",
    ],
}
BUCKETS = {bucket: likely for likely, buckets in SUGGESTED.items() for bucket in buckets}
"""Names that no bucket has, and what is suggested instead."""


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_that_cannot_be_is_rejected_with_the_likely_right_one(bucket: str) -> None:
    (fault,) = faults(cos(bucket=bucket))
    rule = "must be the bucket's full name, name-APPID in lower-case letters, digits and hyphens"
    assert fault.startswith(f"{COS_AT}.bucket = {bucket!r}: {rule}, such as lessons-1250000000")
    assert likely(fault) == BUCKETS[bucket]


@given(st.text(f"{ALPHABET}AB-_./: ", max_size=30))
def test_whatever_name_is_suggested_is_a_bucket(bucket: str) -> None:
    for fault in faults(cos(bucket=bucket)):
        if suggested := likely(fault):
            name = suggested.split("'")[1].replace("APPID", "1250000000")
            assert faults(cos(bucket=name)) == []


SLIPS = ["{} ", " {}", "{}\n", "{}\t", "{}\u00a0", "{}\u200b", "{}/", "/{}", "-{}"]


@given(st.sampled_from(REGIONS), st.sampled_from([*SLIPS, "{}.", "cos.{}", "<{}>", "_{}"]))
def test_a_name_with_a_slip_is_rejected_with_the_name(region: str, slip: str) -> None:
    (fault,) = faults(cos(region=slip.format(region)))
    assert likely(fault) == repr(region)
    if slip in SLIPS:
        (fault,) = faults(cos(bucket=slip.format(BUCKET)))
        assert likely(fault) == repr(BUCKET)


@pytest.mark.parametrize("name", ["bucket", "region"])
def test_what_authenticates_a_pasted_url_is_not_shown(name: str) -> None:
    host = f"u:{CANARY}@{BUCKET}.cos.ap-tokyo.myqcloud.com"
    (fault,) = faults(cos(**{name: f"https://{host}/lobby.mp4?q-signature={CANARY}"}))
    assert f"{name} = 'https://{BUCKET}.cos.ap-tokyo.myqcloud.com/lobby.mp4?…': must" in fault
    assert CANARY not in fault


GOOD_BUCKETS = st.builds(
    lambda first, middle, last, app_id: f"{first}{middle}{last}-{app_id}",
    st.sampled_from(ALPHABET),
    st.text(f"{ALPHABET}-", max_size=20),
    st.sampled_from(ALPHABET),
    st.integers(1_000_000, 9_999_999_999),
)


@given(GOOD_BUCKETS)
def test_a_full_name_is_a_bucket(bucket: str) -> None:
    assert faults(cos(bucket=bucket)) == []


@pytest.mark.parametrize(
    "bucket",
    [
        *("examplebucket-1-1250000000", "mybucket123-1250000000", "1-newproject-1250000000"),
        *("webrecord-1234589", "a-1250000000", "123456789012345678901-1250000000"),
    ],
)
def test_the_vendors_own_samples_are_buckets(bucket: str) -> None:
    assert faults(cos(bucket=bucket)) == []


@given(GOOD_BUCKETS, st.sampled_from("ABZ_.:/@%?#\\ \t\n\r\u00a0\u200bé大"), st.data())
def test_any_other_character_is_not_in_a_bucket(bucket: str, wrong: str, data: Any) -> None:
    at = data.draw(st.integers(0, len(bucket)))
    (fault,) = faults(cos(bucket=f"{bucket[:at]}{wrong}{bucket[at:]}"))
    assert fault.startswith(f"{COS_AT}.bucket = ")


REGION_SLIPS: dict[str, str | None] = {
    "singapore": "ap-singapore",
    "Singapore": "ap-singapore",
    "AP-Singapore": "ap-singapore",
    "ap_singapore": "ap-singapore",
    "ap singapore": "ap-singapore",
    "apsingapore": "ap-singapore",
    "cos.ap-singapore.myqcloud.com": "ap-singapore",
    "https://singapore-1250000000.cos.ap-tokyo.myqcloud.com": "ap-tokyo",
    "Asia Pacific (Singapore)": "ap-singapore",
    "Hong Kong": "ap-hongkong",
    "Silicon Valley": "na-siliconvalley",
    "beijing-1": "ap-beijing-1",
    "beijing": "ap-beijing",
    "AP-Somewhere": "ap-somewhere",
    "singapore, tokyo": None,
    "ap": None,
    "ap-": None,
    "sg": None,
    BUCKET: None,
    "新加坡": None,
}


@pytest.mark.parametrize("region", REGION_SLIPS)
def test_a_region_that_cannot_be_is_rejected_with_the_likely_right_one(region: str) -> None:
    suggested = REGION_SLIPS[region]
    for at, storage in {
        f"{COS_AT}.region": cos(region=region),
        f"{VOD_AT}.storage_region": vod(storage_region=region),
    }.items():
        (fault,) = faults(storage)
        assert fault.startswith(f"{at} = {region!r}: must be a region such as ap-singapore")
        assert likely(fault) == (suggested and repr(suggested))


def test_an_empty_region_of_vod_is_rejected() -> None:
    (fault,) = faults(vod(storage_region=""))
    assert fault == f"{VOD_AT}.storage_region = '': must be a region such as ap-singapore"


@pytest.mark.parametrize("region", [*REGIONS, "me-saudi-arabia", "ap-beijing-7", "us-east-1"])
def test_a_region_of_the_form_is_one_whether_it_is_known_or_not(region: str) -> None:
    assert faults(cos(region=region)) == []
    assert faults(vod(storage_region=region)) == []


def test_the_rule_holds_for_no_other_vendor_since_there_is_none() -> None:
    (fault,) = faults(cos(vendor=1))
    assert fault.startswith(f"{COS_AT}.vendor = 1: must be 0 (Tencent COS)")


KEYS = {
    f"{CANARY} ": "ends with a blank",
    f" {CANARY}": "begins with a blank",
    f"{CANARY}\n": "ends with a line break",
    f"{CANARY}\r\n": "ends with a line break",
    f"\t{CANARY}": "begins with a tab",
    f"{CANARY}\u00a0": "ends with a blank",
    f"{CANARY}\u200b": "ends with an invalid character",
    f"\ufeff{CANARY}": "begins with an invalid character",
    f"{CANARY} {CANARY}": "contains a blank",
    f"{CANARY}\u200b{CANARY}": "contains an invalid character",
    f"'{CANARY}'": "begins with a quotation mark",
    f'{CANARY}"': "ends with a quotation mark",
}


@pytest.mark.parametrize("name", ["access_key", "secret_key"])
@pytest.mark.parametrize("key", KEYS)
def test_a_storage_key_with_more_than_itself_is_rejected_and_not_shown(name: str, key: str) -> None:
    (fault,) = faults(cos(**{"access_key": "id", "secret_key": "key", name: key}))
    assert fault == f"{COS_AT}.{name} = [secret]: {KEYS[key]}: set the key again without it"
    assert CANARY not in fault


def test_a_state_may_have_what_a_new_declaration_may_not() -> None:
    storage = cos(bucket="lessons", region="singapore", access_key="a ", secret_key="b\n")
    assert len(faults(storage)) == 4
    stored = Declaration.from_state(props(storage_params=storage))
    assert stored.file_prefix("task-1") == "lessons/task-1/"
    assert stored.storage_keys() == ("a ", "b\n")
