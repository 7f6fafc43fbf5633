"""What the service really sends of real recordings, and what a receiver makes of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from callback_example import Example, Tee, running_example
from capture.processes import command_lines
from capture.recording_service import SMALL, start_body
from capture.rtmp import RtmpServer, free_port
from official_client import official_client
from page_server import Site
from trtc_recorder.testing import Recorder, running_command
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Event, RelayChanged
from unit.callback_bodies import headers, page
from waiting import until
from webhook import Webhook

CALLBACK_KEY = "CanaryKey7f3a"
STREAM = "canary-stream-7f3a"
CANARIES = (CALLBACK_KEY, STREAM)


@dataclass(frozen=True)
class Outcome:
    """Three recordings: one that is ended by its limit, one that is relayed and stopped, one whose
    page cannot be opened.
    """

    limited: str
    relayed: str
    failed: str
    url: str
    tee: Tee
    team: list[str]
    after_replay: list[str]
    began: subprocess.CompletedProcess[str]
    not_begun: subprocess.CompletedProcess[str]
    shown: str

    def events(self, *task_ids: str) -> list[Event]:
        """What the receiver makes of the callbacks of these tasks."""
        return [event for task_id in task_ids for event in events_of(self.tee, task_id)]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, pages: Site) -> Outcome:
    folder = tmp_path_factory.mktemp("callbacks")
    server, tee = RtmpServer(tmp_path_factory.mktemp("rtmp")), Tee()
    with (
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
            return record(recorder, server, pages, tee, team, example, folder)


def record(
    recorder: Recorder,
    server: RtmpServer,
    pages: Site,
    tee: Tee,
    team: Webhook,
    example: Example,
    folder: Path,
) -> Outcome:
    client = official_client(recorder)

    def start(url: str, **changes: object) -> str:
        body = start_body(url, WebRecordVideoParams=SMALL, **changes)
        return str(client.call_json("StartWebRecord", body)["Response"]["TaskId"])

    def has(task_id: str, kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in events_of(tee, task_id))

    url = server.url(f"live/west/{STREAM}?txSecret={STREAM}")
    failed = start(f"http://127.0.0.1:{free_port()}/")
    limited = start(f"{pages.address}/clock", MaxDurationLimit=1800)
    relayed = start(
        f"{pages.address}/clock", MaxDurationLimit=7200, PublishCdnParams=[{"PublishCdnUrl": url}]
    )
    began, not_begun = example.wait(one=limited, two=relayed), example.wait(three=failed)
    until(lambda: "running" in states(events_of(tee, relayed)))
    listed = command_lines()
    recorder.advance(1800)
    until(lambda: has(limited, callbacks.Uploaded))
    recorder.advance(-1800)
    client.call_json("StopWebRecord", {"TaskId": relayed})
    until(lambda: has(relayed, callbacks.Uploaded))
    posted = [post.message["text"] for post in team.await_posts(5)]
    for post in list(reversed(tee.posts)):
        tee.pass_on(post)
    last = page(804, 1, "Over time limit")
    requests.post(tee.receiver + "/callbacks", last, headers=headers(last, CALLBACK_KEY), timeout=9)
    after_replay = [post.message["text"] for post in team.await_posts(6)]
    logs = [path.read_text(errors="replace") for path in folder.rglob("*.log")]
    output = [each for ran in (began, not_begun) for each in (ran.stdout, ran.stderr)]
    shown = "\n".join([*logs, *posted, listed, *output])
    return Outcome(
        limited, relayed, failed, url, tee, posted, after_replay, began, not_begun, shown
    )


def events_of(tee: Tee, task_id: str) -> list[Event]:
    events = [callbacks.receive(post.headers, post.body, CALLBACK_KEY) for post in tee.posts]
    return [event for event in events if event.task_id == task_id]


def names(events: list[Event]) -> list[str]:
    """The kinds of events but those of relays, oldest first."""
    return [type(event).__name__ for event in events if not isinstance(event, RelayChanged)]


def states(events: list[Event]) -> list[str]:
    return [event.state.name.lower() for event in events if isinstance(event, RelayChanged)]


def test_the_events_of_a_page_that_does_not_open_have_the_reason(outcome: Outcome) -> None:
    events = outcome.events(outcome.failed)
    assert names(events) == ["PageNotOpened", "Ended"]
    assert events[0].reason.startswith("Goto url timeout: net::ERR_CONNECTION_REFUSED")


def test_the_event_of_a_limit_comes_before_the_end_and_the_files(outcome: Outcome) -> None:
    events = outcome.events(outcome.limited)
    assert names(events) == ["Started", "LimitReached", "Ended", "Uploaded"]
    uploaded = events[-1]
    assert isinstance(uploaded, callbacks.Uploaded)
    assert [file.name for file in uploaded.files] == ["recording_0.mp4"]


def test_every_state_of_a_relay_is_an_event(outcome: Outcome) -> None:
    events = outcome.events(outcome.relayed)
    assert names(events) == ["Started", "Ended", "Uploaded"]
    once = list(dict.fromkeys(states(events)))
    assert once == ["connecting", "running", "disconnecting", "idle"]
    relays = [event for event in events if isinstance(event, RelayChanged)]
    assert {event.url.get_secret_value() for event in relays} == {outcome.url}


def test_every_event_names_its_app_and_was_sent_after_it_happened(outcome: Outcome) -> None:
    for task_id in (outcome.limited, outcome.relayed, outcome.failed):
        events = outcome.events(task_id)
        assert {event.sdk_app_id for event in events} == {1600011111}
        assert all(event.happened_at <= event.sent_at for event in events)
        assert len({event.id for event in events}) == len(events)


def test_the_pipeline_goes_on_or_fails(outcome: Outcome) -> None:
    assert outcome.began.returncode == 0
    assert outcome.began.stdout == "one: Started: Success\ntwo: Started: Success\n"
    assert outcome.not_begun.returncode == 1
    assert outcome.not_begun.stdout.startswith("three: PageNotOpened: Goto url timeout: ")


def test_the_team_gets_one_message_for_each_end(outcome: Outcome) -> None:
    reason = outcome.events(outcome.failed)[0].reason
    assert sorted(outcome.team) == sorted(
        [
            f"{outcome.failed}: PageNotOpened: {reason}",
            f"{outcome.failed}: Ended: Success",
            f"{outcome.limited}: LimitReached: Over time limit",
            f"{outcome.limited}: Ended: Success",
            f"{outcome.relayed}: Ended: Success",
        ]
    )
    assert outcome.after_replay == [*outcome.team, "task-1: LimitReached: Over time limit"]


def test_neither_key_is_in_a_log_a_message_a_command_line_or_a_representation(
    outcome: Outcome,
) -> None:
    events = outcome.events(outcome.limited, outcome.relayed, outcome.failed)
    assert "relay to rtmp://127.0.0.1" in outcome.shown
    assert "/callbacks" in outcome.shown
    shown = "\n".join([outcome.shown, *map(str, events), *map(repr, events)])
    assert [canary for canary in CANARIES if canary in shown] == []
    assert STREAM in "".join(post.body.decode() for post in outcome.tee.posts)
