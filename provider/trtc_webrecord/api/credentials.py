"""The credential chain: the stack's config, the environment, then the vendor's own steps.

Order: `trtc:secretId`/`secretKey`/`securityToken`; `TENCENTCLOUD_SECRET_ID`/`_SECRET_KEY` with
`TENCENTCLOUD_SECURITY_TOKEN` (Terraform, Pulumi) or `TENCENTCLOUD_TOKEN` (tccli); the
profile file; the CVM role; TKE OIDC. The last three are the steps of the official client's
`tencentcloud.common.credential`.
"""

from __future__ import annotations

import configparser
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ..errors import ConfigError

METADATA_URL = "http://metadata.tencentyun.com/latest/meta-data/"
METADATA_TIMEOUT = 1.0
"""Seconds. The official client's metadata step has no timeout, so it runs only if this address
responds."""

NONE_FOUND = (
    "no Tencent Cloud credentials found. Set trtc:secretId and trtc:secretKey in the stack's "
    "config (`pulumi config set --secret trtc:secretKey …`), or TENCENTCLOUD_SECRET_ID and "
    "TENCENTCLOUD_SECRET_KEY in the environment, or a profile in ~/.tencentcloud/credentials; "
    "on a CVM or in TKE, a role works too."
)


@dataclass(frozen=True)
class Credential:
    """A key pair; `token` is set for temporary credentials.

    Raises ConfigError for a value that is invalid in an HTTP header, such as one with a line break.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key", "token"):
            if not re.fullmatch(r"[!-~]*", getattr(self, name) or ""):
                raise ConfigError(
                    f"the credentials' {name} contains a space, line break or invalid character"
                )


class CredentialSource(Protocol):
    """A source of the currently valid key pair."""

    def current(self) -> Credential:
        """The key pair to sign the next request with. Raises ConfigError if there is none."""

    def refresh(self) -> None:
        """Discard temporary credentials that the service no longer accepts."""


class _VendorCredential(Protocol):
    def get_credential_info(self) -> tuple[str | None, str | None, str | None]: ...


Found = TypeVar("Found")


class CredentialChain:
    """The credential chain, resolved at the first use and cached. Thread-safe.

    `configured` is the key pair of the stack's config; `environment` defaults to `os.environ`.
    """

    def __init__(
        self,
        configured: Credential | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._static = configured or _from_environment(
            os.environ if environment is None else environment
        )
        self._vendor: _VendorCredential | None = None
        self._lock = threading.Lock()

    def current(self) -> Credential:
        """The valid key pair. Raises ConfigError if no step of the chain has one."""
        if self._static:
            return self._static
        with self._lock:
            vendor = self._vendor = self._vendor or _from_vendor_chain()
        secret_id, secret_key, token = _read(vendor.get_credential_info)
        if not secret_id or not secret_key:
            raise ConfigError(NONE_FOUND)
        return Credential(secret_id, secret_key, token)

    def refresh(self) -> None:
        """Resolve the vendor's steps again at the next use; a configured pair stays."""
        with self._lock:
            self._vendor = None


def _from_environment(environment: Mapping[str, str]) -> Credential | None:
    secret_id = environment.get("TENCENTCLOUD_SECRET_ID")
    secret_key = environment.get("TENCENTCLOUD_SECRET_KEY")
    if not secret_id or not secret_key:
        return None
    token = environment.get("TENCENTCLOUD_SECURITY_TOKEN") or environment.get("TENCENTCLOUD_TOKEN")
    return Credential(secret_id, secret_key, token or None)


def _from_vendor_chain() -> _VendorCredential:
    from tencentcloud.common import credential as vendor

    steps: list[Callable[[], _VendorCredential | None]] = [
        _from_profile,
        lambda: vendor.CVMRoleCredential().get_credential() if _on_a_cvm() else None,
        lambda: (
            vendor.DefaultTkeOIDCRoleArnProvider().get_credential()
            if os.environ.get("TKE_ROLE_ARN")
            else None
        ),
    ]
    for step in steps:
        found = _read(step)
        if found:
            return found
    raise ConfigError(NONE_FOUND)


def _read(step: Callable[[], Found]) -> Found:
    try:
        return step()
    except configparser.Error as error:  # its text quotes the line, which may contain the key
        raise ConfigError(
            f"the credentials' profile file cannot be read: {type(error).__name__}"
        ) from None
    except Exception as error:
        raise ConfigError(f"the credential chain failed: {error}") from None


def _from_profile() -> _VendorCredential | None:
    from tencentcloud.common.credential import ProfileCredential

    try:
        found: _VendorCredential | None = ProfileCredential().get_credential()
    except AttributeError:  # raised for a file without the section [default]
        return None
    return found


def _on_a_cvm() -> bool:
    import requests

    try:
        return requests.get(METADATA_URL, timeout=METADATA_TIMEOUT).ok
    except requests.RequestException:
        return False
