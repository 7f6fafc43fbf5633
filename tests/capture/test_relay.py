"""Relaying to a CDN: what arrives, what happens when it does not, and that no key gets out."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from capture.display import Folders, size
from capture.media_probe import probe
from capture.processes import below, command_lines
from capture.recording_service import CallbackReceiver, recording_command
from capture.rtmp import RtmpServer, free_port
from page_server import Site
from trtc_recorder.media import outputs, relay
from trtc_recorder.media.relay import Relay, stream_options
from trtc_recorder.media.source import Source
from trtc_recorder.tasks.events import Event, RelayState
from trtc_recorder.tasks.storage import LIVE_PLAYLIST
from trtc_webrecord.callbacks import RelayChanged, receive
from trtc_webrecord.declaration.spec import McuPublishCdnParam
from waiting import eventually, until
from waiting import server as running

CANARY = "canary-3b9f"
KEY = f"{CANARY}?txSecret={CANARY}/x&txTime=5F0F"
SOME = 3000
"""Bytes that hold a picture and sound."""


def target(url: str) -> McuPublishCdnParam:
    return McuPublishCdnParam(publish_cdn_url=url)


def states(events: list[Event]) -> list[RelayState]:
    """The states in events, without repetitions."""
    each = [event.relayed.state for event in events if event.relayed]
    return [state for n, state in enumerate(each) if each[n - 1 : n] != [state]]


@pytest.fixture
def server(tmp_path: Path) -> RtmpServer:
    folder = tmp_path / "rtmp"
    folder.mkdir()
    return RtmpServer(folder)


def test_a_stream_arrives_as_it_was_given_and_again_once_the_server_is_back(
    source: Source, server: RtmpServer, tmp_path: Path
) -> None:
    folders = Folders(tmp_path)
    events: list[Event] = []
    cdn = target(server.url(f"live/west/{KEY}"))

    def arrived(count: int) -> bool:
        return len(server.received()) == count and size(server.received()[-1]) > SOME

    async def record() -> None:
        encoder = await folders.begin(source, outputs.live(), outputs.mp4(60))
        begun_at = await encoder.first_frame()
        live = folders.working / LIVE_PLAYLIST
        relaying = asyncio.create_task(
            Relay(cdn, live, folders.runtime, folders.log, events.append).run()
        )
        with server.running():
            await eventually(lambda: arrived(1))
            listed = command_lines()
            keys = folders.runtime.glob("relay-*/*preset")
            modes = {key.stat().st_mode & 0o777 for key in keys}
        await asyncio.sleep(2)
        with server.running():
            await eventually(lambda: arrived(2))
            await eventually(lambda: states(events)[-1] == "running")
            stop_at = time.time() - begun_at
            await encoder.stop()
            stopped = time.time() - begun_at
            await asyncio.wait_for(relaying, 10)
        assert 0.95 * stop_at <= probe(folders.mp4()).seconds <= 1.05 * stopped
        assert server.url("").rstrip("/") in listed
        assert CANARY not in listed
        assert modes == {0o600}

    asyncio.run(record())
    for file in server.received():
        seen = probe(file)
        assert (seen.width, seen.height, seen.sound, seen.format) == (640, 360, True, "flv")
    assert "connect: app='live/west'" in server.log()
    query = KEY.partition("?")[2]
    assert f"publish: name='{CANARY}' args='{query}' type=live" in server.log()
    assert states(events) == [
        *("connecting", "running", "recovering", "running", "disconnecting", "idle")
    ]
    relayed = {event.relayed.url for event in events if event.relayed}
    assert relayed == {server.url(f"live/west/{KEY}")}
    log = folders.log.read_text()
    assert f"relay to {server.url('').rstrip('/')}: " in log
    assert CANARY not in log + repr(events)
    assert [*folders.runtime.glob("relay-*")] == []


PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25", "-c:v", "libx264", "-g", "25"]
HLS = ["-hls_time", "1", "-hls_flags", "omit_endlist"]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live playlist that does not go on."""
    playlist = tmp_path_factory.mktemp("live") / "live.m3u8"
    command = ["ffmpeg", "-v", "error", *PICTURE, "-t", "3", *HLS, str(playlist)]
    subprocess.run(command, check=True)
    return playlist


@pytest.fixture
def going_on(tmp_path: Path) -> Iterator[Path]:
    """A live playlist that goes on."""
    playlist = tmp_path / "going-on.m3u8"
    encode = ["ffmpeg", "-v", "error", "-re", *PICTURE, *HLS, str(playlist)]
    with running(encode, playlist.exists, tmp_path / "ffmpeg.log"):
        yield playlist


@pytest.fixture
def _brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "PAUSE", 0.1)
    monkeypatch.setattr(relay, "SILENCE", 1)


@pytest.mark.usefixtures("_brief")
def test_a_silent_server_is_given_up_and_tried_again_and_when_cancelled_nothing_is_left(
    live: Path, tmp_path: Path
) -> None:
    events: list[Event] = []

    async def hang() -> None:
        accepted: list[asyncio.StreamWriter] = []
        silent = await asyncio.start_server(lambda _, writer: accepted.append(writer), "127.0.0.1")
        url = f"rtmp://127.0.0.1:{silent.sockets[0].getsockname()[1]}/live/{KEY}"
        task = asyncio.create_task(relaying(url, live, tmp_path, events.append))
        await eventually(lambda: len(accepted) >= 2)
        assert "still or relay" in below(os.getpid()).values()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for writer in accepted:
            writer.close()
        silent.close()

    asyncio.run(hang())
    assert states(events) == ["connecting", "disconnecting", "idle"]
    assert (tmp_path / "log").read_text().endswith(": Connection timed out\n")
    assert "still or relay" not in below(os.getpid()).values()
    assert [*tmp_path.glob("relay-*")] == []


@pytest.mark.usefixtures("_brief")
def test_a_target_that_is_not_reached_in_a_minute_is_given_up(
    going_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "REPEAT", 0.4)  # in all 5 s, for one attempt at least
    events: list[Event] = []
    url = f"rtmp://127.0.0.1:{free_port()}/live/{KEY}"
    asyncio.run(asyncio.wait_for(relaying(url, going_on, tmp_path, events.append), 20))
    assert [event.relayed.state for event in events if event.relayed] == [
        *["connecting"] * 12,
        *("failed", "idle"),
    ]
    assert events[-2].message == "Connection refused"
    failed, given_up = (tmp_path / "log").read_text().splitlines()
    assert failed == f"relay to {url.partition('/live')[0]}: Connection refused"
    assert given_up.endswith(": given up")
    assert [*tmp_path.glob("relay-*")] == []


@pytest.mark.slow
@pytest.mark.usefixtures("_brief")
def test_a_target_that_does_not_come_back_in_a_minute_is_given_up(
    server: RtmpServer, going_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "REPEAT", 0.3)
    events: list[Event] = []

    async def break_off() -> None:
        url = server.url(f"live/west/{KEY}")
        task = asyncio.create_task(relaying(url, going_on, tmp_path, events.append))
        with server.running():
            await eventually(lambda: states(events)[-1:] == ["running"])
        await asyncio.wait_for(task, 20)

    asyncio.run(break_off())
    assert states(events) == ["connecting", "running", "recovering", "failed", "idle"]


async def relaying(
    url: str,
    live: Path,
    folder: Path,
    on_event: Callable[[Event], None] = lambda event: None,
) -> None:
    """Relay a playlist, with everything else in one folder."""
    await Relay(target(url), live, folder, folder / "log", on_event).run()


@pytest.mark.parametrize(
    ("url", "app", "stream"),
    [
        ("rtmp://cdn/live/key?a=b&c=d", "live", "key?a=b&c=d"),
        ("rtmp://cdn:1936/live/west/key", "live/west", "key"),
        ("rtmp://cdn/live/key?a=b/c", "live", "key?a=b/c"),
        ("rtmp://cdn/live?token=x/key", "live?token=x", "key"),
        ("rtmp://[::1]:1935/live/a%20b#c", "live", "a%20b#c"),
        ("rtmp://cdn/live", "live", ""),
        ("rtmp://cdn", "", ""),
    ],
)
def test_the_stream_is_the_last_part_of_the_path(url: str, app: str, stream: str) -> None:
    assert stream_options(url) == {"rtmp_app": app, "rtmp_playpath": stream}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"rtmp://user:{CANARY}@cdn.example/live/key", "user info"),
        (f"rtmp://cdn.example/live/{CANARY * 100}", "longer than 900 bytes"),
    ],
)
def test_what_cannot_be_kept_out_of_a_command_line_is_rejected(
    live: Path, tmp_path: Path, url: str, why: str
) -> None:
    log = tmp_path / "log"
    events: list[Event] = []
    asyncio.run(relaying(url, live, tmp_path, events.append))
    assert states(events) == ["failed", "idle"]
    assert why in events[0].message
    (line,) = log.read_text().splitlines()
    assert line.startswith("relay to rtmp://cdn.example: not possible: ")
    assert why in line
    assert CANARY not in line


def test_a_recording_that_has_ended_is_not_relayed_again(live: Path, tmp_path: Path) -> None:
    ended = tmp_path / "live.m3u8"
    ended.write_text(f"{live.read_text()}#EXT-X-ENDLIST\n")
    log = tmp_path / "log"
    asyncio.run(relaying("rtmp://127.0.0.1:1/live/key", ended, tmp_path))
    assert not log.exists()


def test_a_recordings_callbacks_tell_of_its_relays_and_its_limit_and_no_key_is_shown(
    server: RtmpServer, callbacks: CallbackReceiver, pages: Site, tmp_path: Path
) -> None:
    callback_key = "CanaryKey7f3a"
    alive, dead = server.url(f"live/west/{KEY}"), f"rtmp://127.0.0.1:{free_port()}/live/{KEY}"

    def relayed(url: str) -> list[str]:
        events = [receive(post.headers, post.body, callback_key) for post in callbacks.posts]
        changes = [each for each in events if isinstance(each, RelayChanged)]
        assert not any(CANARY in f"{each} {each!r}" for each in changes)
        return [each.state.name.lower() for each in changes if each.url.get_secret_value() == url]

    data, key = tmp_path / "data", {"TRTC_RECORDER_CALLBACK_KEY": callback_key}
    with server.running(), recording_command(data, callbacks, **key) as service:
        task_id = service.start(
            f"{pages.address}/clock",
            MaxDurationLimit=1800,
            PublishCdnParams=[{"PublishCdnUrl": url} for url in (alive, dead)],
        )
        service.await_start(task_id)
        until(lambda: "running" in relayed(alive))
        listed = command_lines()
        service.recorder.advance(1800)
        until(lambda: (310, 0) in callbacks.types(task_id))
        logs = service.log(task_id) + data.with_suffix(".log").read_text()
    once = list(dict.fromkeys(relayed(alive)))
    assert once == ["connecting", "running", "disconnecting", "idle"]
    assert relayed(dead)[:: len(relayed(dead)) - 1] == ["connecting", "idle"]
    assert "running" not in relayed(dead)
    of_the_page = [each for each in callbacks.types(task_id) if each[0] != 401]
    assert of_the_page == [(801, 1), (804, 1), (802, 1), (310, 0)]
    assert "Connection refused" in logs
    assert callback_key not in logs + listed
    assert CANARY not in logs + listed
