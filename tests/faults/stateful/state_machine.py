"""Random histories of a stack: the state machine of what users, pipelines and failures do.

The real provider and the real service, in process, under a model of the engine. A history that
fails is printed as a script of calls of these rules, and runs unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from faults.stateful.commands import Pipeline
from faults.stateful.declarations import LOCAL_CHANGES, VERSIONS, Recording
from faults.stateful.disruptions import Disruptions, disruptions, failures_and_kills
from faults.stateful.model import Model
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from trtc_webrecord.declaration.record_id import PERIOD

during = st.lists(disruptions, max_size=2)
during_alone = st.lists(failures_and_kills, max_size=2)
clocks = st.sampled_from([0, 1000, -1000])


versions = st.sampled_from([*VERSIONS, *["as it was"] * 3])
"""The first one is frequent, so that histories return to an earlier version."""


def one_of(which: str) -> st.SearchStrategy[str]:
    """One of the names that a method of the model returns."""
    return st.runner().flatmap(lambda history: st.sampled_from(getattr(history.model, which)()))


def while_any(*which: str) -> Callable[[Any], Any]:
    """Enable a rule only while each of these methods of the model returns a name."""
    return precondition(lambda history: all(getattr(history.model, it)() for it in which))


class StackMachine(RuleBasedStateMachine):
    """One stack, its account and a pipeline."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.pipeline = Pipeline(self.model)
        self.fixes = 0

    def teardown(self) -> None:
        self.model.service.close()

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
        self.model.service.switch(
            visible_after=visible_after, stop_delay=stop_delay, ended_record_ids_reusable=reusable
        )
        for name in names:
            self.declare(name)

    @while_any("free_names")
    @precondition(lambda self: not (self.model.deletes_interrupted() or self.model.stopping()))
    @rule(name=one_of("free_names"), during=during)
    def declare(self, name: str, during: Disruptions = ()) -> None:
        self.pipeline.push(Recording(name, self.model.free_page(name)), during)

    @while_any("editable")
    @rule(name=one_of("editable"), during=during)
    def remove(self, name: str, during: Disruptions = ()) -> None:
        del self.model.declared[name]
        self.pipeline.push(None, during)

    @while_any("editable")
    @rule(name=one_of("editable"), version=versions, during=during)
    def change(self, name: str, version: str, during: Disruptions = ()) -> None:
        self.pipeline.push(self.model.declared[name].changed(version), during)

    @while_any("to_put_back")
    @rule(name=one_of("to_put_back"), during=during)
    def put_back(self, name: str, during: Disruptions = ()) -> None:
        self.pipeline.push(self.model.applied[name], during)

    @while_any("editable")
    @rule(name=one_of("editable"), how=st.sampled_from([*LOCAL_CHANGES]), during=during)
    def change_locally(self, name: str, how: str, during: Disruptions = ()) -> None:
        unchanged = self.pipeline.unchanged and how != "always restarted"
        self.pipeline.push(self.model.declared[name].changed(how), during, unchanged)

    @while_any("pending_creates")
    @rule(name=one_of("pending_creates"), during=during)
    def change_a_pending_create(self, name: str, during: Disruptions = ()) -> None:
        self.fixes += 1
        changed = self.model.declared[name].changed(f"fix {self.fixes}")
        self.pipeline.push(changed, during)

    @while_any("editable", "free_names")
    @rule(
        name=one_of("editable"),
        to=one_of("free_names"),
        version=st.none() | versions,
        during=during,
    )
    def rename(
        self, name: str, to: str, version: str | None = None, during: Disruptions = ()
    ) -> None:
        renamed = self.model.declared.pop(name).renamed(to)
        if name in self.model.forced:
            self.model.forced.remove(name)
            self.model.forced.add(to)
        if version:
            self.pipeline.push(renamed.changed(version), during)
        else:
            self.pipeline.push(renamed, during, self.pipeline.unchanged)

    @precondition(lambda self: not (self.pipeline.unchanged or self.model.deletes_interrupted()))
    @rule(backwards=st.booleans(), ahead=clocks, during=during)
    def up(self, backwards: bool = False, ahead: int = 0, during: Disruptions = ()) -> None:
        self.pipeline.up(during, False, backwards, ahead)

    @precondition(lambda self: not self.model.deletes_interrupted())
    @rule(ahead=clocks, during=during)
    def up_with_refresh(self, ahead: int = 0, during: Disruptions = ()) -> None:
        self.pipeline.up(during, refresh=True, ahead=ahead)

    @while_any("running")
    @precondition(lambda self: not self.model.deletes_interrupted())
    @rule(name=one_of("running"), during=during)
    def up_with_replace(self, name: str, during: Disruptions = ()) -> None:
        self.pipeline.force(name)
        self.pipeline.push(None, during)
        self.pipeline.drop_rejected_force(name)

    @rule(ahead=clocks, during=during_alone)
    def refresh(self, ahead: int = 0, during: Disruptions = ()) -> None:
        self.pipeline.refresh(during, ahead)

    @rule(during=during_alone)
    def preview(self, during: Disruptions = ()) -> None:
        self.pipeline.preview(during)

    @precondition(lambda self: self.model.all_named())
    @rule(during=during_alone)
    def destroy(self, during: Disruptions = ()) -> None:
        self.pipeline.destroy(during)

    @rule(clear_pending_creates=st.booleans())
    def settle(self, clear_pending_creates: bool = False) -> None:
        self.pipeline.settle()
        if clear_pending_creates:
            self.model.stack.operations.clear()

    @precondition(lambda self: self.pipeline.older_states())
    @rule(
        state=st.runner().flatmap(lambda self: st.sampled_from(self.pipeline.older_states())),
        during=during,
    )
    def up_with_an_older_state(self, state: int, during: Disruptions = ()) -> None:
        self.pipeline.restore_state(state)
        self.pipeline.up(during)

    @while_any("live")
    @rule(more=st.integers(0, 1))
    def room_for(self, more: int) -> None:
        self.model.service.switch(task_quota=len(self.model.live()) + more)

    @while_any("running")
    @precondition(lambda self: not self.model.time.requests_under_way)
    @rule(name=one_of("running"))
    def end_by_itself(self, name: str) -> None:
        """No start is on its way: one that runs after the end would start the RecordId again."""
        stored = self.model.resource(self.model.declared[name])
        assert stored is not None
        self.model.service.end(stored.id)

    @precondition(lambda self: self.model.survives_midnight())
    @rule(seconds=st.sampled_from([0, 20, 3600]))
    def midnight_passes(self, seconds: int) -> None:
        now = self.model.service.now()
        self.model.time.sleep(PERIOD - now % PERIOD + seconds)
        self.model.check_overlap()

    @rule(seconds=st.sampled_from([5, 20, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.model.time.sleep(seconds)
        self.model.check_overlap()
