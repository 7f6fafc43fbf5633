"""How long the recordings of a preview can run, and what that can cost at most.

pulumi preview --json --show-sames | trtc-webrecord estimate --price-per-minute 0.02
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, TextIO

from ..declaration.declaration import declared_name
from ..declaration.naming import snake_case
from ..errors import WebRecordError
from ..estimate import usage
from ..output import print_line
from ..pulumi_preview import declared_resources
from ..pulumi_state import is_recording

PIPE = "pipe `pulumi preview --json --show-sames` into this"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--price-per-minute", type=float, metavar="PRICE", help="in any currency")


def run(arguments: argparse.Namespace) -> int:
    """Print a table of a preview in JSON from standard input, the total in its last line."""
    price = arguments.price_per_minute
    found = usage(previewed(_whole(sys.stdin)), price)
    rows = [*sorted(found["minutes"].items()), ("in all, at most", found["totalMinutes"])]
    for name, minutes in rows:
        cost = "" if price is None else f"{minutes * price:14.2f}"
        again = "  and again with each restart" if name in found.get("startedAgain", ()) else ""
        print_line(f"{name:40}{minutes:8d} min{cost}{again}", sys.stdout)
    return 0


def _whole(stream: TextIO) -> dict[str, Any]:
    """A preview that shows all that the stack declares. Raises WebRecordError for any other."""
    try:
        preview = json.load(stream)
        errors = any(each["severity"] == "error" for each in preview.get("diagnostics", []))
        unchanged = preview["changeSummary"].get("same", 0)
        hidden = unchanged - sum(step["op"] == "same" for step in preview["steps"])
    except (ValueError, LookupError, TypeError, AttributeError):
        raise WebRecordError(f"standard input is no preview: {PIPE}") from None
    if errors:
        raise WebRecordError("the preview has errors, so it does not show every recording")
    if hidden:
        raise WebRecordError(f"the preview leaves out unchanged resources ({hidden}): {PIPE}")
    whole: dict[str, Any] = preview
    return whole


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
