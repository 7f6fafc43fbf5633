"""A recording's files over HTTP: whole, by ranges, growing, and no others."""

from __future__ import annotations

import http.client
import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from contract.http_client import raw
from trtc_recorder.testing import RunningService
from viewer_fixtures import FILM, PLAYLIST, SeededRecording, Start
from waiting import until

FILE = "/files/recording_0.mp4"


@pytest.fixture
def film(seed: Start) -> SeededRecording:
    """A recording whose only file is FILM."""
    made = seed()
    made.write("files/recording_0.mp4")
    return made


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (None, 200, slice(None)),
        ("bytes=0-", 206, slice(0, None)),
        ("bytes=5-9", 206, slice(5, 10)),
        ("bytes=1000-5000", 206, slice(1000, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=-5000", 206, slice(0, None)),
        ("bytes=1024-", 416, slice(0, 0)),
    ],
)
def test_a_file_comes_whole_or_by_a_range(
    film: SeededRecording, asked: str | None, status: int, part: slice
) -> None:
    found, headers, body = film.get(FILE, {"Range": asked} if asked else {})
    assert found == status
    if status == 416:
        assert headers["Content-Range"] == "bytes */1024"
        return
    assert (headers["Content-Type"], body) == ("video/mp4", FILM[part])
    assert headers["Content-Length"] == str(len(FILM[part]))
    if status == 206:
        first, last, _ = part.indices(1024)
        assert headers["Content-Range"] == f"bytes {first}-{last - 1}/1024"


def test_a_file_that_has_not_changed_is_not_sent_again(
    recorder: RunningService, film: SeededRecording
) -> None:
    tag = raw(recorder, "HEAD", film.path + FILE)[1]["ETag"]
    known = {"If-None-Match": tag}
    part = {"Range": "bytes=0-3", "If-Range": tag}
    assert film.get(FILE, known)[::2] == (304, b"")
    assert film.get(FILE, part)[::2] == (206, FILM[:4])
    film.write("files/recording_0.mp4", FILM * 2)
    assert film.get(FILE, known)[::2] == (200, FILM * 2)
    assert film.get(FILE, part)[::2] == (200, FILM * 2)


def test_a_file_that_grows_while_it_is_sent_is_sent_as_it_was(
    recorder: RunningService, film: SeededRecording
) -> None:
    whole = os.urandom(1 << 23)
    file = film.write("files/recording_0.mp4", whole)
    connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
    connection.request("GET", film.path + FILE)
    response = connection.getresponse()
    begin = response.read(1000)
    with file.open("ab") as more:
        more.write(whole)
    assert begin + response.read() == whole
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b'{"status":"ok"}'
    connection.close()


def test_who_goes_away_in_the_middle_of_a_file_leaves_it_closed(
    recorder: RunningService, film: SeededRecording
) -> None:
    file = film.write("files/recording_0.mp4")
    os.truncate(file, 1 << 28)
    for _ in range(3):
        connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
        connection.request("GET", film.path + FILE)
        connection.getresponse().read(10)
        connection.close()
    until(lambda: file not in [fd.resolve() for fd in Path("/proc/self/fd").iterdir()], 10)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("files/vod/recording.m3u8", "application/vnd.apple.mpegurl"),
        ("files/recording_00000.ts", "video/mp2t"),
        ("live/live.m3u8", "application/vnd.apple.mpegurl"),
        ("live/init.mp4", "video/mp4"),
        ("live/live_1.m4s", "video/iso.segment"),
        ("poster.jpg", "image/jpeg"),
    ],
)
def test_each_kind_of_file_has_its_type_and_playlists_come_whole_and_fresh(
    seed: Start, path: str, kind: str
) -> None:
    made = seed()
    made.write(path, PLAYLIST)
    status, headers, body = made.get(f"/{path}?at=1", {"Range": "bytes=0-1"})
    assert headers["Content-Type"] == kind
    if "m3u8" in path:
        assert (status, body, headers["Cache-Control"]) == (200, PLAYLIST.encode(), "no-store")
    else:
        assert (status, len(body)) == (206, 2)


def test_nothing_but_the_recordings_own_media_is_served(
    recorder: RunningService, seed: Start, data: Path
) -> None:
    made, other, secret = seed(), seed(), data / "secret.mp4"
    for path in (
        secret,
        other.folder / "recording_0.mp4",
        made.working / "poster.jpg",
        made.working / "recorder.log",
        made.folder / "notes.txt",
        made.folder / "page.html",
    ):
        path.write_text("secret")
    (made.folder / "link.mp4").symlink_to(secret)
    (made.folder / "up").symlink_to(data)
    (made.folder / "folder.mp4").mkdir()
    os.mkfifo(made.folder / "pipe.mp4")
    (made.folder / "real.mp4").write_text("served")
    (made.folder / "within.mp4").symlink_to("real.mp4")
    climb = "/".join([".."] * 12)
    for name in (
        "link.mp4",
        "up/secret.mp4",
        "folder.mp4",
        "pipe.mp4",
        "notes.txt",
        "page.html",
        "",
        ".",
        f"../{other.task_id}/recording_0.mp4",
        f"%2e%2e/{other.task_id}/recording_0.mp4",
        f"..%2f{quote(other.task_id, safe='')}%2frecording_0.mp4",
        f"../../../tasks/{quote(made.task_id)}/poster.jpg",
        f"{climb}{secret}",
        f"{secret}",
        f"/{secret}",
        f"%2f{quote(str(secret), safe='')}",
        "recording_0.mp4%00.mp4",
        "a" * 5000 + ".mp4",
        "%ff.mp4",
    ):
        status, _, body = made.get(f"/files/{name}")
        assert (status, b"secret" in body) == (404, False), name
    for name in ("../poster.jpg", "..%2fposter.jpg", "../recorder.log", "recorder.log"):
        assert made.get(f"/live/{name}")[0] == 404
    assert raw(recorder, "GET", "/static/..%2fviewer.py")[0] == 404
    assert raw(recorder, "GET", "/static/demo.html")[0] == 404
    assert made.get("/files/within.mp4")[2] == b"served"
