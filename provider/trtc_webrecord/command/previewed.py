"""How long the recordings of a preview can run, and what that can cost at most.

pulumi preview --json | trtc-webrecord estimate --price-per-minute 0.02
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..declaration.declaration import declared_name
from ..declaration.naming import snake_case
from ..errors import WebRecordError
from ..estimate import usage
from ..output import print_line
from ..pulumi_state import is_recording

DECLARED = ("create", "create-replacement", "import", "replace", "same", "update")
"""A preview's operations on what is declared."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--price-per-minute", type=float, metavar="PRICE", help="in any currency")


def run(arguments: argparse.Namespace) -> int:
    """Print a table of a preview in JSON from standard input, the total in its last line."""
    price = arguments.price_per_minute
    try:
        preview = json.load(sys.stdin)
    except ValueError:
        raise WebRecordError(
            "standard input is no preview: pipe `pulumi preview --json` into this"
        ) from None
    if any(each.get("severity") == "error" for each in preview.get("diagnostics", [])):
        raise WebRecordError("the preview has errors, so it does not show every recording")
    found = usage(previewed(preview), price)
    rows = [*sorted(found["minutes"].items()), ("in all, at most", found["totalMinutes"])]
    for name, minutes in rows:
        cost = "" if price is None else f"{minutes * price:14.2f}"
        again = "  and again with each restart" if name in found.get("startedAgain", ()) else ""
        print_line(f"{name:40}{minutes:8d} min{cost}{again}", sys.stdout)
    return 0


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
