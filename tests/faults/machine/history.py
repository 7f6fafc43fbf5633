"""Random histories of a stack: the state machine of what users, pipelines and failures do.

The real provider and the real service, in process, under a model of the engine. A history that
fails is printed as a script of calls of these rules, and runs unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from faults.machine.ledger import Ledger
from faults.machine.mishaps import Mishap, mishaps, mishaps_alone
from faults.machine.pages import FORMS, LOCAL, Recording
from faults.machine.pipeline import Pipeline
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from trtc_webrecord.declaration.record_id import PERIOD

amid = st.lists(mishaps, max_size=2)
amid_alone = st.lists(mishaps_alone, max_size=2)
clocks = st.sampled_from([0, 1000, -1000])


forms = st.sampled_from([*FORMS, *["as it was"] * 3])
"""The first one is frequent, so that histories return to an earlier version."""


def one_of(which: str) -> st.SearchStrategy[str]:
    """One of the names that a method of the ledger returns."""
    return st.runner().flatmap(lambda history: st.sampled_from(getattr(history.ledger, which)()))


def while_any(*which: str) -> Callable[[Any], Any]:
    """Enable a rule only while each of these methods of the ledger returns a name."""
    return precondition(lambda history: all(getattr(history.ledger, it)() for it in which))


class History(RuleBasedStateMachine):
    """One stack, its account and a pipeline."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.pipeline = Pipeline(self.ledger)
        self.fixes = 0

    def teardown(self) -> None:
        self.ledger.service.close()

    @initialize(
        names=st.sampled_from([("lobby",), ("lobby", "shop")]),
        visible_after=st.sampled_from([5, 0, 12]),
        stop_delay=st.sampled_from([0, 5, 70]),
        reusable=st.booleans(),
    )
    def begin(
        self,
        names: Sequence[str],
        visible_after: int = 5,
        stop_delay: int = 0,
        reusable: bool = False,
    ) -> None:
        self.ledger.service.switch(
            visible_after=visible_after,
            stop_delay=stop_delay,
            ended_record_ids_reusable=reusable,
        )
        for name in names:
            self.declare(name)

    @while_any("free_names")
    @precondition(lambda self: not (self.ledger.half_deleted() or self.ledger.dying()))
    @rule(name=one_of("free_names"), amid=amid)
    def declare(self, name: str, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.push(Recording(name, self.ledger.free_page(name)), amid)

    @while_any("only_documented_orphans")
    @rule(name=one_of("only_documented_orphans"), amid=amid)
    def remove(self, name: str, amid: Sequence[Mishap] = ()) -> None:
        del self.ledger.declared[name]
        self.pipeline.push(None, amid)

    @while_any("only_documented_orphans")
    @rule(name=one_of("only_documented_orphans"), form=forms, amid=amid)
    def change(self, name: str, form: str, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.push(self.ledger.declared[name].changed(form), amid)

    @while_any("to_put_back")
    @rule(name=one_of("to_put_back"), amid=amid)
    def put_back(self, name: str, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.push(self.ledger.applied[name], amid)

    @while_any("only_documented_orphans")
    @rule(name=one_of("only_documented_orphans"), how=st.sampled_from([*LOCAL]), amid=amid)
    def change_locally(self, name: str, how: str, amid: Sequence[Mishap] = ()) -> None:
        silent = self.pipeline.silent and how != "always restarted"
        self.pipeline.push(self.ledger.declared[name].changed(how), amid, silent)

    @while_any("interrupted")
    @rule(name=one_of("interrupted"), amid=amid)
    def change_what_was_interrupted(self, name: str, amid: Sequence[Mishap] = ()) -> None:
        self.fixes += 1
        changed = self.ledger.declared[name].changed(f"fix {self.fixes}")
        self.pipeline.push(changed, amid)

    @while_any("only_documented_orphans", "free_names")
    @rule(
        name=one_of("only_documented_orphans"),
        to=one_of("free_names"),
        form=st.none() | forms,
        amid=amid,
    )
    def rename(
        self, name: str, to: str, form: str | None = None, amid: Sequence[Mishap] = ()
    ) -> None:
        renamed = self.ledger.declared.pop(name).renamed(to)
        if name in self.ledger.forced:
            self.ledger.forced.remove(name)
            self.ledger.forced.add(to)
        if form:
            self.pipeline.push(renamed.changed(form), amid)
        else:
            self.pipeline.push(renamed, amid, self.pipeline.silent)

    @precondition(lambda self: not (self.pipeline.silent or self.ledger.half_deleted()))
    @rule(backwards=st.booleans(), ahead=clocks, amid=amid)
    def up(self, backwards: bool = False, ahead: int = 0, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.up(amid, False, backwards, ahead)

    @precondition(lambda self: not self.ledger.half_deleted())
    @rule(ahead=clocks, amid=amid)
    def up_with_refresh(self, ahead: int = 0, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.up(amid, refresh=True, ahead=ahead)

    @while_any("running")
    @precondition(lambda self: not self.ledger.half_deleted())
    @rule(name=one_of("running"), amid=amid)
    def up_with_replace(self, name: str, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.force(name)
        self.pipeline.push(None, amid)
        self.pipeline.drop_a_refused_force(name)

    @rule(ahead=clocks, amid=amid_alone)
    def refresh(self, ahead: int = 0, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.refresh(amid, ahead)

    @precondition(lambda self: self.ledger.all_named())
    @rule(amid=amid_alone)
    def destroy(self, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.destroy(amid)

    @rule(clear_pending_creates=st.booleans())
    def settle(self, clear_pending_creates: bool = False) -> None:
        self.pipeline.settle()
        if clear_pending_creates:
            self.ledger.stack.operations.clear()

    @precondition(lambda self: self.pipeline.older_states())
    @rule(
        state=st.runner().flatmap(lambda self: st.sampled_from(self.pipeline.older_states())),
        amid=amid,
    )
    def up_with_an_older_state(self, state: int, amid: Sequence[Mishap] = ()) -> None:
        self.pipeline.turn_to(state)
        self.pipeline.up(amid)

    @while_any("live")
    @rule(more=st.integers(0, 1))
    def room_for(self, more: int) -> None:
        self.ledger.service.switch(task_quota=len(self.ledger.live()) + more)

    @while_any("running")
    @precondition(lambda self: not self.ledger.time.requests_under_way)
    @rule(name=one_of("running"))
    def end_by_itself(self, name: str) -> None:
        """No start is on its way: one that runs after the end would start the RecordId again."""
        held = self.ledger.held(self.ledger.declared[name])
        assert held is not None
        self.ledger.service.end(held.id)

    @precondition(lambda self: self.ledger.survives_midnight())
    @rule(seconds=st.sampled_from([0, 20, 3600]))
    def midnight_passes(self, seconds: int) -> None:
        now = self.ledger.service.now()
        self.ledger.time.sleep(PERIOD - now % PERIOD + seconds)
        self.ledger.no_overlap()

    @rule(seconds=st.sampled_from([5, 20, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.ledger.time.sleep(seconds)
        self.ledger.no_overlap()
