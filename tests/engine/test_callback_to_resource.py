"""docs/callbacks.md: from a callback to the stack's resource, with its own code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from callback_example import Example, Tee, running_example
from pulumi_stack import Stack
from stack_program import use_the_projects_program
from trtc_recorder.testing import Recorder, local_settings, running_service
from trtc_webrecord import callbacks
from webhook import Webhook

DOCUMENT = Path(__file__).parents[2] / "docs" / "callbacks.md"
KEY = "CallbackKey1"


def documented() -> dict[str, Any]:
    """What the document's Python code defines."""
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL):
        exec(code, names)
    return names


@pytest.fixture
def team() -> Iterator[Webhook]:
    with Webhook() as team:
        yield team


@pytest.fixture
def example(tmp_path: Path, team: Webhook) -> Iterator[Example]:
    folder = tmp_path / "example"
    folder.mkdir()
    with running_example(folder, team.url, KEY) as example:
        yield example


@pytest.fixture
def webhook(example: Example) -> Iterator[Tee]:
    tee = Tee()
    tee.receiver = example.url
    with tee:
        yield tee


@pytest.fixture
def recorder(webhook: Tee) -> Iterator[Recorder]:
    settings = local_settings(visible_after=0, callback_url=webhook.url, callback_key=KEY)
    with running_service(settings) as service:
        yield service


def test_a_callback_leads_to_the_recordings_name_and_record_id(
    stack: Stack,
    recorder: Recorder,
    webhook: Tee,
    example: Example,
    team: Webhook,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = documented()
    recording_of: Callable[..., Any] = names["recording_of"]
    use_the_projects_program(stack)
    for name in ("lobby", "hall"):
        stack.config(f"recordings.{name}.recordUrl", f"https://example.com/{name}", "--path")
    stack.config("defaults.sdkAppId", "1600011111", "--path")
    stack.config("defaults.storageParams.cloudStorage.region", "ap-singapore", "--path")
    stack.config("defaults.storageParams.cloudStorage.bucket", "lessons-1250000000", "--path")
    stack.up()
    recordings = stack.run("stack", "output", "recordings", "--json", snake_case=False).text
    (example.log.parent / "recordings.json").write_text(recordings)
    hall = next(task for task in recorder.live_tasks() if task.page.endswith("hall"))
    recorder.end(hall.task_id)
    (post,) = webhook.await_posts(1)
    event = callbacks.receive(post.headers, post.body, KEY)
    assert recording_of(event, recordings) == ("hall", hall.record_id)
    assert event.task_id in stack.run("stack", "--show-ids").text
    assert not names["is_old"](event)
    assert [post.message["text"] for post in team.await_posts(1)] == ["hall: Ended: Success"]
    task_ids = json.loads(stack.run("stack", "output", "taskIds", "--json").text)
    waited = example.wait(seconds=0.1, **task_ids)
    assert waited.returncode == 1
    assert sorted(waited.stdout.splitlines()) == [
        "hall: Ended: Success",
        "lobby: no callback has come",
    ]

    assert names["on_request"](post.headers, post.body, KEY)[0] == 200
    assert capsys.readouterr().out == f"task {hall.task_id} has ended\n"
    assert names["on_request"]({}, post.body, KEY)[0] == 403


def test_every_event_and_error_is_documented() -> None:
    text = DOCUMENT.read_text()
    kinds = {
        name
        for name in callbacks.__all__
        if isinstance(getattr(callbacks, name), type)
        and issubclass(getattr(callbacks, name), (callbacks.Event, callbacks.CallbackError))
    }
    assert [name for name in sorted(kinds - {"Event"}) if f"`{name}`" not in text] == []
