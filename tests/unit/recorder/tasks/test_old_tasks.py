"""Old tasks do not cost: neither the API's answers, nor the viewer's list, nor the start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from recorder_tasks import live_task
from trtc_recorder import Service
from trtc_recorder.processes.page_capture import PageCapture
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.tasks.store import TaskStore
from trtc_recorder.testing import local_settings
from waiting import until

CALLS: dict[str, Callable[[TaskStore], object]] = {
    "get": lambda store: store.get("task-7"),
    "by_record_id": lambda store: store.by_record_id("record-7"),
    "count_live": lambda store: store.count_live(live_task().sdk_app_id),
    "end_due": lambda store: store.end_due(0),
    "latest": lambda store: store.latest(5),
    "count": lambda store: store.count(),
    "being_uploaded": lambda store: store.being_uploaded(),
}


def add_ended(store: TaskStore, first: int, last: int) -> None:
    with store.transaction():
        for n in range(first, last):
            ended = replace(live_task(f"task-{n}"), record_id=f"record-{n}", ended_at=1)
            store.add(ended)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TaskStore]:
    store = TaskStore(tmp_path)
    yield store
    store.close()


@pytest.mark.parametrize("call", CALLS)
def test_a_query_takes_as_many_steps_with_old_tasks_as_without(store: TaskStore, call: str) -> None:
    def steps() -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        store._database.set_progress_handler(count, 1)
        CALLS[call](store)
        store._database.set_progress_handler(None, 0)
        return counted

    add_ended(store, 0, 10)
    before = steps()
    add_ended(store, 10, 2000)
    assert steps() <= before + 20


def test_old_tasks_without_files_are_finished_by_few_threads_and_only_once(
    store: TaskStore, tmp_path: Path
) -> None:
    add_ended(store, 0, 300)
    seen = threading.active_count()
    with Service(
        local_settings(data=tmp_path), capture=PageCapture(Storage(tmp_path), 2)
    ) as service:
        assert threading.active_count() <= seen + 2
        until(lambda: all(service.files(f"task-{n}") == [] for n in range(300)))
    assert list(store.unfinished()) == []
