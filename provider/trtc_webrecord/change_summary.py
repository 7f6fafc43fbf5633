"""What a change starts and stops, and what it adds at most, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .declaration.declaration import declared_name, first_names
from .estimate import longest_minutes
from .recording.stored import Stored


@dataclass
class ChangeSummary:
    """The URNs of recordings by what a change does to them.

    `started` has the inputs of each; `interrupted` are those of them that an earlier run may have
    started. `left_running`: those that Pulumi forgets without stopping them. `waiting` has the
    limits of each that a later run starts.
    """

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    interrupted: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    left_running: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    waiting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def start(self, urn: str, inputs: Mapping[str, Any], old: Stored | None = None) -> None:
        """A recording that is new, or that takes the place of an old one."""
        if inputs.get("adopt_task_id"):
            self.adopted.append(urn)
        else:
            self.started[urn] = inputs
        if old and not old.is_unfinished:
            self.remove(urn, old)

    def update(self, urn: str, inputs: Mapping[str, Any], old: Stored) -> None:
        """A recording that is changed in place, or whose start is finished now."""
        if old.is_unfinished:
            self.start(urn, inputs, old)
        else:
            self.updated.append(urn)

    def remove(self, urn: str, old: Stored) -> None:
        """A recording that is not declared any more; one that has ended is only forgotten."""
        if old.status != "ended":
            (self.left_running if old.is_retained else self.stopped).append(urn)

    def sentence(self, price_per_minute: float | None = None) -> str:
        """The line, such as `starts 1, stops 1; adds at most 60 min`.

        With the price of a minute, in any currency, it has the cost.
        """
        counts = (
            ("starts {}", self.started.keys() - self.interrupted),
            ("starts or adopts {}", self.interrupted),
            ("adopts {}", self.adopted),
            ("stops {}", self.stopped),
            ("changes {} in place", self.updated),
        )
        parts = [
            ", ".join(words.format(len(urns)) for words, urns in counts if urns)
            or "starts and stops nothing"
        ]
        if self.started:
            parts.append(f"adds {_at_most(self.started, price_per_minute)}")
        if self.waiting:
            longest = _at_most(self.waiting, price_per_minute)
            parts.append(f"later, by startAt: {len(self.waiting)}, {longest}")
        if self.left_running:
            names = [declared_name({"resource_urn": urn}) for urn in self.left_running]
            parts.append(f"lets {first_names(names)} go on (retainOnDelete)")
        return "; ".join(parts)


def _at_most(recordings: Mapping[str, Mapping[str, Any]], price_per_minute: float | None) -> str:
    minutes = sum(map(longest_minutes, recordings.values()))
    price = price_per_minute
    cost = "" if price is None else f", {minutes * price:.2f} at the price that is set"
    return f"at most {minutes} min{cost}"
