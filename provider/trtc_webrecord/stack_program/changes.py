"""The last line of each preview and up of the stack program: what the run starts and stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from ..change_summary import ChangeSummary
from ..declaration.changes import Changes
from ..declaration.declaration import Declaration
from ..dynamic.resource import WebRecording
from ..errors import InvalidProperties
from ..recording.state import StateUnreadable
from ..recording.stored import Stored
from .present import Waiting
from .previous import Previous


def report_changes(
    recordings: Mapping[str, WebRecording],
    previous: Previous,
    price_per_minute: pulumi.Input[float] | None,
    waiting: Mapping[str, Waiting] | None = None,
) -> None:
    """Log the line once all recordings are registered. A secret price is left out. Never fails.

    The state is as `previous` has it, so what `--refresh` finds in a preview is not in the line.
    Pulumi tells no program of `--target`: recordings that are not declared any more count as
    stopped. Nor of `destroy --run-program`, whose line is that of an `up`.
    """
    price = price_per_minute if isinstance(price_per_minute, float) else None
    limits = {name: each.limits for name, each in (waiting or {}).items()}
    line = _report(recordings, previous, price, limits, pulumi.runtime.is_dry_run())
    pulumi.Output.from_input(line)  # type: ignore[arg-type]  # so that Pulumi waits for it


async def _report(
    recordings: Mapping[str, WebRecording],
    previous: Previous,
    price: float | None,
    waiting: Mapping[str, Mapping[str, Any]],
    planned: bool,
) -> None:
    try:
        summary = await changes(recordings, previous, planned)
        text = replace(summary, waiting=waiting).sentence(price)
    except Exception as error:
        why = str(error) if isinstance(error, StateUnreadable) else type(error).__name__
        text = f"what this change starts and stops is not known: {why}"
    pulumi.log.info(text)


async def changes(
    recordings: Mapping[str, WebRecording], previous: Previous, planned: bool
) -> ChangeSummary:
    """What a run does to the recordings, `planned` in a preview. Raises StateUnreadable."""
    summary = ChangeSummary()
    gone = dict(previous.readable().recordings)
    interrupted = {urn for urn, _ in previous.creating}
    perhaps_updated: list[Stored] = []
    for recording in recordings.values():
        urn = str(await recording.urn.future())
        stored = gone.pop(urn, None)
        inputs = await _inputs(recording)
        task_id = await recording.task_id.future()
        if not inputs or not (task_id or planned):
            continue  # not a target of the run, or it has failed
        if stored is None and task_id and not await recording.started_at.future():
            summary.adopted.append(urn)
        elif stored is None:
            summary.start(urn, inputs)
            if planned and urn in interrupted:
                summary.interrupted.append(urn)
        elif task_id and task_id != stored.task_id:
            summary.start(urn, inputs, stored)
        elif task_id and not planned:
            perhaps_updated += [stored] if _differs(stored, inputs) else []
        elif not task_id:
            change = Changes(previous.decrypted.recordings[stored.urn].props, inputs)
            if change.replaces:
                summary.start(urn, inputs, stored)
            elif change.in_place or stored.is_unfinished:
                summary.update(urn, inputs, stored)
    summary.updated += _modified(perhaps_updated)
    for urn, stored in gone.items():
        summary.remove(urn, stored)
    return summary


def _differs(stored: Stored, inputs: dict[str, Any]) -> bool:
    """Whether the inputs are not those of the state, as far as it is known without its secrets."""
    try:
        change = Changes(stored.props, inputs)
    except InvalidProperties:
        return True
    return bool(change.replaces or change.in_place)


def _modified(recordings: list[Stored]) -> list[str]:
    """The URNs of those that Pulumi has written into the state since."""
    now = Previous.read().recordings if recordings else {}
    return [
        each.urn
        for each in recordings
        if each.urn in now and now[each.urn].modified != each.modified
    ]


async def _inputs(recording: WebRecording) -> dict[str, Any]:
    """The inputs as the engine has them; none of a new one that it passes over."""
    found = {}
    for name in Declaration.model_fields:
        output = getattr(recording, name, None)
        if output is not None and (value := await output.future()) is not None:
            found[name] = value
    return found
