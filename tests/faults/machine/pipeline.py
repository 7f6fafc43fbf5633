"""A pipeline that runs Pulumi's commands, with faults and kills during them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout, suppress
from copy import deepcopy

from faults.engine_model import Declared, Failed, Stack
from faults.in_process import Interruption, Killed, ProviderProcess, Wire
from faults.machine.ledger import Ledger
from faults.machine.mishaps import Fault, Kill, Meanwhile, Mishap
from faults.machine.pages import Recording, page_of
from trtc_webrecord.errors import WebRecordError

RETRIES = 3
"""How often a pipeline repeats its command until it succeeds, after the faults."""


class Pipeline:
    """Runs commands, and checks the invariants after each.

    Attributes: `succeeded` (the last run), `applied` (the state is what is declared), `silent`
    (nothing has changed since, so an `up` must send no request), `states` (those of successful
    runs, and the empty one).
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.succeeded = False
        self.applied = False
        self.silent = False
        self.states = [Stack()]

    def push(
        self, recording: Recording | None, amid: Sequence[Mishap] = (), silent: bool = False
    ) -> None:
        """Declare a recording, new or changed (None: the caller did), then run `up`."""
        if recording:
            self.ledger.declare(recording)
        self.silent = silent
        self.up(amid)

    def up(
        self,
        amid: Sequence[Mishap] = (),
        refresh: bool = False,
        backwards: bool = False,
        ahead: int = 0,
    ) -> None:
        """`pulumi up`: must start only what is needed and, on success, leave what is declared."""
        ledger = self.ledger
        silent = self.silent and not refresh
        startable = ledger.startable()
        before = {task.task_id: task.live for task in ledger.tasks()}

        def command(process: ProviderProcess) -> None:
            if refresh:
                ledger.stack.refresh(process)
            ledger.stack.up(process, self._program(backwards), ledger.forced)

        requests = self._run(command, amid, ahead)
        assert not (silent and requests), f"{requests} requests, though nothing has changed"
        after = ledger.tasks()
        ended = [t for t in after if not t.live and before.get(t.task_id, True)]
        by_themselves = Counter(page_of(t) for t in ended if t.end_reason != "stopped")
        started = Counter(page_of(t) for t in after if t.task_id not in before)
        unneeded = started - startable - by_themselves
        if any(isinstance(it, Meanwhile) for it in amid):
            # Two pipelines may record twice for seconds; that is a start too many for a page.
            unneeded -= Counter(set(unneeded))
        assert not unneeded, f"starts that were not needed: {unneeded}"
        self.applied = self.silent = self.succeeded
        if self.succeeded:
            ledger.all_is_well()
            if not silent:
                self.states.append(deepcopy(ledger.stack))

    def refresh(self, amid: Sequence[Mishap] = (), ahead: int = 0) -> None:
        """`pulumi refresh`."""
        self.silent = False
        self._run(self.ledger.stack.refresh, amid, ahead)

    def destroy(self, amid: Sequence[Mishap] = ()) -> None:
        """`pulumi destroy`."""
        self.applied = self.silent = False
        self.ledger.forced.clear()
        self._run(self.ledger.stack.destroy, amid)
        if self.succeeded:
            assert not self.ledger.live()
            assert not self.ledger.stack.resources

    def settle(self) -> None:
        """End the faults, repeat `up` until it succeeds; the next `up` must change nothing."""
        ledger = self.ledger
        ledger.service.switch(task_quota=0)
        if ledger.half_deleted():
            ledger.time.sleep(90)
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
        if not self.applied or not self.ledger.derivable():
            return []
        return [
            number
            for number, state in enumerate(self.states)
            if self.ledger.names_no_dead_task(state)
        ]

    def turn_to(self, state: int) -> None:
        """Replace the state by an older one."""
        self.ledger.stack = deepcopy(self.states[state])
        self.applied = self.silent = False

    def force(self, name: str) -> None:
        """Add `--replace` for a name. A task with another name's RecordId is replaced."""
        recording = self.ledger.declared[name]
        self.ledger.forced.add(name)
        if name not in self.ledger.by_own_record_id():
            self.ledger.forms[recording.page].add("by another name")

    def drop_a_refused_force(self, name: str) -> None:
        """Leave `--replace` out again, as the error of an unchanged, running recording asks for.

        With delete_before_replace it is not refused, and has to be repeated after a kill.
        """
        if not self.ledger.declared[name].delete_first:
            self.ledger.forced.discard(name)

    def _program(self, backwards: bool = False) -> list[Declared]:
        recordings = sorted(self.ledger.declared.items(), reverse=backwards)
        return [recording.declared() for _, recording in recordings]

    def _run(
        self, command: Callable[[ProviderProcess], None], amid: Iterable[Mishap], ahead: int = 0
    ) -> int:
        """Run a command with its own provider process; return the number of its requests.

        Only the provider's own errors may fail it.
        """
        ledger = self.ledger
        ledger.service.faults.clear()
        ledger.service.faults.add(*(it.rule() for it in amid if isinstance(it, Fault)))
        interruptions = [self._interruption(it) for it in amid if not isinstance(it, Fault)]
        wire = Wire(ledger.service, ledger.time, ledger.no_overlap, interruptions)
        process = ProviderProcess(wire, ledger.time, ledger.stack.state, ahead)
        self.succeeded = False
        try:
            with redirect_stdout(io.StringIO()):
                command(process)
            self.succeeded = True
        except Failed as failed:
            for reason in failed.args:
                if not isinstance(reason, WebRecordError):
                    raise reason from failed
        except Killed:
            pass
        ledger.service.faults.clear()
        ledger.pipelines_at_once = False
        return wire.requests

    def _interruption(self, mishap: Kill | Meanwhile) -> Interruption:
        if isinstance(mishap, Kill):
            return Interruption(mishap.request, mishap.moment, _kill)
        ledger = self.ledger
        by_state = mishap.with_state or not ledger.derivable()
        stack = deepcopy(ledger.stack) if by_state else Stack()

        def other_pipeline() -> None:
            ledger.pipelines_at_once = True
            wire = Wire(ledger.service, ledger.time, ledger.no_overlap)
            with suppress(Failed):
                stack.up(ProviderProcess(wire, ledger.time, stack.state), self._program())

        return Interruption(mishap.request, mishap.moment, other_pipeline)


def _kill() -> None:
    raise Killed
