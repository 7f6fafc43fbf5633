"""What the service really sends of real recordings, and what a receiver makes of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from callback_example import Example, Tee, running_example
from capture.pages import Pages, served_pages
from capture.rtmp import RtmpServer, free_port
from capture.studio import start_body
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722.trtc_client import TrtcClient
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder, running_command
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Event, RelayChanged
from unit.callback_bodies import headers, page
from waiting import until
from webhook import Webhook

CALLBACK_KEY = "CanaryKey7f3a"
STREAM = "canary-stream-7f3a"
CANARIES = (CALLBACK_KEY, STREAM)
SMALL = {"Width": 640, "Height": 360, "Format": "mp4"}


@dataclass(frozen=True)
class Lives:
    """Three recordings: one that is ended by its limit, one that is relayed and stopped, one whose
    page cannot be opened.
    """

    limited: str
    relayed: str
    refused: str
    url: str
    tee: Tee
    team: list[str]
    after_replay: list[str]
    began: subprocess.CompletedProcess[str]
    failed: subprocess.CompletedProcess[str]
    shown: str


def client_of(recorder: Recorder) -> TrtcClient:
    endpoint = recorder.endpoint.partition("://")[2]
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=endpoint))
    return TrtcClient(Credential(SECRET_ID, SECRET_KEY), "ap-singapore", profile)


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    folder = tmp_path_factory.mktemp("lives")
    server, tee = RtmpServer(tmp_path_factory.mktemp("rtmp")), Tee()
    with (
        served_pages() as pages,
        Webhook() as team,
        tee,
        running_example(folder, team.url, CALLBACK_KEY) as example,
        server.running(),
    ):
        tee.receiver = example.url
        options = ["--data", str(folder / "data"), "--visible-after", "0", "--capture", "on"]
        environment = {
            "TRTC_RECORDER_CALLBACK_URL": tee.url,
            "TRTC_RECORDER_CALLBACK_KEY": CALLBACK_KEY,
        }
        with running_command(folder / "recorder.log", *options, **environment) as recorder:
            yield lived(recorder, server, pages, tee, team, example, folder)


def lived(
    recorder: Recorder,
    server: RtmpServer,
    pages: Pages,
    tee: Tee,
    team: Webhook,
    example: Example,
    folder: Path,
) -> Lives:
    client = client_of(recorder)

    def start(url: str, **changes: object) -> str:
        body = start_body(url, WebRecordVideoParams=SMALL, **changes)
        return str(client.call_json("StartWebRecord", body)["Response"]["TaskId"])

    def has(task_id: str, kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in events_of(tee, task_id))

    url = server.url(f"live/west/{STREAM}?txSecret={STREAM}")
    refused = start(f"http://127.0.0.1:{free_port()}/")
    limited = start(f"{pages.address}/clock", MaxDurationLimit=1800)
    relayed = start(
        f"{pages.address}/clock", MaxDurationLimit=7200, PublishCdnParams=[{"PublishCdnUrl": url}]
    )
    began, failed = example.wait(one=limited, two=relayed), example.wait(three=refused)
    until(lambda: "running" in states(events_of(tee, relayed)))
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True)
    recorder.advance(1800)
    until(lambda: has(limited, callbacks.Uploaded))
    recorder.advance(-1800)
    client.call_json("StopWebRecord", {"TaskId": relayed})
    until(lambda: has(relayed, callbacks.Uploaded))
    said = [post.message["text"] for post in team.await_posts(5)]
    for post in list(reversed(tee.posts)):
        tee.pass_on(post)
    last = page(804, 1, "Over time limit")
    requests.post(tee.receiver + "/callbacks", last, headers=headers(last, CALLBACK_KEY), timeout=9)
    after_replay = [post.message["text"] for post in team.await_posts(6)]
    logs = [path.read_text(errors="replace") for path in folder.rglob("*.log")]
    shown = [*logs, *said, listed.stdout, began.stdout, began.stderr, failed.stdout, failed.stderr]
    return Lives(
        limited,
        relayed,
        refused,
        url,
        tee,
        said,
        after_replay,
        began,
        failed,
        "\n".join(shown),
    )


def events_of(tee: Tee, task_id: str) -> list[Event]:
    events = [callbacks.receive(post.headers, post.body, CALLBACK_KEY) for post in tee.posts]
    return [event for event in events if event.task_id == task_id]


def names(events: list[Event]) -> list[str]:
    """The kinds of events but those of relays, oldest first."""
    return [type(event).__name__ for event in events if not isinstance(event, RelayChanged)]


def states(events: list[Event]) -> list[str]:
    return [event.state.name.lower() for event in events if isinstance(event, RelayChanged)]


def test_a_page_that_does_not_open_is_told_with_its_reason(lives: Lives) -> None:
    events = events_of(lives.tee, lives.refused)
    assert names(events) == ["PageNotOpened", "Ended"]
    assert events[0].reason.startswith("Goto url timeout: net::ERR_CONNECTION_REFUSED")


def test_a_limit_is_told_before_the_end_and_the_files(lives: Lives) -> None:
    events = events_of(lives.tee, lives.limited)
    assert names(events) == ["Started", "LimitReached", "Ended", "Uploaded"]
    uploaded = events[-1]
    assert isinstance(uploaded, callbacks.Uploaded)
    assert [file.name for file in uploaded.files] == ["recording_0.mp4"]


def test_a_relay_is_told_from_its_begin_to_its_end(lives: Lives) -> None:
    events = events_of(lives.tee, lives.relayed)
    assert names(events) == ["Started", "Ended", "Uploaded"]
    once = list(dict.fromkeys(states(events)))
    assert once == ["connecting", "running", "disconnecting", "idle"]
    relays = [event for event in events if isinstance(event, RelayChanged)]
    assert {event.url.get_secret_value() for event in relays} == {lives.url}


def test_every_event_names_its_app_and_was_sent_after_it_happened(lives: Lives) -> None:
    for task_id in (lives.limited, lives.relayed, lives.refused):
        events = events_of(lives.tee, task_id)
        assert {event.sdk_app_id for event in events} == {1600011111}
        assert all(event.happened_at <= event.sent_at for event in events)
        assert len({event.id for event in events}) == len(events)


def test_the_pipeline_goes_on_or_fails(lives: Lives) -> None:
    assert lives.began.returncode == 0
    assert lives.began.stdout == "one: Started: Success\ntwo: Started: Success\n"
    assert lives.failed.returncode == 1
    assert lives.failed.stdout.startswith("three: PageNotOpened: Goto url timeout: ")


def test_the_team_is_told_what_ended_and_why_once(lives: Lives) -> None:
    reason = events_of(lives.tee, lives.refused)[0].reason
    assert sorted(lives.team) == sorted(
        [
            f"{lives.refused}: PageNotOpened: {reason}",
            f"{lives.refused}: Ended: Success",
            f"{lives.limited}: LimitReached: Over time limit",
            f"{lives.limited}: Ended: Success",
            f"{lives.relayed}: Ended: Success",
        ]
    )
    assert lives.after_replay == [*lives.team, "task-1: LimitReached: Over time limit"]


def test_neither_key_is_in_a_log_a_message_a_command_line_or_a_representation(
    lives: Lives,
) -> None:
    events = [
        event
        for task_id in (lives.limited, lives.relayed, lives.refused)
        for event in events_of(lives.tee, task_id)
    ]
    assert "relay to rtmp://127.0.0.1" in lives.shown
    assert "/callbacks" in lives.shown
    shown = "\n".join([lives.shown, *map(str, events), *map(repr, events)])
    assert [canary for canary in CANARIES if canary in shown] == []
    assert STREAM in "".join(post.body.decode() for post in lives.tee.posts)
