"""Where the key pair comes from: the stack's config, the environment, then the vendor's own chain.

Order: `trtc:secretId`/`secretKey`/`securityToken`; `TENCENTCLOUD_SECRET_ID`/`_SECRET_KEY` with
`TENCENTCLOUD_SECURITY_TOKEN` (Terraform, Pulumi) or `TENCENTCLOUD_TOKEN` (command line); the
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
"""Seconds. The official client's metadata step has no time-out, so it is only asked where this
address answers."""

NONE_FOUND = (
    "no Tencent Cloud credentials found. Set trtc:secretId and trtc:secretKey in the stack's "
    "config (`pulumi config set --secret trtc:secretKey …`), or TENCENTCLOUD_SECRET_ID and "
    "TENCENTCLOUD_SECRET_KEY in the environment, or a profile in ~/.tencentcloud/credentials; "
    "on a CVM or in TKE, a role serves too."
)


@dataclass(frozen=True)
class Credential:
    """A key pair; `token` is set where it is temporary.

    Raises ConfigError where one of them cannot stand in a header, such as for a line break at its
    end.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key", "token"):
            if not re.fullmatch(r"[!-~]*", getattr(self, name) or ""):
                raise ConfigError(f"the credentials' {name} holds a space, line break or the like")


class CredentialSource(Protocol):
    """Something that hands out the key pair that is valid now."""

    def current(self) -> Credential:
        """The key pair to sign the next call with. Raises ConfigError where there is none."""

    def refresh(self) -> None:
        """Forget temporary credentials that the service no longer takes."""


class _VendorCredential(Protocol):
    def get_credential_info(self) -> tuple[str | None, str | None, str | None]: ...


Found = TypeVar("Found")


class CredentialChain:
    """The chain of this module. Resolved at the first use and kept; thread-safe.

    `configured` is what the stack's config says, `environment` defaults to the process's own.
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
        """The key pair valid now. Raises ConfigError where no step of the chain has one."""
        if self._static:
            return self._static
        with self._lock:
            vendor = self._vendor = self._vendor or _from_vendor_chain()
        secret_id, secret_key, token = _read(vendor.get_credential_info)
        if not secret_id or not secret_key:
            raise ConfigError(NONE_FOUND)
        return Credential(secret_id, secret_key, token)

    def refresh(self) -> None:
        """Resolve the vendor's steps anew at the next use; a configured pair stays as it is."""
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
    except configparser.Error as error:  # whose text quotes the line, which may hold the key
        raise ConfigError(
            f"the credentials' profile file cannot be read: {type(error).__name__}"
        ) from None
    except Exception as error:
        raise ConfigError(f"the credential chain failed: {error}") from None


def _from_profile() -> _VendorCredential | None:
    from tencentcloud.common.credential import ProfileCredential

    try:
        found: _VendorCredential | None = ProfileCredential().get_credential()
    except AttributeError:  # its answer to a file without the section [default]
        return None
    return found


def _on_a_cvm() -> bool:
    import requests

    try:
        return requests.get(METADATA_URL, timeout=METADATA_TIMEOUT).ok
    except requests.RequestException:
        return False
