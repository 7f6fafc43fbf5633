"""What is declared, what the state names, what is live; and the invariants between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from faults.engine_model import Resource, Stack
from faults.in_process import Time
from faults.stateful.declarations import PAGES, Recording, page_of, record_ids
from trtc_recorder import Service, Task
from trtc_recorder.tasks.store import START_FAILED
from trtc_recorder.testing import local_settings
from trtc_webrecord.declaration.record_id import period_of

MAX_RECORD_IDS = 64
"""More RecordIds than any history uses for one declaration."""

RUN_SECONDS = 1800.0
"""Seconds that a run takes at the most."""

PENDING_RECORD_IDS = 8
"""How many RecordIds of an interrupted version the provider looks for."""


class Model:
    """One account, one stack, one program.

    Both since the last successful `up`: `versions`, the versions that each page was declared with;
    `forced`, the names that `--replace` is given for. `applied`: what that `up` applied.
    """

    def __init__(self) -> None:
        self.time = Time()
        self.service = Service(local_settings(), time=self.time.wall)
        self.stack = Stack()
        self.declared: dict[str, Recording] = {}
        self.versions: dict[str, set[str]] = {}
        self.forced: set[str] = set()
        self.applied: dict[str, Recording] = {}

    def declare(self, recording: Recording) -> None:
        """Declare a recording, or another version of it."""
        self.declared[recording.name] = recording
        self.versions.setdefault(recording.page, set()).add(f"{recording.name} {recording.version}")

    def tasks(self) -> list[Task]:
        """Every task that ever recorded, oldest first."""
        return [task for task in self.service.tasks() if task.end_reason != START_FAILED]

    def live(self) -> dict[str, Task]:
        """The tasks that record now, by TaskId."""
        return {task.task_id: task for task in self.tasks() if task.live}

    def resource(self, recording: Recording) -> Resource | None:
        return self.stack.find(recording.declared())

    def stopping(self) -> list[Task]:
        """The live tasks that have been stopped and take their time to end."""
        return [task for task in self.live().values() if task.end_reason == "stopped"]

    def orphans(self) -> list[Task]:
        """The live tasks that the state names neither by TaskId nor, unfinished, by RecordId."""
        named = {resource.id for resource in self.stack.resources}
        return [task for task in self.live().values() if not named & {task.task_id, task.record_id}]

    def free_names(self) -> list[str]:
        """The names that are neither declared, nor in the state, nor an alias."""
        return [
            name
            for name in PAGES
            if name not in self.declared
            and not self.resource(Recording(name, ""))
            and not any(name in recording.aliases for recording in self.declared.values())
        ]

    def free_page(self, name: str) -> str:
        """A page that is not declared; the name's own, if it is free."""
        taken = {recording.page for recording in self.declared.values()}
        return next(page for page in (PAGES[name], *PAGES.values()) if page not in taken)

    def running(self) -> list[str]:
        """The declared names whose resource's task is live."""
        return self._where(lambda recording, stored: stored.id in self.live())

    def editable(self) -> list[str]:
        """The declared names that may be edited in any way: none has a task that may be orphaned.

        After a create that may or may not have started its task, only the unchanged declaration
        leads to that task. Restoring an earlier version, removing or renaming the recording leaves
        the task running until its MaxDurationLimit. Nor has it one that takes longer to end than a
        stop waits: an earlier version that is put back meanwhile adopts it.
        """
        if self.time.requests_under_way or self.deletes_interrupted():
            return []
        doubtful = {page_of(task) for task in (*self.orphans(), *self.stopping())}
        return [name for name, it in self.declared.items() if it.page not in doubtful]

    def to_put_back(self) -> list[str]:
        """Those names whose declaration has been changed since the last successful `up`."""
        return [
            name
            for name in self.editable()
            if name in self.applied and self.applied[name] != self.declared[name]
        ]

    def pending_creates(self) -> list[str]:
        """The declared names whose orphans are all of pending creates in the state."""
        if self.time.requests_under_way or self.deletes_interrupted():
            return []
        doubtful: dict[str, list[Task]] = {}
        for task in self.orphans():
            doubtful.setdefault(page_of(task), []).append(task)
        return [
            name
            for name, it in self.declared.items()
            if it.page in doubtful
            and all(task.record_id in self._pending_record_ids(it) for task in doubtful[it.page])
        ]

    def deletes_interrupted(self) -> list[Recording]:
        """Declared recordings that the state still names, though a delete may have stopped them.

        An interrupted delete has to be repeated, or the stack refreshed, before the same
        declaration is restored: `up` does not check an unchanged resource's task.
        """
        tasks = {task.task_id: task for task in self.service.tasks()}
        return [
            recording
            for name, recording in self.declared.items()
            if name not in self.forced
            and (stored := self.resource(recording))
            and stored.delete_begun
            and not stored.pending_replacement
            and (
                (
                    tasks[stored.id].end_reason == "stopped"
                    and stored.outputs["status"] == "recording"
                )
                or self.time.stop_under_way(stored.id)
            )
        ]

    def derivable(self) -> bool:
        """Whether every live task that is to be kept can be found from the declarations alone.

        A renamed recording needs the state, and so does one that has ended, or will in the run.
        """
        own = self.by_own_record_id()
        over = self.service.now() + RUN_SECONDS
        return (
            not self.time.requests_under_way
            and all(task.ends_at > over for task in self.live().values())
            and not any(
                name not in own
                for name, recording in self.declared.items()
                if (stored := self.resource(recording)) and not recording.replaces(stored.outputs)
            )
        )

    def by_own_record_id(self) -> list[str]:
        """The declared names whose resource's task is live under a RecordId of its declaration."""
        live = self.live()
        return self._where(
            lambda recording, stored: (
                stored.id in live and live[stored.id].record_id in self._findable(recording)
            )
        )

    def survives_midnight(self) -> bool:
        """Whether a run of the next day finds every task that the state does not name.

        It looks up the first RecordId of the day before. A later one is found through the state.
        """
        first = {
            record_id
            for recording in self.declared.values()
            for record_id in recording.record_ids(1, self._today())
        }
        return not self.time.requests_under_way and all(
            task.record_id in first for task in self.orphans()
        )

    def all_named(self) -> bool:
        """Whether the state names all live tasks, and no request is in flight."""
        return not self.orphans() and not self.time.requests_under_way

    def names_no_dead_task(self, older: Stack) -> bool:
        """Whether an older state names the same tasks for what is declared unchanged."""
        return not any(
            old.id != stored.id
            for recording in self.declared.values()
            if (stored := self.resource(recording))
            and (old := older.find(recording.declared()))
            and not recording.replaces(old.outputs)
        )

    def startable(self) -> Counter[str]:
        """How many tasks a run may start for each page: none where this version has a live one."""
        to_delete = {it.id for it in self.stack.resources if it.delete or it.pending_replacement}
        live = {t.record_id for t in self.live().values() if t.task_id not in to_delete}
        return Counter(
            recording.page
            for name, recording in self.declared.items()
            if not live & recording.record_ids(MAX_RECORD_IDS, *self._periods())
            or (name in self.forced and recording.delete_first)
        )

    def check_overlap(self) -> None:
        """A page has at most one live task for each of its `versions`."""
        for page, tasks in Counter(map(page_of, self.live().values())).items():
            allowed = len(self.versions.get(page, ()))
            assert tasks <= allowed, f"{tasks} live tasks of page {page}"

    def check_agreement(self) -> None:
        """After a successful run: live tasks, the state and the declarations agree."""
        stored = {name: self.resource(recording) for name, recording in self.declared.items()}
        assert {r for r in stored.values() if r} == set(self.stack.resources), "state != declared"
        assert all(stored.values()), f"missing in the state: {stored}"
        live = self.live()
        named = {r.id for r in self.stack.resources if r.outputs["status"] == "recording"}
        assert not live.keys() - named, f"live but not in the state: {live.keys() - named}"
        stopped = {task.task_id for task in self.tasks() if task.end_reason == "stopped"}
        assert not named & stopped, f"in the state but stopped: {named & stopped}"
        assert not any(map(self.time.stop_under_way, named)), "a stop is in flight"
        for name, recording in self.declared.items():
            resource = stored[name]
            assert resource is not None
            if resource.id in live:
                assert recording.is_recorded_by(live[resource.id]), (
                    f"{name} does not record what is declared"
                )
        self.versions = {it.page: {f"{name} {it.version}"} for name, it in self.declared.items()}
        self.forced.clear()
        for name, recording in self.declared.items():
            self.declared[name] = replace(recording, aliases=())
        self.applied = dict(self.declared)

    def _today(self) -> int:
        return period_of(self.service.now())

    def _periods(self) -> tuple[int, int]:
        return self._today(), self._today() - 1

    def _findable(self, recording: Recording) -> frozenset[str]:
        """The RecordIds at which a run without a state finds a declaration's task."""
        today, before = self._periods()
        return recording.record_ids(MAX_RECORD_IDS, today) | recording.record_ids(1, before)

    def _where(self, holds: Callable[[Recording, Resource], bool]) -> list[str]:
        return [
            name
            for name, recording in self.declared.items()
            if (stored := self.resource(recording)) and holds(recording, stored)
        ]

    def _pending_record_ids(self, recording: Recording) -> set[str]:
        urn = self.stack.urn(recording.name)
        operations = [o for o in self.stack.operations if (o.type, o.urn) == ("creating", urn)]
        return {
            record_id
            for operation in operations
            for record_id in record_ids(operation.inputs, PENDING_RECORD_IDS, *self._periods())
        }
