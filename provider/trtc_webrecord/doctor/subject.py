"""What is checked: a configuration of the provider, and the recordings that are declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import set_all_config
from pydantic.alias_generators import to_camel

from ..api.sites import is_vendors
from ..configuration import ProviderConfig
from ..declaration.cloud_addresses import cloud_address_errors
from ..declaration.declaration import Declaration
from ..errors import ConfigError
from ..pulumi_project import Project
from ..pulumi_state import export_stack, stack_config, stack_state
from ..stack_program.config import declared_recordings
from ..stack_program.keys import StackKeys


@dataclass(frozen=True)
class Subject:
    """`source` says where the recordings are from."""

    config: ProviderConfig
    recordings: tuple[Declaration, ...]
    source: str

    @property
    def applications(self) -> list[int]:
        """The SdkAppIds of the recordings, each once."""
        return list(dict.fromkeys(each.sdk_app_id for each in self.recordings))

    @property
    def pages(self) -> list[str]:
        """The pages of the recordings, each once."""
        return list(dict.fromkeys(each.record_url for each in self.recordings))

    @classmethod
    def of_stack(cls, stack: str | None, project: Project) -> Subject:
        """A stack's config, with its recordings or else those of the state.

        Raises ConfigError with what is invalid, StateUnreadable, or InvalidProperties.
        """
        keys = stack_config(stack)
        config = ProviderConfig.from_stack(keys)
        if project.has_stack_program:
            return cls(config, _declared(keys, project, config), "the stack's config")
        stored = stack_state(export_stack(stack, "--show-secrets")).stored
        return cls(config, tuple(each.declaration for each in stored), "the stack's state")


def _declared(
    keys: dict[str, str], project: Project, config: ProviderConfig
) -> tuple[Declaration, ...]:
    set_all_config(keys)
    try:
        entries = declared_recordings(StackKeys(project.name))
    except pulumi.RunError as error:
        raise ConfigError(str(error)) from None
    if is_vendors(config.endpoint):
        errors = [f"{name}.{each}" for name, props in entries.items() for each in _local(props)]
        if errors:
            raise ConfigError("; ".join(errors))
    urn = f"urn:pulumi:stack::{project.name}::pulumi-python:dynamic/trtc:WebRecording::"
    return tuple(
        Declaration.from_props({**props, "resource_urn": f"{urn}{name}"})
        for name, props in entries.items()
    )


def _local(props: dict[str, Any]) -> list[str]:
    return cloud_address_errors(props, to_camel, lambda value: False)
