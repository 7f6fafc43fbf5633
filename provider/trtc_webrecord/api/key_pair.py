"""The key pair that requests are signed with."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ConfigError
from ..key_text import key_fault


@dataclass(frozen=True)
class Credential:
    """A key pair; `token` is set for temporary credentials, `role` (an ARN) for a role's session,
    `ends_at` (Unix seconds) is that session's end.

    Raises ConfigError for a value that is no key, such as one with a line break.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    role: str = ""
    ends_at: float | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key", "token"):
            if fault := key_fault(getattr(self, name) or ""):
                raise ConfigError(f"the credentials' {name} {fault}")
