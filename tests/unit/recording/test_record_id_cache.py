"""What runs on one machine tell the later ones about used RecordIds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from trtc_webrecord.recording import record_id_cache
from trtc_webrecord.recording.record_id_cache import RecordIdCache

ENDPOINT = "https://trtc.example.com"


def on_day(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setattr(record_id_cache, "_today", lambda: date(2026, 11, day))


@pytest.mark.parametrize(
    ("folder", "endpoint", "known"),
    [("new", ENDPOINT, True), ("new", "https://other.example.com", False), (None, ENDPOINT, False)],
)
def test_a_used_record_id_is_known_to_later_runs_with_this_folder_and_endpoint(
    tmp_path: Path, folder: str | None, endpoint: str, known: bool
) -> None:
    path = tmp_path / folder if folder else None
    run = RecordIdCache(path, ENDPOINT)
    run.add_used("lobby-1")
    later = RecordIdCache(path, endpoint)
    assert run.is_used("lobby-1")
    assert later.is_used("lobby-1") is known
    assert not later.is_used("lobby-2")


def test_a_stopped_one_counts_once_the_service_is_seen_not_to_reuse_them(tmp_path: Path) -> None:
    run = RecordIdCache(tmp_path, ENDPOINT)
    run.add_stopped("lobby-1")
    run.add_stopped("shop-1")
    run.add_used("never-had-a-task")
    assert not run.is_used("lobby-1")
    run.add_used("lobby-1")
    assert run.is_used("shop-1")
    assert RecordIdCache(tmp_path, ENDPOINT).is_used("shop-1")


def test_it_is_removed_after_two_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, 24)
    RecordIdCache(tmp_path, ENDPOINT).add_used("lobby-1")
    on_day(monkeypatch, 25)
    assert RecordIdCache(tmp_path, ENDPOINT).is_used("lobby-1")
    on_day(monkeypatch, 26)
    assert not RecordIdCache(tmp_path, ENDPOINT).is_used("lobby-1")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_or_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = RecordIdCache(tmp_path / "file", ENDPOINT)
    run.add_used("lobby-1")
    assert run.is_used("lobby-1")


def test_a_torn_or_foreign_line_is_ignored(tmp_path: Path) -> None:
    RecordIdCache(tmp_path, ENDPOINT).add_used("lobby-1")
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b"\xff\xfe what\nused\nus")
    assert RecordIdCache(tmp_path, ENDPOINT).is_used("lobby-1")
