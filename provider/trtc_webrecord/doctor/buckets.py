"""The storage: the provider's probe of each target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..api.credentials import CredentialSource
from ..declaration.declaration import Declaration
from ..errors import ConfigError
from ..recording.storage_keys import storage_keys
from ..recording.storage_probe import rejection, target_of
from ..storage.probes import Probes
from ..storage.target import Target
from .result import Result, failed, ok, warning


@dataclass(frozen=True)
class Prober:
    """Probes, and keeps the warnings."""

    probes: Probes
    warnings: list[str] = field(default_factory=list)

    def notify(self, message: str) -> None:
        """Keep a warning."""
        self.warnings.append(message.removeprefix("warning: "))


def targets(
    recordings: tuple[Declaration, ...], credentials: CredentialSource, probes: Probes
) -> Iterator[tuple[Declaration, Target | ConfigError | None]]:
    """Each target of the recordings once, with the first that has it; None: it is not probed."""
    seen: set[Target | None] = set()
    for each in recordings:
        if each.storage_params.cloud_storage is None:
            continue
        try:
            target = target_of(probes, each, storage_keys(each, credentials))
        except ConfigError as error:
            yield each, error
            continue
        if target not in seen:
            seen.add(target)
            yield each, target


def storage(
    declaration: Declaration,
    target: Target | ConfigError | None,
    credentials: CredentialSource,
    probes: Probes,
) -> Result:
    """Whether the key pair may write to the target."""
    if isinstance(target, ConfigError):
        return failed(str(target))
    if target is None:
        return warning(
            f"the bucket of {declaration.name!r} is not probed",
            "Set trtc:storageProbe to true, with trtc:storageEndpoint for another store than COS.",
        )
    prober = Prober(probes)
    rejected = rejection(prober, declaration, storage_keys(declaration, credentials))
    if rejected:
        return failed(f"{declaration.who}: {rejected}")
    if prober.warnings:
        return warning("; ".join(prober.warnings))
    place = "/".join((target.bucket, *target.prefix, ""))
    return ok(f"files can be written at {place} (region {target.region})")
