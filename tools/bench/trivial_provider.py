"""A dynamic resource that calls nothing: what is left is the engine's own cost.

Its state is as large as a recording's, since the engine writes the whole state with each step.
"""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class TrivialProvider(ResourceProvider):
    """create and delete do nothing."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """The id is the name."""
        return CreateResult(props["name"], props)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Nothing ever changes."""
        return DiffResult(changes=False)


class Trivial(Resource, module="bench", name="Trivial"):
    """The resource of TrivialProvider."""

    def __init__(self, name: str) -> None:
        super().__init__(TrivialProvider(), name, {"name": name, "filler": "x" * 1100}, None)
