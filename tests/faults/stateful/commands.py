"""A pipeline that runs Pulumi's commands, with faults and kills during them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from copy import deepcopy
from dataclasses import replace
from functools import partial

from faults.engine_model import Declared, Failed, Stack
from faults.failures import DESCRIBE
from faults.in_process import (
    Cancellation,
    InProcessTransport,
    Interruption,
    Killed,
    ProviderProcess,
)
from faults.stateful.declarations import Recording, page_of
from faults.stateful.disruptions import (
    ON_THE_WAY,
    AnotherAccount,
    BrokenWay,
    Cancel,
    ConcurrentUp,
    Disruptions,
    Failure,
    Kill,
)
from faults.stateful.model import Model
from trtc_recorder.testing import SECRET_ID
from trtc_webrecord.errors import WebRecordError

RETRIES = 3
"""How often a pipeline repeats its command until it succeeds, after the faults."""


class Pipeline:
    """Runs commands, and checks the invariants after each.

    Attributes: `succeeded` (the last run), `applied` (the state is what is declared), `unchanged`
    (nothing has changed since, so an `up` must send no request), `states` (those of successful
    runs, and the empty one).
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.succeeded = False
        self.applied = False
        self.unchanged = False
        self.states = [Stack()]

    def push(
        self, recording: Recording | None, during: Disruptions = (), unchanged: bool = False
    ) -> None:
        """Declare a recording, new or changed (None: the caller did), then run `up`."""
        if recording:
            self.model.declare(recording)
        self.unchanged = unchanged
        self.up(during)

    def up(
        self,
        during: Disruptions = (),
        refresh: bool = False,
        backwards: bool = False,
        ahead: int = 0,
    ) -> None:
        """`pulumi up`: must start only what is needed and, on success, leave what is declared."""
        model = self.model
        unchanged = self.unchanged and not refresh
        startable = model.startable()
        before = {task.task_id: task.live for task in model.tasks()}

        def command(process: ProviderProcess) -> None:
            if refresh:
                model.stack.refresh(process)
            model.stack.up(process, self._program(backwards), model.forced)

        requests = self._run(command, during, ahead)
        assert not (unchanged and requests), f"{requests} requests, though nothing has changed"
        after = model.tasks()
        ended = [t for t in after if not t.live and before.get(t.task_id, True)]
        by_themselves = Counter(page_of(t) for t in ended if t.end_reason != "stopped")
        started = Counter(page_of(t) for t in after if t.task_id not in before)
        unneeded = started - startable - by_themselves
        assert not unneeded, f"starts that were not needed: {unneeded}"
        self.applied = self.unchanged = self.succeeded
        if self.succeeded:
            model.check_agreement()
            if not unchanged:
                self.states.append(deepcopy(model.stack))

    def refresh(self, during: Disruptions = (), ahead: int = 0) -> None:
        self.unchanged = False
        self._run_reading(self.model.stack.refresh, during, ahead)

    def preview(self, during: Disruptions = ()) -> None:
        """`pulumi preview`."""
        model = self.model
        self._run_reading(
            lambda process: model.stack.preview(process, self._program(), model.forced), during
        )

    def destroy(self, during: Disruptions = ()) -> None:
        self.applied = self.unchanged = False
        self.model.forced.clear()
        self._run(self.model.stack.destroy, during)
        if self.succeeded:
            assert not self.model.live()
            assert not self.model.stack.resources

    def settle(self) -> None:
        """End the faults, repeat `up` until it succeeds; the next `up` must change nothing."""
        model = self.model
        model.service.switch(task_quota=0)
        if model.deletes_interrupted():
            model.time.sleep(90)
            self.refresh()
            assert self.succeeded
        for _ in range(RETRIES):
            self.up()
            if self.succeeded:
                break
        assert self.succeeded, "it does not settle"
        self.up()

    def older_states(self) -> list[int]:
        """The older states that the pipeline may go back to, as documented.

        A recording that was renamed or restarted needs its own state.
        """
        if not self.applied or not self.model.derivable():
            return []
        return [
            number
            for number, state in enumerate(self.states)
            if self.model.names_no_dead_task(state)
        ]

    def restore_state(self, state: int) -> None:
        self.model.stack = deepcopy(self.states[state])
        self.applied = self.unchanged = False

    def force(self, name: str) -> None:
        """Add `--replace` for a name. A task with another name's RecordId is replaced."""
        recording = self.model.declared[name]
        self.model.forced.add(name)
        if name not in self.model.by_own_record_id():
            self.model.versions[recording.page].add("by another name")

    def drop_rejected_force(self, name: str) -> None:
        """Leave `--replace` out again, as the error of an unchanged, running recording asks for.

        With delete_before_replace it is not rejected, and has to be repeated after a kill.
        """
        if not self.model.declared[name].delete_first:
            self.model.forced.discard(name)

    def _program(self, backwards: bool = False) -> list[Declared]:
        recordings = sorted(self.model.declared.items(), reverse=backwards)
        return [recording.declared() for _, recording in recordings]

    def _run_reading(
        self, command: Callable[[ProviderProcess], None], during: Disruptions, ahead: int = 0
    ) -> None:
        """Run a command that must neither start nor stop anything."""
        requests = self._run(command, during, ahead)
        assert set(requests) <= {DESCRIBE}, requests

    def _run(
        self, command: Callable[[ProviderProcess], None], during: Disruptions, ahead: int = 0
    ) -> list[str]:
        """Run a command with its own provider process; return the actions of its requests.

        Only the provider's own errors may fail it.
        """
        model = self.model
        model.service.faults.clear()
        model.service.faults.add(*(it.rule() for it in during if isinstance(it, Failure)))
        own = model.service.credentials[SECRET_ID]
        if AnotherAccount() in during:
            model.service.credentials[SECRET_ID] = replace(own, sdk_app_ids=frozenset())
        cancellation = Cancellation()
        interruptions = [
            self._interruption(it, cancellation)
            for it in during
            if not isinstance(it, Failure | AnotherAccount)
        ]
        transport = InProcessTransport(
            model.service, model.time, model.check_overlap, interruptions
        )
        process = ProviderProcess(transport, model.time, model.stack.state, ahead, cancellation)
        self.succeeded = False
        before = model.live().keys()
        try:
            with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="ascii")):
                command(process)
            self.succeeded = True
        except Failed as failed:
            for reason in failed.args:
                if not isinstance(reason, WebRecordError):
                    raise reason from failed
            left = [task for task in model.orphans() if task.task_id not in before]
            beside = any(isinstance(it, ConcurrentUp) for it in during)  # with a state of its own
            assert beside or not left, f"started, and in no state: {left}"
        except Killed:
            pass
        model.service.faults.clear()
        model.service.credentials[SECRET_ID] = own
        return transport.requests

    def _interruption(
        self, disruption: Kill | Cancel | BrokenWay | ConcurrentUp, cancellation: Cancellation
    ) -> Interruption:
        request, moment = disruption.request, disruption.moment
        if isinstance(disruption, BrokenWay):
            fail = partial(_raise, ON_THE_WAY[disruption.kind])
            return Interruption(request, moment, fail, disruption.lasting)
        if isinstance(disruption, Cancel):
            return Interruption(request, moment, cancellation.begin)
        if isinstance(disruption, Kill):
            return Interruption(request, moment, partial(_raise, Killed()))
        return Interruption(request, moment, self._other_pipeline(disruption.with_state))

    def _other_pipeline(self, with_state: bool) -> Callable[[], None]:
        model = self.model
        by_state = with_state or not model.derivable()
        stack = deepcopy(model.stack) if by_state else Stack()

        def up() -> None:
            transport = InProcessTransport(model.service, model.time, model.check_overlap)
            with suppress(Failed):
                stack.up(ProviderProcess(transport, model.time, stack.state), self._program())

        return up


def _raise(error: BaseException) -> None:
    raise error
