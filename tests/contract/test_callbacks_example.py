"""examples/callbacks: what a team and a pipeline are told, whatever is posted."""

from __future__ import annotations

import asyncio
import json
import random
import runpy
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import requests
from callback_example import EXAMPLE, Example, running_example
from starlette.requests import Request
from trtc_webrecord.callbacks import MOST_BYTES
from unit.callback_bodies import KEY, body, headers, page
from waiting import until
from webhook import Webhook

OLD_KEY = "OldKey"
LIMIT = [page(801, 1), page(804, 1, "Over time limit"), page(802, 1)]
NOT_OPENED = [page(801, 2, "Goto url timeout"), page(802, 1)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Example, Webhook]]:
    folder = tmp_path_factory.mktemp("example")
    (folder / "task-ids.json").write_text(json.dumps({"lobby": "task-named"}))
    with Webhook() as team, running_example(folder, f"{team.url}?secret", KEY, OLD_KEY) as example:
        yield example, team


@pytest.fixture
def example(running: tuple[Example, Webhook]) -> Example:
    return running[0]


@pytest.fixture
def team(running: tuple[Example, Webhook]) -> Webhook:
    running[1].posts.clear()
    return running[1]


def post(example: Example, raw: bytes, task_id: str | None = None, key: str = KEY) -> int:
    """Post a callback, with another TaskId if there is one: the status."""
    if task_id is not None:
        message = json.loads(raw)
        message["EventInfo"]["TaskId"] = task_id
        raw = json.dumps(message).encode()
    url = f"{example.url}/callbacks"
    return requests.post(url, raw, headers=headers(raw, key), timeout=10).status_code


def told(team: Webhook, count: int) -> list[str]:
    return [each.message["text"] for each in team.await_posts(count)]


@pytest.mark.parametrize("seed", range(3))
def test_the_outcome_does_not_depend_on_order_and_repetition(
    example: Example, team: Webhook, seed: int
) -> None:
    task = f"-task+{seed}."
    posts = LIMIT * 2
    random.Random(seed).shuffle(posts)
    assert {post(example, raw, task) for raw in posts} == {200}
    assert sorted(told(team, 2)) == [
        f"{task}: Ended: Success",
        f"{task}: LimitReached: Over time limit",
    ]
    waited = example.wait(lobby=task)
    assert (waited.returncode, waited.stdout) == (1, "lobby: LimitReached: Over time limit\n")


def test_a_team_is_told_the_name_in_the_stack(example: Example, team: Webhook) -> None:
    post(example, NOT_OPENED[0], "task-named")
    assert told(team, 1) == ["lobby: PageNotOpened: Goto url timeout"]


def test_a_pipeline_goes_on_once_all_of_its_recordings_have_begun(example: Example) -> None:
    for task in ("a", "b"):
        post(example, page(801, 1), task)
    waited = example.wait(one="a", two="b")
    expected = "one: Started: Success\ntwo: Started: Success\n"
    assert (waited.returncode, waited.stdout) == (0, expected)


def test_a_pipeline_fails_where_one_page_did_not_open(example: Example) -> None:
    for raw, task in ((page(801, 1), "c"), (NOT_OPENED[1], "d"), (NOT_OPENED[0], "d")):
        post(example, raw, task)
    waited = example.wait(one="c", two="d")
    assert waited.returncode == 1
    assert waited.stdout.endswith("two: PageNotOpened: Goto url timeout\n")


def test_a_pipeline_fails_where_nothing_is_heard(example: Example) -> None:
    post(example, page(803, 1, "PageRefresh"), "e")
    waited = example.wait(seconds=0.1, lobby="e")
    assert (waited.returncode, waited.stdout) == (1, "lobby: no callback has come\n")


def test_a_pipeline_fails_without_a_receiver_and_without_a_task(tmp_path: Path) -> None:
    nobody = Example("http://127.0.0.1:1", tmp_path)
    unheard, nothing = nobody.wait(seconds=0.1, lobby="a"), nobody.wait()
    why = "lobby: the receiver does not respond: ConnectionError\n"
    assert (unheard.returncode, unheard.stdout) == (1, why)
    assert (nothing.returncode, nothing.stderr) == (1, "there is no TaskId\n")


def test_what_is_not_signed_right_or_is_no_callback_is_rejected_with_the_reason(
    example: Example, team: Webhook
) -> None:
    raw = NOT_OPENED[0]
    assert "no Sign header" in requests.post(f"{example.url}/callbacks", raw, timeout=10).text
    assert post(example, raw, key="SomeOtherKey") == 403
    assert post(example, b"{}") == 403
    assert post(example, b" " * (MOST_BYTES + 1)) == 413
    assert post(example, raw, "rotated", OLD_KEY) == 200
    assert told(team, 1) == ["rotated: PageNotOpened: Goto url timeout"]


def test_what_was_received_is_known_after_a_restart(tmp_path: Path, team: Webhook) -> None:
    for _ in range(2):
        with running_example(tmp_path, team.url, KEY) as example:
            post(example, NOT_OPENED[0])
            waited = example.wait(lobby="task-1")
            assert waited.stdout == "lobby: PageNotOpened: Goto url timeout\n"
    assert told(team, 1) == ["task-1: PageNotOpened: Goto url timeout"]


def test_what_is_not_known_is_received(example: Example) -> None:
    assert post(example, body(9, 901, {"Status": 1})) == 200


def test_a_team_that_cannot_be_told_is_told_later_and_its_url_is_not_logged(
    example: Example, team: Webhook
) -> None:
    team.script([500])
    post(example, LIMIT[1], "late")
    assert told(team, 2) == ["late: LimitReached: Over time limit"] * 2
    missed = "the team was not told 'late: LimitReached: Over time limit': HTTPError"
    until(lambda: missed in example.log.read_text())
    assert "secret" not in example.log.read_text()


class Killed(BaseException):
    pass


def killing(at: int) -> Any:
    """A trace function that ends the app when so many of its lines have run."""
    lines = count(1)

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != str(EXAMPLE / "app.py"):
            return None
        if event == "line" and next(lines) == at:
            raise Killed
        return trace

    return trace


def receive(app: dict[str, Any], raw: bytes) -> int:
    """The status that the app responds with, without a server."""

    async def body() -> dict[str, Any]:
        return {"type": "http.request", "body": raw}

    signed = [(name.lower().encode(), each.encode()) for name, each in headers(raw).items()]
    request = Request({"type": "http", "headers": signed}, body)
    return int(asyncio.run(app["receive"](request)).status_code)


def test_a_team_is_told_after_an_error_wherever_the_app_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRTC_CALLBACK_KEYS", KEY)
    for at in count(1):
        folder = tmp_path / str(at)
        folder.mkdir()
        monkeypatch.chdir(folder)
        killed, status = False, None
        with Webhook([500]) as team:
            monkeypatch.setenv("TEAM_WEBHOOK", team.url)
            for trace in (killing(at), None):
                app = runpy.run_path(str(EXAMPLE / "app.py"))
                sys.settrace(trace)
                try:
                    status = status or receive(app, LIMIT[1])  # TRTC repeats it until a 200
                    while not app["tell_pending"]():
                        pass
                except Killed:
                    killed = True
                finally:
                    sys.settrace(None)
                    app["database"].close()
        assert (status, len(team.posts) > 1) == (200, True), f"killed at line {at}"
        if not killed:
            break
    assert at > 20
