"""What is told of the files that a stack's recordings have left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from trtc_webrecord.api.credentials import Credential
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.recording.outcome import timestamp
from trtc_webrecord.recording.stored import Stored
from trtc_webrecord.recording.uploaded_files import UPLOAD, Finding, Store, find_files
from trtc_webrecord.storage.outcomes import Listing, Rejected, Unproven
from trtc_webrecord.storage.target import Target
from unit.declared import KEYS, cos, props, state, vod

NOW = 1_800_000_000.0
DENIED = Rejected("AccessDenied", "Access Denied", "request-7")
PROVIDERS = Credential("the-id", "the-key", "the-token")


class Source:
    """The provider's credentials, or none."""

    def __init__(self, credential: Credential | None) -> None:
        self._credential = credential

    def current(self) -> Credential:
        if self._credential is None:
            raise ConfigError("no credentials were found")
        return self._credential

    def refresh(self) -> None:
        """There is nothing to discard."""

    def renew(self, rejected: Credential) -> bool:
        return False


class Bucket:
    """Answers each listing; `asked` are the targets."""

    def __init__(self, *answers: Listing) -> None:
        self._answers = list(answers)
        self.asked: list[Target] = []

    def __call__(self, target: Target) -> Listing:
        self.asked.append(target)
        return self._answers[len(self.asked) - 1]

    def look(
        self, *, age: float | None = None, provider: Credential | None = PROVIDERS, **changes: Any
    ) -> Finding:
        """Look at a recording whose state was written `age` minutes ago."""
        modified = "" if age is None else f"{timestamp(NOW - age * 60)[:19]}.123456789Z"
        stored = replace(Stored.of("task-1", state(**changes)), modified=modified)
        found = find_files(self, stored, Store(None, Source(provider)), NOW)
        assert not any(secret in found.text for secret in (*KEYS, "the-id", "the-key", "the-token"))
        return found


def started(minutes: float) -> str:
    return timestamp(NOW - minutes * 60)


@pytest.mark.parametrize(
    ("recording", "over"),
    [
        ({"status": "recording", "started_at": started(24 * 60 + UPLOAD - 1)}, False),
        ({"status": "recording", "started_at": started(24 * 60 + UPLOAD)}, True),
        ({"started_at": started(60 + UPLOAD), "max_duration_limit": 3600.0}, True),
        ({"status": "recording", "age": 99}, False),
        ({"status": "ended", "age": UPLOAD - 1, "started_at": started(60)}, False),
        ({"status": "ended", "age": UPLOAD}, True),
        ({"status": "ended"}, True),
    ],
)
def test_a_file_is_missed_half_an_hour_after_the_certain_end(
    recording: dict[str, Any], over: bool
) -> None:
    told = Bucket({}).look(**recording)
    assert (told.missing, told.unknown) == (over, False)
    assert ("left no file at recordings-1250000000/task-1/" in told.text) == over
    assert not Bucket({"a.mp4": 1}).look(**recording).missing
    assert Bucket(Unproven("https://store", "no connection"), {}).look(**recording).unknown == over


def test_files_are_listed_with_their_place() -> None:
    bucket = Bucket({"a b.mp4": 7, "ü.ts": 1234567})
    told = bucket.look(storage_params=cos(file_name_prefix=["lobby", "a"]))
    first, *files = told.text.splitlines()
    assert first.endswith("): 2 files at recordings-1250000000/lobby/a/task-1/")
    assert [line.split(maxsplit=1) for line in files] == [["7", "a b.mp4"], ["1234567", "ü.ts"]]
    assert bucket.asked[0].prefix == ("lobby", "a", "task-1")


OWN = cos(access_key=KEYS[0], secret_key=KEYS[1])


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        (PROVIDERS, "1 file at"),
        (None, "AccessDenied: Access Denied (request id request-7). Allow name/cos:GetBucket on"),
    ],
)
def test_a_pair_that_may_not_read_gives_way_to_the_providers(
    provider: Credential | None, told: str
) -> None:
    bucket = Bucket(DENIED, {"a.mp4": 1})
    assert told in bucket.look(storage_params=OWN, provider=provider).text
    pairs = [(each.access_key, each.secret_key, each.token) for each in bucket.asked]
    assert pairs == [(*KEYS, ""), ("the-id", "the-key", "the-token")][: len(bucket.asked)]


@pytest.mark.parametrize(
    ("answers", "changes", "told"),
    [
        ([DENIED, {}], {"storage_params": OWN, "provider": None}, "AccessDenied"),
        ([DENIED], {}, "Allow name/cos:GetBucket on the bucket"),
        ([Rejected("NoSuchBucket", "", "")], {}, "its upload fails, too"),
        ([Rejected("X", "", "", "ap-tokyo", elsewhere=True)], {}, "than ap-singapore: ap-tokyo."),
        ([], {"provider": None}, "no credentials were found"),
        ([], {"sdk_app_id": -1}, "sdk_app_id = -1"),
    ],
)
def test_what_cannot_be_seen_of_a_recording_that_is_over_is_unknown(
    answers: list[Listing], changes: dict[str, Any], told: str
) -> None:
    found = Bucket(*answers).look(status="ended", **changes)
    assert (found.missing, found.unknown) == (False, True)
    assert told in found.text


def test_the_store_of_a_local_service_is_not_guessed() -> None:
    ended = Stored.of("task-1", state(status="ended"))
    found = find_files(Bucket(), ended, Store(None, Source(PROVIDERS), is_known=False), NOW)
    assert (found.missing, found.unknown) == (False, True)


def test_vod_and_a_start_without_an_answer_are_not_listed() -> None:
    assert "are in VOD" in Bucket().look(status="ended", storage_params=vod()).text
    unanswered = Stored.of("record-1", props(status="unknown"))
    told = find_files(Bucket(), unanswered, Store(None, Source(None)), NOW)
    assert told == Finding(
        "recording 'lobby' (RecordId record-1, TaskId not known): its `file_prefix` is "
        "known after the next `pulumi up`"
    )
