"""How long the recordings of a stack can run, and what that can cost at most.

In a program, `estimate_usage` makes a stack output of it, so that `pulumi preview` shows it. For a
stack in another language there is `trtc-webrecord estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pulumi

from .declaration.spec import StartWebRecordRequest

if TYPE_CHECKING:
    from .dynamic.resource import WebRecording
    from .stack_program.present import Waiting

LONGEST: int = StartWebRecordRequest.model_fields["max_duration_limit"].default
"""Seconds that any task can run, and the API's default of MaxDurationLimit."""


def estimate_usage(
    recordings: Mapping[str, WebRecording | Waiting],
    price_per_minute: pulumi.Input[float] | None = None,
) -> dict[str, pulumi.Output[Any]]:
    """The longest time that recordings can run, for a stack output. Sends no request.

    `minutes` by name, from `max_duration_limit` (1,440 for an adopted task, whose own limit is not
    known), `totalMinutes`, and with `price_per_minute`, in any currency, `costAtMost`. It counts
    one run for each recording: `startedAgain` names those whose `restart_policy` is `always`, each
    restart of which adds another. Storage, traffic and CDN relays are not in it. A secret price
    makes `costAtMost` alone a secret.

        pulumi.export("longestRun", estimate_usage({"lobby": lobby}, price_per_minute=0.02))
    """
    limits = {name: recording.limits for name, recording in recordings.items()}
    found = pulumi.Output.all(limits=limits)["limits"].apply(lambda known: usage(known, None))
    outputs = {name: found[name] for name in ("minutes", "totalMinutes", "startedAgain")}
    if price_per_minute is not None:
        outputs["costAtMost"] = pulumi.Output.all(found["totalMinutes"], price_per_minute).apply(
            lambda known: cost(*known)
        )
    return outputs


def usage(limits: Mapping[str, Mapping[str, Any]], price: float | None) -> dict[str, Any]:
    """What `estimate_usage` returns, of inputs by the names of `WebRecording`'s arguments."""
    minutes = {name: longest_minutes(inputs) for name, inputs in limits.items()}
    total = sum(minutes.values())
    again = [name for name, inputs in limits.items() if inputs.get("restart_policy") == "always"]
    return {
        "minutes": minutes,
        "totalMinutes": total,
        **({} if price is None else {"costAtMost": cost(total, price)}),
        "startedAgain": again,
    }


def cost(minutes: int, price_per_minute: float) -> float:
    """What minutes cost, in the price's currency."""
    return round(minutes * price_per_minute, 2)


def longest_minutes(inputs: Mapping[str, Any]) -> int:
    """The minutes that a recording of these inputs can run, rounded up."""
    limit: float = LONGEST
    if not inputs.get("adopt_task_id"):
        with suppress(TypeError, ValueError):  # absent, secret, or not known in a preview
            limit = min(LONGEST, float(inputs.get("max_duration_limit", LONGEST)))
    return math.ceil(limit / 60)
