"""How long the recordings of a stack can run, and what that can cost at most.

In a program, `estimate_usage` makes a stack output of it, so that `pulumi preview` shows it. For a
stack in another language, YAML too:

    pulumi preview --json | python -m trtc_webrecord.estimate --price-per-minute 0.02
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from .declaration.declaration import declared_name
from .declaration.naming import snake_case
from .declaration.spec import StartWebRecordRequest
from .pulumi_state import is_recording

if TYPE_CHECKING:
    from .dynamic.resource import WebRecording

LONGEST: int = StartWebRecordRequest.model_fields["max_duration_limit"].default
"""Seconds that any task can run, and the API's default of MaxDurationLimit."""

DECLARED = ("create", "create-replacement", "import", "replace", "same", "update")
"""A preview's operations on what is declared."""


def estimate_usage(
    recordings: Mapping[str, WebRecording],
    price_per_minute: pulumi.Input[float] | None = None,
) -> pulumi.Output[dict[str, Any]]:
    """The longest time that recordings can run, as a stack output. Sends no request.

    `minutes` by name, from `max_duration_limit` (1,440 for an adopted task, whose own limit is not
    known), `totalMinutes`, and with `price_per_minute`, in any currency, `costAtMost`. It counts
    one run for each recording: `startedAgain` names those whose `restart_policy` is `always`, each
    restart of which adds another. Storage, traffic and CDN relays are not in it.

        pulumi.export("longestRun", estimate_usage({"lobby": lobby}, price_per_minute=0.02))
    """
    limits = {name: recording.limits for name, recording in recordings.items()}
    return pulumi.Output.all(limits=limits, price=price_per_minute).apply(
        lambda known: usage(known["limits"], known["price"])
    )


def usage(limits: Mapping[str, Mapping[str, Any]], price: float | None) -> dict[str, Any]:
    """What `estimate_usage` returns, of inputs by the names of `WebRecording`'s arguments."""
    minutes = {name: _minutes(inputs) for name, inputs in limits.items()}
    total = sum(minutes.values())
    again = [name for name, inputs in limits.items() if inputs.get("restart_policy") == "always"]
    return {
        "minutes": minutes,
        "totalMinutes": total,
        **({} if price is None else {"costAtMost": round(total * price, 2)}),
        **({"startedAgain": again} if again else {}),
    }


def previewed(preview: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of the recordings that a `pulumi preview --json` leaves declared, by name.

    A replacement counts once: the one before it is stopped. Recordings of different parents that
    share a name are named by their URNs.
    """
    found = {}
    for step in preview.get("steps", []):
        state = step.get("newState")
        if state and step["op"] in DECLARED and is_recording(state):
            found[state["urn"]] = snake_case(state.get("inputs", {}))
    names = {urn: declared_name({"resource_urn": urn}) for urn in found}
    times = Counter(names.values())
    return {name if times[name] == 1 else urn: found[urn] for urn, name in names.items()}


def _minutes(inputs: Mapping[str, Any]) -> int:
    limit = inputs.get("max_duration_limit")
    if inputs.get("adopt_task_id") or not isinstance(limit, int | float):
        limit = LONGEST
    return math.ceil(limit / 60)


def main() -> None:
    """Print a table of a preview in JSON from standard input, the total in its last line."""
    parser = argparse.ArgumentParser(prog="python -m trtc_webrecord.estimate", description=__doc__)
    parser.add_argument("--price-per-minute", type=float, metavar="PRICE")
    price = parser.parse_args().price_per_minute
    try:
        preview = json.load(sys.stdin)
    except ValueError:
        parser.error("standard input is no preview: pipe `pulumi preview --json` into this")
    if any(each.get("severity") == "error" for each in preview.get("diagnostics", [])):
        parser.error("the preview has errors, so it does not show every recording")
    found = usage(previewed(preview), price)
    rows = [*sorted(found["minutes"].items()), ("in all, at most", found["totalMinutes"])]
    for name, minutes in rows:
        cost = "" if price is None else f"{minutes * price:14.2f}"
        again = "  and again with each restart" if name in found.get("startedAgain", ()) else ""
        print(f"{name:40}{minutes:8d} min{cost}{again}")  # noqa: T201


if __name__ == "__main__":
    main()
