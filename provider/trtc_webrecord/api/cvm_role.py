"""The role of the CVM that this runs on, by its metadata service.

The vendor's class for it waits without end, and goes on with expired keys if a renewal fails.
"""

from __future__ import annotations

import json
import time

from ..errors import ConfigError
from .key_pair import Credential
from .session import Session, Source

METADATA_URL = "http://metadata.tencentyun.com/latest/meta-data/"
ROLES = "cam/security-credentials/"

PRESENCE_TIMEOUT = 1.0
"""Seconds for the first response: on other machines there is none."""
TIMEOUT = 5.0
"""Seconds for a later one."""


def cvm_role() -> Source | str:
    """The credentials of the machine's role, or the reason why there are none."""
    if _get("", PRESENCE_TIMEOUT) is None:
        return "the CVM's role: no metadata service responds"
    name = _get(ROLES, TIMEOUT)
    if not name:
        return "the CVM's role: it has none"
    session = _CvmRole(name)
    try:
        session.current()
    except ConfigError as error:
        return str(error)
    return session.current


class _CvmRole(Session):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def _begin(self) -> tuple[Credential, float, float]:
        try:
            keys = json.loads(_get(f"{ROLES}{self._name}", TIMEOUT) or "")
            pair = keys["TmpSecretId"], keys["TmpSecretKey"], keys["Token"]
            ends_at = float(keys["ExpiredTime"])
        except (KeyError, TypeError, ValueError):
            raise ConfigError(
                f"the CVM's role {self._name!r}: the metadata service grants no credentials"
            ) from None
        return Credential(*pair, self._name, ends_at), ends_at, ends_at - time.time()


def _get(path: str, timeout: float) -> str | None:
    """The body of a response; None without a usable one."""
    import requests

    try:
        response = requests.get(METADATA_URL + path, timeout=timeout)
    except requests.RequestException:
        return None
    return response.text if response.ok else None
