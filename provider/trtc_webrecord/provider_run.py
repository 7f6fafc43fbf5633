"""One Pulumi run of a configured provider: its recordings, with the stack's state and config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .api.credentials import CredentialChain
from .api.pacing import Clock
from .configuration import ProviderConfig
from .errors import ConfigError
from .recording.endpoint import Endpoint
from .recording.record_id_cache import RecordIdCache
from .recording.recordings import Recordings
from .recording.run import Run
from .recording.stack_credentials import StackCredentials
from .recording.state import RunState, StateReader

ConfigReader = Callable[[str], Mapping[str, Any] | None]
"""Reads the present config of a stack, by its name; None if it cannot be read."""


def recordings_of_a_run(
    config: ProviderConfig,
    clock: Clock,
    notify: Callable[[str], None],
    read_state: StateReader,
    memory: Path | None = None,
    provider: str = "",
    read_config: ConfigReader | None = None,
) -> Recordings:
    """The recordings of one Pulumi run.

    `memory` is the folder in which used RecordIds are kept for later runs, `provider` the URN of a
    provider that is not the only one of its kind. `read_config` reads the present config of the
    stack that this configuration is of.
    """
    credentials = StackCredentials(config.credentials(), lambda stack: _present(stack, read_config))
    run = Run(
        api=config.api(credentials, clock, notify),
        credentials=credentials,
        namespace=config.record_id_namespace,
        endpoint=Endpoint(config.endpoint, config.region),
        clock=clock,
        notify=notify,
        state=RunState(read_state),
        known=RecordIdCache(memory, config.endpoint),
        provider=provider,
        probes=config.probes(),
    )
    return Recordings(run)


def _present(stack: str, read_config: ConfigReader | None) -> CredentialChain | None:
    """The credentials of a stack's present config; None if it cannot be read."""
    config = read_config(stack) if read_config else None
    try:
        return None if config is None else ProviderConfig.from_stack(config).credentials()
    except ConfigError:
        return None
