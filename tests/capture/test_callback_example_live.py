"""What the service really sends of real recordings, and what a receiver makes of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

import pytest
import requests
from callback_example import Tee, running_example
from capture.processes import command_lines
from capture.recording_service import SMALL, start_body
from capture.rtmp import RtmpServer, free_port
from official_client import official_client
from page_server import Site
from trtc_recorder.testing import running_command
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
    """Three recordings: one that is ended by its limit; one that is relayed, to a dead server too,
    and stopped; one whose page cannot be opened. `events`: what a receiver makes of each's
    callbacks.
    """

    limited: str
    relayed: str
    failed: str
    urls: list[str]
    events: dict[str, list[Event]]
    team: list[str]
    after_replay: list[str]
    began: subprocess.CompletedProcess[str]
    not_begun: subprocess.CompletedProcess[str]
    shown: str


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, pages: Site) -> Outcome:
    folder = tmp_path_factory.mktemp("callbacks")
    server, tee = RtmpServer(tmp_path_factory.mktemp("rtmp")), Tee()
    options = ["--data", str(folder / "data"), "--visible-after", "0", "--capture", "on"]
    with (
        Webhook() as team,
        tee,
        running_example(folder, team.url, CALLBACK_KEY) as example,
        server.running(),
        running_command(
            folder / "recorder.log",
            *options,
            TRTC_RECORDER_CALLBACK_URL=tee.url,
            TRTC_RECORDER_CALLBACK_KEY=CALLBACK_KEY,
        ) as recorder,
    ):
        tee.receiver = example.url
        client = official_client(recorder)

        def start(url: str, **changes: object) -> str:
            body = start_body(url, WebRecordVideoParams=SMALL, **changes)
            return str(client.call_json("StartWebRecord", body)["Response"]["TaskId"])

        def has(task_id: str, kind: type[Event]) -> bool:
            return any(isinstance(event, kind) for event in events_of(tee, task_id))

        url = server.url(f"live/west/{STREAM}?txSecret={STREAM}")
        dead = f"rtmp://127.0.0.1:{free_port()}/live/{STREAM}"
        clock, relays = f"{pages.address}/clock", [{"PublishCdnUrl": each} for each in (url, dead)]
        failed = start(f"http://127.0.0.1:{free_port()}/")
        limited = start(clock, MaxDurationLimit=1800)
        relayed = start(clock, MaxDurationLimit=7200, PublishCdnParams=relays)
        began, not_begun = example.wait(one=limited, two=relayed), example.wait(three=failed)
        until(lambda: "running" in states(events_of(tee, relayed)))
        listed = command_lines()
        recorder.advance(1800)
        until(lambda: has(limited, callbacks.Uploaded))
        recorder.advance(-1800)
        client.call_json("StopWebRecord", {"TaskId": relayed})
        until(lambda: has(relayed, callbacks.Uploaded))
        posted = [post.message["text"] for post in team.await_posts(5)]
        events = {task_id: events_of(tee, task_id) for task_id in (limited, relayed, failed)}
        for post in list(reversed(tee.posts)):
            tee.pass_on(post)
        last = page(804, 1, "Over time limit")
        signed = headers(last, CALLBACK_KEY)
        requests.post(f"{tee.receiver}/callbacks", last, headers=signed, timeout=9)
        replayed = [post.message["text"] for post in team.await_posts(6)]
        logs = [path.read_text(errors="replace") for path in folder.rglob("*.log")]
        output = [each for ran in (began, not_begun) for each in (ran.stdout, ran.stderr)]
        shown = "\n".join([*logs, *posted, listed, *output])
        return Outcome(
            limited, relayed, failed, [url, dead], events, posted, replayed, began, not_begun, shown
        )


def events_of(tee: Tee, task_id: str) -> list[Event]:
    events = [callbacks.receive(post.headers, post.body, CALLBACK_KEY) for post in tee.posts]
    return [event for event in events if event.task_id == task_id]


def states(events: list[Event]) -> list[str]:
    return [event.state.name.lower() for event in events if isinstance(event, RelayChanged)]


def test_each_recording_has_its_events_in_order(outcome: Outcome) -> None:
    for task_id, kinds in {
        outcome.failed: ["PageNotOpened", "Ended"],
        outcome.limited: ["Started", "LimitReached", "Ended", "Uploaded"],
        outcome.relayed: ["Started", "Ended", "Uploaded"],
    }.items():
        events = outcome.events[task_id]
        others = [event for event in events if not isinstance(event, RelayChanged)]
        assert [type(event).__name__ for event in others] == kinds
        assert {event.sdk_app_id for event in events} == {1600011111}
        assert all(event.happened_at <= event.sent_at for event in events)
        assert len({event.id for event in events}) == len(events)
    reason = outcome.events[outcome.failed][0].reason
    assert reason.startswith("Goto url timeout: net::ERR_CONNECTION_REFUSED")
    uploaded = outcome.events[outcome.limited][-1]
    assert isinstance(uploaded, callbacks.Uploaded)
    assert [file.name for file in uploaded.files] == ["recording_0.mp4"]


def test_every_state_of_a_relay_is_an_event(outcome: Outcome) -> None:
    alive, dead = outcome.urls
    by_url: dict[str, list[Event]] = {alive: [], dead: []}
    for event in outcome.events[outcome.relayed]:
        if isinstance(event, RelayChanged):
            by_url[event.url.get_secret_value()].append(event)
    once = list(dict.fromkeys(states(by_url[alive])))
    assert once == ["connecting", "running", "disconnecting", "idle"]
    never = states(by_url[dead])
    assert (never[0], never[-1]) == ("connecting", "idle")
    assert "running" not in never
    assert "Connection refused" in outcome.shown


def test_the_pipeline_goes_on_or_fails(outcome: Outcome) -> None:
    assert outcome.began.returncode == 0
    assert outcome.began.stdout == "one: Started: Success\ntwo: Started: Success\n"
    assert outcome.not_begun.returncode == 1
    assert outcome.not_begun.stdout.startswith("three: PageNotOpened: Goto url timeout: ")


def test_the_team_gets_one_message_for_each_end(outcome: Outcome) -> None:
    reason = outcome.events[outcome.failed][0].reason
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
    events = [event for events in outcome.events.values() for event in events]
    assert "relay to rtmp://127.0.0.1" in outcome.shown
    assert "/callbacks" in outcome.shown
    shown = "\n".join([outcome.shown, *map(str, events), *map(repr, events)])
    assert [canary for canary in CANARIES if canary in shown] == []
