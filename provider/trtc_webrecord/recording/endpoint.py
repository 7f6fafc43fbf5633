"""The endpoint and region of a task: it can be asked for and stopped nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import RecordingError


@dataclass(frozen=True)
class Endpoint:
    """One installation of the service."""

    endpoint: str
    region: str

    @classmethod
    def of(cls, props: dict[str, Any]) -> Endpoint | None:
        """Where the recording of a state was started; None if an early version did not store it."""
        endpoint, region = props.get("endpoint"), props.get("region")
        return cls(endpoint, region) if endpoint and region else None

    def outputs(self) -> dict[str, Any]:
        """The outputs with the endpoint and region."""
        return {"endpoint": self.endpoint, "region": self.region}

    def differs_from(self, props: dict[str, Any]) -> bool:
        """Whether the recording of a state was started elsewhere."""
        stored = Endpoint.of(props)
        return stored is not None and stored._key() != self._key()

    def reject_elsewhere(self, who: str, consequence: str, props: dict[str, Any]) -> None:
        """Raises RecordingError for the recording of a state that was started elsewhere."""
        if self.differs_from(props):
            raise RecordingError(
                f"{who} was started at {Endpoint.of(props)}, and the provider is configured for "
                f"{self}, which does not know the task. {consequence} Set trtc:endpoint and "
                "trtc:region back and run `pulumi up`; to move it on purpose, see "
                "docs/operations.md."
            )

    def _key(self) -> tuple[str, str]:
        return self.endpoint.rstrip("/").lower(), self.region

    def __str__(self) -> str:
        return f"{self.endpoint} ({self.region})"
