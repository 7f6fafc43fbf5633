"""A stack as its commands meet it: its recordings, and the configuration of each one's provider."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..native.configuration import provider_config
from ..output import print_line
from ..provider_run import recordings_of_a_run
from ..pulumi_cli.stack import export_stack, stack_config
from ..pulumi_cli.state import explicit_providers, stack_state
from ..recording.recordings import Recordings
from ..recording.state import StackState
from ..recording.stored import Stored


def add_stack(parser: argparse.ArgumentParser) -> None:
    """Declare `--stack`."""
    parser.add_argument("--stack", help="default: the one that is selected")


@dataclass(frozen=True)
class Stack:
    """A stack's state, its own configuration, and those of the explicit providers by URN."""

    state: StackState
    config: ProviderConfig
    explicit: dict[str, ProviderConfig]

    @classmethod
    def read(cls, name: str | None) -> Stack:
        """Read a stack, the selected one by default. Raises StateUnreadable, or ConfigError."""
        exported = export_stack(name, "--show-secrets")
        return cls(
            stack_state(exported),
            ProviderConfig.from_stack(stack_config(name)),
            {urn: provider_config(inputs) for urn, inputs in explicit_providers(exported).items()},
        )

    def config_of(self, stored: Stored | None) -> ProviderConfig:
        """The configuration of a recording's provider; without one, the stack's own."""
        return self.explicit.get(stored.provider, self.config) if stored else self.config

    def recordings(self, stored: Stored | None = None) -> Recordings:
        """The recordings of the same provider; messages go to standard error."""
        return recordings_of_a_run(
            self.config_of(stored),
            Clock(),
            lambda message: print_line(message, sys.stderr),
            lambda _: self.state,
        )
