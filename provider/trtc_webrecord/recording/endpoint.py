"""The endpoint and region of a task: requests for it are sent nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoint:
    """One installation of the service."""

    endpoint: str
    region: str

    def outputs(self) -> dict[str, str]:
        """The outputs with the endpoint and region."""
        return {"endpoint": self.endpoint, "region": self.region}

    def is_same(self, other: Endpoint) -> bool:
        """Whether both name one installation."""
        return self._key() == other._key()

    def _key(self) -> tuple[str, str]:
        return self.endpoint.rstrip("/").lower(), self.region

    def __str__(self) -> str:
        return f"{self.endpoint} ({self.region})"
