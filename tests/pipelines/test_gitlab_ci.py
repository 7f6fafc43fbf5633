"""The pipeline for GitLab CI, run job by job against the local service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from http_server import Handler, http_server
from pipelines.gitlab_runner import Pipeline
from pipelines.shell import PIPELINES, repository, run, with_state_in_a_folder
from pulumi_stack import Ran, Stack, live
from trtc_recorder.testing import Recorder

FILE = PIPELINES / "gitlab-ci" / ".gitlab-ci.yml"
TOKEN = "CANARY-5f1e"


@pytest.fixture
def notes() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """GitLab's API for the notes of merge request 7 in project 5: its URL, and the notes."""
    kept: list[dict[str, object]] = [{"id": 1, "body": "Looks good"}]

    class Notes(Handler):
        def _given(self) -> str:
            assert self.headers["PRIVATE-TOKEN"] == TOKEN
            return str(json.loads(self.body())["body"])

        def _answer(self, content: object) -> None:
            self.respond(json.dumps(content).encode())

        def do_GET(self) -> None:
            self._answer(kept)

        def do_POST(self) -> None:
            assert self.path == "/api/v4/projects/5/merge_requests/7/notes"
            kept.append({"id": len(kept) + 1, "body": self._given()})
            self._answer(kept[-1])

        def do_PUT(self) -> None:
            number = int(self.path.rpartition("/notes/")[2])
            kept[number - 1]["body"] = self._given()
            self._answer(kept[number - 1])

    with http_server(Notes) as port:
        yield f"http://127.0.0.1:{port}/api/v4", kept


def variables(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What GitLab's runner gives a job, too."""
    own = {"CI_API_V4_URL": url, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7"}
    return {**environment, **own, "GITLAB_TOKEN": TOKEN}


@pytest.mark.slow
def test_a_merge_request_gets_a_note_main_starts_and_the_night_finds_what_has_ended(
    tmp_path: Path, recorder: Recorder, notes: tuple[str, list[dict[str, object]]]
) -> None:
    stack = Stack(tmp_path, recorder.endpoint, name="live", provider="native")
    stack.program('recording("lobby")\nrecording("shop")')
    directory = repository(stack)
    pipeline = Pipeline(with_state_in_a_folder(FILE, stack))
    url, kept = notes

    def job(name: str, expect: int = 0) -> Ran:
        ran = pipeline.run(name, directory, variables(url, stack.environment))
        assert (ran.code != 0) == (expect != 0), ran.text
        assert TOKEN not in ran.text
        return ran

    job("preview")
    first, second = kept
    assert first["body"] == "Looks good"
    assert "+ trtc:index:WebRecording: (create)" in str(second["body"])
    assert recorder.tasks() == []

    job("up")
    assert len(live(recorder)) == 2
    recorder.advance(60)  # past the time in which a young task may not show
    assert "trtc:storageEndpoint is not set" in job("ended").text

    recorder.end(stack.task_ids()["shop"])
    assert "shop   ended early: ended by itself  before" in job("ended", expect=1).text


@pytest.mark.slow
def test_a_preview_that_fails_fails_the_job_and_writes_no_note(
    tmp_path: Path, recorder: Recorder, notes: tuple[str, list[dict[str, object]]]
) -> None:
    stack = Stack(tmp_path, recorder.endpoint, name="live")
    stack.program('recording("lobby", max_duration_limit=60)')
    directory = repository(stack)
    pipeline = Pipeline(with_state_in_a_folder(FILE, stack))
    given = variables(notes[0], stack.environment)
    assert pipeline.run("preview", directory, given).code != 0
    assert [note["body"] for note in notes[1]] == ["Looks good"]


def test_a_second_preview_writes_over_the_note_of_the_first(
    tmp_path: Path, notes: tuple[str, list[dict[str, object]]]
) -> None:
    given = variables(notes[0], {"PATH": "/usr/bin:/bin"})
    for shown in ("first", "second"):
        ran = run(f"echo {shown} | python3 {PIPELINES}/ci/comment.py", tmp_path, given)
        assert ran.code == 0, ran.text
    _, note = notes[1]
    assert "second" in str(note["body"])
    assert "first" not in str(note["body"])
