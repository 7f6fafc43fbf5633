"""What stands at a place of a bucket, as a store that verifies signatures lists it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from object_store import BUCKET, PAGE, READ_ONLY, WRITE_ONLY, ObjectStore
from trtc_webrecord.storage.listing import list_files
from trtc_webrecord.storage.outcomes import Listing, Rejected, Unproven
from trtc_webrecord.storage.request import new_session
from trtc_webrecord.storage.target import Target

NAMES = ["a b.mp4", "a+b&<'\">.mp4", "%41~*().ts", "ü/讲课 😀.m3u8", *map(str, range(2 * PAGE))]


def listed(target: Target) -> Listing:
    with new_session() as session:
        return list_files(session, target)


def test_every_file_of_every_page_is_listed_and_nothing_beside_it(
    store: ObjectStore, target: Callable[..., Target]
) -> None:
    for key in ("lobby/", "lobby/t/", "lobby/t/ü/", "lobby/t2/x", "t/x"):
        store.client().put_object(Bucket=BUCKET, Key=key, Body=b"")
    for size, name in enumerate(NAMES):
        store.client().put_object(Bucket=BUCKET, Key=f"lobby/t/{name}", Body=b"x" * size)
    reader = target(prefix=("lobby", "t"), **READ_ONLY._asdict())
    assert listed(reader) == {name: size for size, name in enumerate(NAMES)}
    assert listed(target(prefix=("none",), **READ_ONLY._asdict())) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (WRITE_ONLY._asdict(), "AccessDenied"),
        ({**READ_ONLY._asdict(), "bucket": "none-1250000000"}, "NoSuchBucket"),
    ],
)
def test_a_rejection_has_the_stores_code(
    target: Callable[..., Target], changes: dict[str, str], code: str
) -> None:
    rejected = listed(target(**changes))
    assert isinstance(rejected, Rejected)
    assert rejected.code == code


def test_a_store_that_is_not_there_shows_nothing(target: Callable[..., Target]) -> None:
    nowhere = target(endpoint="http://127.0.0.1:1")
    assert listed(nowhere) == Unproven(nowhere.address, "NewConnectionError")
