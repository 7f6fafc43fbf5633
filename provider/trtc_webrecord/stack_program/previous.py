"""The recordings in the stack's state, as the run of the program finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import pulumi

from ..pulumi_cli.stack import read_stack_state
from ..recording.state import StackState, StateUnreadable
from ..recording.stored import Stored


@dataclass(frozen=True)
class Previous:
    """What earlier runs have left.

    `recordings` by URN, without those that Pulumi is about to delete; `creating`: the URN and the
    inputs of each create that a run did not finish. `why_unreadable`: the reason why the state
    cannot be read, in which case the others are empty. `with_secrets` reads them again, with their
    secrets.
    """

    recordings: Mapping[str, Stored] = field(default_factory=dict)
    creating: tuple[tuple[str, dict[str, Any]], ...] = ()
    why_unreadable: str | None = None
    with_secrets: Callable[[], Previous] | None = field(default=None, compare=False)

    @classmethod
    def read(cls) -> Previous:
        """Read the state of the program's own stack, before it declares a recording.

        While `pulumi up` runs, the state changes with each finished step.
        """
        names = (pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack())
        return cls._of(lambda: read_stack_state("/".join(names)))

    def readable(self) -> Previous:
        """These. Raises StateUnreadable if they are not known."""
        if self.why_unreadable is not None:
            raise StateUnreadable(self.why_unreadable)
        return self

    @cached_property
    def decrypted(self) -> Previous:
        """These with their secrets. Raises StateUnreadable."""
        found = self.readable()
        return found.with_secrets().readable() if found.with_secrets else found

    @classmethod
    def _of(cls, read: Callable[[], StackState]) -> Previous:
        try:
            state = read()
        except StateUnreadable as error:
            return cls(why_unreadable=str(error))
        except (LookupError, AttributeError, TypeError, ValueError) as error:
            return cls(why_unreadable=f"it has an unknown form ({type(error).__name__})")
        return cls(
            {each.urn: each for each in state.stored},
            state.creating,
            with_secrets=state.with_secrets and partial(cls._of, state.with_secrets),
        )
