"""What a change starts and stops, and how long a stack's recordings can run at most.

pulumi preview --json --show-sames | trtc-webrecord estimate --price-per-minute 0.02

The last line is about the change. With --show-sames, a table of all that is declared comes first.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, TextIO

from ..change_summary import ChangeSummary
from ..declaration.declaration import declared_name
from ..declaration.naming import snake_case
from ..errors import WebRecordError
from ..estimate import usage
from ..output import print_line
from ..pulumi_cli.preview import COMMAND, declared_resources
from ..pulumi_cli.state import is_recording, stored_recording

STARTS = ("create", "create-replacement", "replace")

PIPE = f"pipe `pulumi {' '.join(COMMAND)}` into this"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--price-per-minute", type=float, metavar="PRICE", help="in any currency")


def run(arguments: argparse.Namespace) -> int:
    """Print what a preview in JSON on standard input tells, the change in the last line."""
    price = arguments.price_per_minute
    preview, hidden = _read(sys.stdin)
    if hidden:
        print_line(
            f"no table: the preview leaves out unchanged resources ({hidden}); {PIPE} for it",
            sys.stderr,
        )
    else:
        _print_table(usage(previewed(preview), price), price)
    print_line(change(preview).sentence(price), sys.stdout)
    return 0


def _print_table(found: Mapping[str, Any], price: float | None) -> None:
    rows = [*sorted(found["minutes"].items()), ("in all, at most", found["totalMinutes"])]
    for name, minutes in rows:
        cost = "" if price is None else f"{minutes * price:14.2f}"
        again = "  and again with each restart" if name in found["startedAgain"] else ""
        print_line(f"{name:40}{minutes:8d} min{cost}{again}", sys.stdout)


def _read(stream: TextIO) -> tuple[dict[str, Any], int]:
    """A preview, and how many unchanged resources it leaves out. Raises WebRecordError."""
    try:
        preview: dict[str, Any] = json.load(stream)
        errors = any(each["severity"] == "error" for each in preview.get("diagnostics", []))
        unchanged = preview["changeSummary"].get("same", 0)
        shown = sum(step["op"] == "same" for step in preview["steps"])
    except (ValueError, LookupError, TypeError, AttributeError):
        raise WebRecordError(f"standard input is no preview: {PIPE}") from None
    if errors:
        raise WebRecordError("the preview has errors, so it does not show every recording")
    return preview, unchanged - shown


def change(preview: Mapping[str, Any]) -> ChangeSummary:
    """What a `pulumi preview --json` does to recordings.

    Not known to it: starts that an interrupted run has left unfinished, and resources that a
    program declares only once an output is known.
    """
    summary = ChangeSummary()
    for step in preview["steps"]:
        state = step.get("newState") or step.get("oldState")
        if not state or not is_recording(state) or state.get("external"):
            continue
        urn, op = state["urn"], step["op"]
        inputs = snake_case(state.get("inputs", {}))
        old = stored_recording(step["oldState"]) if step.get("oldState") else None
        if op in STARTS:
            summary.start(urn, inputs, old)
        elif op == "import":
            summary.adopted.append(urn)
        elif op == "update" and old:
            summary.update(urn, inputs, old)
        elif op == "delete" and old:
            summary.remove(urn, old)
    return summary


def previewed(preview: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of the recordings that a `pulumi preview --json` leaves declared, by name.

    A replacement counts once: the one before it is stopped. Recordings of different parents that
    share a name are named by their URNs.
    """
    found = {
        each["urn"]: snake_case(each.get("inputs", {}))
        for each, _ in declared_resources(preview)
        if is_recording(each)
    }
    names = {urn: declared_name({"resource_urn": urn}) for urn in found}
    times = Counter(names.values())
    return {name if times[name] == 1 else urn: found[urn] for urn, name in names.items()}
