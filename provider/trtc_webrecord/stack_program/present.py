"""Which recordings of the stack's config the program declares now.

All without `startAt`; one with it as `windows` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

from ..declaration.declaration import Declaration
from ..errors import WebRecordError
from ..recording.state import StateUnreadable
from .config import declared_recordings, plain_recordings
from .keys import RECORDINGS, StackKeys, invalid
from .windows import Part, Window

if TYPE_CHECKING:
    from .previous import Previous

Arguments = dict[str, Any]
"""The arguments of a WebRecording."""

INPUTS = [name for name in Declaration.model_fields if name != "resource_urn"]
"""What an edit changes of a recording."""


@dataclass(frozen=True)
class Waiting:
    """A recording whose window has not begun. `limits` are like those of a WebRecording."""

    start_at: str
    limits: Mapping[str, Any]


@dataclass(frozen=True)
class Present:
    """What the program declares, and what waits, by name."""

    declared: dict[str, Arguments] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)


def present_recordings(keys: StackKeys, previous: Previous | None = None) -> Present:
    """What the stack's config declares now; a warning names what was not started in its window.

    `previous` is the stack's state, which is read if it is needed and not given.
    Raises `pulumi.RunError` with every invalid entry and field, or if it is not known what earlier
    runs have started.
    """
    declared = declared_recordings(keys)
    if not any("start_at" in each for each in declared.values()):
        return Present(declared)
    try:
        return _in_their_windows(keys, declared, previous)
    except StateUnreadable as error:
        raise pulumi.RunError(
            "nothing was changed: which recordings with startAt have been started is in the "
            f"stack's state, which cannot be read: {error}"
        ) from None
    except WebRecordError as error:
        raise pulumi.RunError(str(error)) from None


def _in_their_windows(
    keys: StackKeys, declared: Mapping[str, Arguments], previous: Previous | None
) -> Present:
    from .schedule import Schedule  # which asks the service, as most programs need not

    plain = plain_recordings(keys)
    schedule = Schedule(int(next(iter(plain.values()))["sdk_app_id"]), previous)
    present, missed, errors = Present(), [], []
    for name, arguments in declared.items():
        if "start_at" not in arguments:
            present.declared[name] = arguments
            continue
        window = Window.of(arguments["start_at"], arguments["max_duration_limit"])
        known = _timed(plain[name], window)
        part, task_id = schedule.decision(name, known, window)
        if part is Part.WAITING:
            limits = {"max_duration_limit": arguments["max_duration_limit"]}
            present.waiting[name] = Waiting(arguments["start_at"], limits)
            path = f"{keys.full(RECORDINGS)}.{name}"
            errors += [f"{path}: {error}" for error in schedule.errors(name, known)]
        elif part is Part.MISSED:
            missed.append(f"{name} (until {window.end.isoformat(timespec='minutes')})")
        else:
            present.declared[name] = _kept(_timed(arguments, window), part, task_id)
    if errors:
        raise invalid(errors)
    if missed:
        pulumi.log.warn(
            f"missed: {', '.join(missed)}: no `pulumi up` ran in the window, or the state has lost "
            "what it started. Edit startAt, or remove the entry"
        )
    return present


def _timed(arguments: Arguments, window: Window) -> Arguments:
    """The arguments of a WebRecording, of which startAt is none."""
    rest = {name: value for name, value in arguments.items() if name != "start_at"}
    return {**rest, "triggers": [*rest.get("triggers", []), window.trigger]}


def _kept(arguments: Arguments, part: Part, task_id: str | None) -> Arguments:
    """The arguments with which nothing is started outside of a window."""
    if part is Part.KEPT:
        kept = pulumi.ResourceOptions(ignore_changes=INPUTS)
        return {**arguments, "opts": pulumi.ResourceOptions.merge(arguments.get("opts"), kept)}
    return {**arguments, "adopt_task_id": task_id} if task_id else arguments
