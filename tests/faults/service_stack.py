"""One stack that is struck by every fault of the service, and the result of each."""

from __future__ import annotations

from pathlib import Path

from faults.pipeline import Pipeline
from faults.service_faults import PHASES, TIMEOUT, Phase, ServiceFault
from faults.table import Row, heading
from faults.verdict import judge, recorded_in_state
from pulumi_stack import ProviderKind
from trtc_recorder.tasks.store import START_FAILED, Task
from trtc_recorder.testing import local_settings, running_service

RECORDINGS = {fault.name: phase for phase in PHASES for fault in phase.faults}


def run_every_fault(
    directory: Path, *, slow: bool = False, provider: ProviderKind = "dynamic"
) -> list[Row]:
    """Run all phases on one stack; return a row for each fault.

    A slow service shows tasks after 5 s and stops them after 2 s.
    """
    settings = local_settings(visible_after=5 if slow else 0, stop_delay=2 if slow else 0)
    with (
        running_service(settings) as recorder,
        Pipeline(directory, recorder, f"trtc:timeout: {TIMEOUT}", provider=provider) as pipeline,
    ):
        return [row for phase in PHASES for row in _meet(phase, pipeline, slow)]


def _meet(phase: Phase, pipeline: Pipeline, slow: bool) -> list[Row]:
    pipeline.stack.program(_program(phase))
    for fault in phase.faults:
        only = {"record_id_prefix": _prefix(fault)}
        pipeline.inject(*(rule.model_copy(update=only) for rule in fault.rules))
    ran = pipeline.run(phase.command)
    struck = dict.fromkeys(map(_prefix, phase.faults), 0)
    for rule in pipeline.recorder.faults():
        struck[rule["record_id_prefix"]] += rule["struck"]
    pipeline.clear_faults()
    if ran.code != 0:
        pipeline.settle(phase.command)
    pipeline.await_quiet()
    tasks, state = pipeline.recorder.tasks(), recorded_in_state(pipeline.stack)
    must_fail = any(fault.fails for fault in phase.faults)
    wrong = "" if (ran.code != 0) == must_fail else f"code {ran.code}: {ran.text}"
    variant = "slow service" if slow else "quick service"
    title = heading(phase.name, pipeline.stack.provider)
    return [
        _row(title, phase, fault, variant, tasks, state, struck[_prefix(fault)], wrong)
        for fault in phase.faults
    ]


def _row(
    title: str,
    phase: Phase,
    fault: ServiceFault,
    variant: str,
    tasks: list[Task],
    state: dict[str, str],
    struck: int,
    wrong: str,
) -> Row:
    own = [task for task in tasks if (task.record_id or "").startswith(_prefix(fault))]
    ran = [task for task in own if task.end_reason != START_FAILED]
    task_ids = {task_id for name, task_id in state.items() if name == fault.name}
    wanted = 2 if phase.edits else 1
    complaints = {
        "nothing was injected": not struck,
        f"{len(ran)} tasks were started instead of {wanted}": len(ran) != wanted,
        "the state is not what is declared": len(task_ids) != (phase.command != "destroy"),
        wrong: wrong,
    }
    complaint = "; ".join(text for text, holds in complaints.items() if holds)
    return Row(title, fault.what, variant, struck, judge(own, task_ids), complaint)


def _prefix(fault: ServiceFault) -> str:
    return f"{fault.name}-"


def _program(phase: Phase) -> str:
    """Every recording; edits of this phase and earlier ones raise `ready_timeout` from 5 to 10."""
    edited = {p.name for p in PHASES[: PHASES.index(phase) + 1] if p.edits}
    waits = {name: 10 if its.name in edited else 5 for name, its in RECORDINGS.items()}
    return f"for name, wait in {waits!r}.items():\n    recording(name, ready_timeout=wait)\n"
