"""What is checked: the recordings that are declared, by the configuration that starts them."""

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
from ..declaration.record_id import TYPE
from ..errors import ConfigError
from ..native.configuration import provider_config
from ..pulumi_cli.preview import (
    PreviewFailed,
    PreviewTooSlow,
    declared_resources,
    hides_inputs,
    preview_stack,
)
from ..pulumi_cli.project import Project
from ..pulumi_cli.stack import export_stack, stack_config
from ..pulumi_cli.state import PROVIDER, explicit_providers, is_recording, stack_state
from ..stack_program.config import plain_recordings
from ..stack_program.keys import StackKeys
from .result import Result, failed, ok, warning

PREVIEW_SECONDS = 25
"""For the stack's program."""

SECONDS = 35
"""For `recordings_of`."""

Resource = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """A configuration of the provider; `provider` names an explicit one."""

    config: ProviderConfig
    recordings: tuple[Declaration, ...] = ()
    provider: str = ""

    @property
    def applications(self) -> list[int]:
        """The SdkAppIds of the recordings, each once."""
        return list(dict.fromkeys(each.sdk_app_id for each in self.recordings))

    @property
    def pages(self) -> list[str]:
        """The pages of the recordings, each once."""
        return list(dict.fromkeys(each.record_url for each in self.recordings))


@dataclass(frozen=True)
class Subject:
    """`found` says where the recordings are from, and which ones are missing."""

    accounts: tuple[Account, ...]
    found: Result


def recordings_of(stack: str | None, project: Project, config: ProviderConfig) -> Subject:
    """The recordings of a stack: its config's, else those of a preview, else the state's.

    Raises ConfigError with what is invalid, StateUnreadable, or InvalidProperties.
    """
    if project.has_stack_program:
        declared = _declared(stack_config(stack), project, config)
        return Subject((Account(config, declared),), ok(f"{len(declared)}, by the stack's config"))
    exported = export_stack(stack, "--show-secrets")
    stored = exported.get("deployment", {}).get("resources") or []
    try:
        resources, hidden = _previewed(stack, stored)
    except PreviewFailed as error:
        accounts = _accounts(stored, config)
        kind = warning if isinstance(error, PreviewTooSlow) else failed
        return Subject(accounts, kind(f"{error}. Checked are the {_count(accounts)} of the state"))
    accounts = _accounts(resources, config, bool(hidden))
    text = f"{_count(accounts)}, by the stack's preview"
    if not hidden:
        return Subject(accounts, ok(text))
    names = ", ".join(urn.rpartition("::")[2] for urn in hidden)
    return Subject(
        accounts,
        warning(
            f"{text}. Not checked: {names}, with inputs that a preview does not show",
            "Run this again after `pulumi up`.",
        ),
    )


def _previewed(stack: str | None, stored: list[Resource]) -> tuple[list[Resource], list[str]]:
    """The recordings and their providers, and the URNs of those that are not shown whole."""
    in_state = {each["urn"]: each for each in stored if not each.get("delete")}
    shown: list[Resource] = []
    hidden: list[str] = []
    for each, stays in declared_resources(preview_stack(stack, PREVIEW_SECONDS)):
        if not is_recording(each) and each["type"] != PROVIDER:
            continue
        if hides_inputs(each) and stays and each["urn"] in in_state:
            shown.append(in_state[each["urn"]])
        elif hides_inputs(each) or each.get("provider", "").rpartition("::")[0] in hidden:
            hidden.append(each["urn"])
        else:
            shown.append({"id": "", **each})
    return shown, hidden


def _accounts(
    resources: list[Resource], config: ProviderConfig, has_others: bool = False
) -> tuple[Account, ...]:
    """The stack's own account comes first; beside others, only if it has recordings."""
    state = {"deployment": {"resources": resources}}
    explicit = explicit_providers(state)
    by_provider: dict[str, list[Declaration]] = {urn: [] for urn in ("", *explicit)}
    for each in stack_state(state).stored:
        by_provider[each.provider if each.provider in explicit else ""].append(each.declaration)
    return tuple(
        Account(
            provider_config(explicit[urn]) if urn else config,
            tuple(recordings),
            urn.rpartition("::")[2],
        )
        for urn, recordings in by_provider.items()
        if urn or recordings or not (explicit or has_others)
    )


def _count(accounts: tuple[Account, ...]) -> int:
    return sum(len(each.recordings) for each in accounts)


def _declared(
    keys: dict[str, str], project: Project, config: ProviderConfig
) -> tuple[Declaration, ...]:
    set_all_config(keys)
    try:
        stack_keys = StackKeys(project.name)
        entries = plain_recordings(stack_keys)
        stack_keys.viewer()
        stack_keys.price_per_minute()
    except pulumi.RunError as error:
        raise ConfigError(str(error)) from None
    if is_vendors(config.endpoint):
        errors = [f"{name}.{each}" for name, props in entries.items() for each in _local(props)]
        if errors:
            raise ConfigError("; ".join(errors))
    urn = f"urn:pulumi:stack::{project.name}::{TYPE}::"
    return tuple(
        Declaration.from_props({**props, "start_at": None, "resource_urn": f"{urn}{name}"})
        for name, props in entries.items()
    )


def _local(props: dict[str, Any]) -> list[str]:
    return cloud_address_errors(props, to_camel, lambda value: False)
