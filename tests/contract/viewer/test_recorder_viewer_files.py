"""A recording's files over HTTP: whole, by ranges, growing, and no others."""

from __future__ import annotations

import http.client
import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from contract.http_client import raw
from trtc_recorder.testing import RunningService
from viewer_fixtures import FILM, PLAYLIST, Start
from waiting import until


@pytest.fixture
def film(seed: Start) -> tuple[Path, str]:
    """FILM as a file of a recording, and its path over HTTP."""
    made = seed()
    return made.film(), made.path + "/files/recording_0.mp4"


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
        ("bytes=9-5", 200, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=0-1", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
    ],
)
def test_a_file_comes_whole_or_by_a_range(
    recorder: RunningService, film: tuple[Path, str], asked: str, status: int, part: slice
) -> None:
    asking = {"Range": asked} if asked else {}
    found, headers, body = raw(recorder, "GET", film[1], headers=asking)
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
    recorder: RunningService, film: tuple[Path, str]
) -> None:
    file, path = film
    tag = raw(recorder, "HEAD", path)[1]["ETag"]
    assert raw(recorder, "GET", path, headers={"If-None-Match": tag})[::2] == (304, b"")
    part = {"Range": "bytes=0-3", "If-Range": tag}
    assert raw(recorder, "GET", path, headers=part)[::2] == (206, FILM[:4])
    file.write_bytes(FILM * 2)
    assert raw(recorder, "GET", path, headers={"If-None-Match": tag})[::2] == (200, FILM * 2)
    assert raw(recorder, "GET", path, headers=part)[::2] == (200, FILM * 2)


def test_a_file_that_grows_while_it_is_sent_is_sent_as_it_was(
    recorder: RunningService, film: tuple[Path, str]
) -> None:
    file, path = film
    whole = os.urandom(1 << 23)
    file.write_bytes(whole)
    connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    begin = response.read(1000)
    with file.open("ab") as more:
        more.write(whole)
    assert begin + response.read() == whole
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b'{"status":"ok"}'
    connection.close()


def test_who_goes_away_in_the_middle_of_a_file_leaves_it_closed(
    recorder: RunningService, film: tuple[Path, str]
) -> None:
    file, path = film
    os.truncate(file, 1 << 28)
    for _ in range(3):
        connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
        connection.request("GET", path)
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
    recorder: RunningService, seed: Start, path: str, kind: str
) -> None:
    made = seed()
    folder, below = (
        (made.folder, path.removeprefix("files/")) if "files" in path else (made.working, path)
    )
    (folder / below).parent.mkdir(exist_ok=True)
    (folder / below).write_text(PLAYLIST)
    asked = f"{made.path}/{path}?at=1"
    status, headers, body = raw(recorder, "GET", asked, headers={"Range": "bytes=0-1"})
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
        status, _, body = raw(recorder, "GET", f"{made.path}/files/{name}")
        assert (status, b"secret" in body) == (404, False), name
    for name in ("../poster.jpg", "..%2fposter.jpg", "../recorder.log", "recorder.log"):
        assert raw(recorder, "GET", f"{made.path}/live/{name}")[0] == 404
    assert raw(recorder, "GET", "/static/..%2fviewer.py")[0] == 404
    assert raw(recorder, "GET", "/static/demo.html")[0] == 404
    assert raw(recorder, "GET", f"{made.path}/files/within.mp4")[2] == b"served"
