"""The credential chain: where the key pair comes from, and in which order.

A role comes first, since it is assumed with what the rest of the chain finds. Then the stack's
config, the environment, a profile of the command line, the file of the vendor's libraries, the
CVM's role and TKE's. docs/installation-configuration.md lists the names of all settings.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Protocol

from ..environment_variables import (
    ASSUME_ROLE,
    SECRET_ID,
    SECRET_KEY,
    SECURITY_TOKEN,
    TKE_PROVIDER_ID,
    TKE_ROLE_ARN,
    TKE_WEB_IDENTITY_TOKEN_FILE,
)
from ..errors import ConfigError
from ..key_text import key_fault
from .cvm_role import cvm_role
from .key_pair import Credential as Credential
from .profiles import LIBRARY_FILES, PROFILE_KEY, Profile, library_profile
from .role_session import RoleSession
from .roles import AssumeRole, AssumeRoleWithWebIdentity, Role, role_of_environment
from .session import Source

TKE = {
    "role_arn": TKE_ROLE_ARN,
    "provider_id": TKE_PROVIDER_ID,
    "web_identity_token_file": TKE_WEB_IDENTITY_TOKEN_FILE,
}
"""The variables that Tencent's Kubernetes Engine sets in a pod with a role."""

STS_HOST = "sts.tencentcloudapi.com"

NONE_FOUND = "no Tencent Cloud credentials found."
NO_WEB_IDENTITY = (
    f"a web identity: neither trtc:assumeRoleWithWebIdentity nor {ASSUME_ROLE}ARN is set"
)
WHAT_TO_SET = (
    "Set trtc:secretId and trtc:secretKey in the stack's config (`pulumi config set --secret "
    "trtc:secretKey …`), or one of these."
)


class CredentialSource(Protocol):
    """A source of the currently valid key pair."""

    def current(self) -> Credential:
        """The key pair to sign the next request with. Raises ConfigError if there is none."""

    def refresh(self) -> None:
        """Discard temporary credentials that the service no longer accepts."""

    def renew(self, rejected: Credential) -> bool:
        """Look for others than the rejected ones, and use them; whether there are some."""


class CredentialChain:
    """The credential chain, resolved at the first use and cached. Thread-safe.

    `configured`, `role` and `profile` are those of the stack's config. `environment` defaults to
    `os.environ`; `sts_host` is where roles are assumed. `taken` is the source that it has found,
    `passed_over` are the ones before it, each with the reason.
    """

    def __init__(
        self,
        configured: Credential | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        role: Role | None = None,
        profile: str | None = None,
        shared_credentials_dir: str | None = None,
        sts_host: str = STS_HOST,
    ) -> None:
        self._configured = configured
        self._environment = os.environ if environment is None else environment
        self._role = role
        self._profile = Profile.chosen(profile, shared_credentials_dir, self._environment)
        self._sts_host = sts_host
        self._source: Source | None = None
        self._lock = threading.Lock()
        self.taken = ""
        self.passed_over: list[str] = []

    def current(self) -> Credential:
        """The valid key pair. Raises ConfigError if no step of the chain has one."""
        with self._lock:
            source = self._source = self._source or self._resolve()
        return source()

    def refresh(self) -> None:
        """Resolve the chain again at the next use."""
        with self._lock:
            self._source = None

    def renew(self, rejected: Credential) -> bool:
        """There are no others: it has looked everywhere."""
        return False

    def _resolve(self) -> Source:
        role = self._role
        if role is None and not self._configured and self._profile.named_by != PROFILE_KEY:
            role = role_of_environment(self._environment)
        if role is None:
            return self._pair("" if self._configured else NO_WEB_IDENTITY)
        base = None
        self.taken = "the web identity token"
        if isinstance(role, AssumeRole):
            base = self._pair(f"the role {role.role_arn}: assuming it needs a key pair")
        self.taken = f"the role {role.role_arn}, by {self.taken}"
        return RoleSession(role, base, self._sts_host).current

    def _pair(self, about_roles: str) -> Source:
        """The first step that finds something. A step returns the reason why it does not."""
        nearest = [("the environment", self._from_environment)]
        by_name = self._profile.named_by == PROFILE_KEY
        nearest.insert(0 if by_name else 1, (str(self._profile), self._from_profile))
        self.passed_over = [about_roles] if about_roles else []
        for name, step in (
            ("trtc:secretId", self._from_config),
            *nearest,
            ("the file of the vendor's libraries", _from_library_file),
            ("the CVM's role", cvm_role),
            ("TKE's role", self._from_tke),
        ):
            found = step()
            if not isinstance(found, str):
                self.taken = name
                return found
            self.passed_over.append(found)
        raise ConfigError(f"{NONE_FOUND} Looked at: {'; '.join(self.passed_over)}. {WHAT_TO_SET}")

    def _from_config(self) -> Source | str:
        return _static(self._configured) if self._configured else "trtc:secretId: not set"

    def _from_environment(self) -> Source | str:
        names = (SECRET_ID, SECRET_KEY)
        secret_id, secret_key = (self._environment.get(name, "") for name in names)
        token_name = next(filter(self._environment.get, SECURITY_TOKEN), SECURITY_TOKEN[0])
        return _pair_of(
            "the environment",
            dict(zip(names, (secret_id, secret_key), strict=True)),
            token_name,
            self._environment.get(token_name),
        )

    def _from_profile(self) -> Source | str:
        entries = self._profile.entries()
        if entries is None:
            problem = f"{self._profile}: no such file"
        else:
            pair = {key: entries.get(key, "") for key in ("secretId", "secretKey")}
            found = _pair_of(str(self._profile), pair, "token", entries.get("token"))
            if not isinstance(found, str):
                return self._in_role_of_profile(entries, found)
            problem = found
        if self._profile.named_by:
            raise ConfigError(
                f"{self._profile.named_by} cannot be used: {problem}. Correct the name, or run "
                f"`tccli configure --profile {self._profile.name}`"
            )
        return problem

    def _in_role_of_profile(self, entries: Mapping[str, str], pair: Source) -> Source:
        arn, session = (entries.get(name, "").strip() for name in ("role-arn", "role-session-name"))
        if not arn:
            return pair
        named = {"role_arn": arn}
        if session:
            named["session_name"] = session
        return RoleSession(AssumeRole(**named), pair, self._sts_host).current

    def _from_tke(self) -> Source | str:
        if not self._environment.get(TKE_ROLE_ARN):
            return f"TKE's role: {TKE_ROLE_ARN} is not set"
        missing = [name for name in TKE.values() if not self._environment.get(name)]
        if missing:
            raise ConfigError(
                f"TKE's role is incomplete: {TKE_ROLE_ARN} is set, and {' and '.join(missing)} is "
                "not. TKE sets them in a pod; set all of them or none"
            )
        role = AssumeRoleWithWebIdentity(
            **{field: self._environment[variable] for field, variable in TKE.items()}
        )
        return RoleSession(role, None, self._sts_host).current


def _from_library_file() -> Source | str:
    found = library_profile()
    if found is None:
        return f"{' and '.join(LIBRARY_FILES)}: no such file"
    file, entries = found
    pair = {key: entries.get(key, "") for key in ("secret_id", "secret_key")}
    return _pair_of(f"{file} [default]", pair)


def _pair_of(
    where: str, pair: Mapping[str, str], token_name: str = "", token: str | None = None
) -> Source | str:
    """The source of a pair, or why it is none. Raises ConfigError for half of one, or no keys."""
    missing = [name for name, value in pair.items() if not value]
    if len(missing) == 1:
        present = next(name for name in pair if name not in missing)
        raise ConfigError(
            f"the credentials are incomplete: {where} has {present}, but no {missing[0]}. Set both "
            "or neither"
        )
    if missing:
        alone = ", but a token" if token else ""
        return f"{where}: no {' and no '.join(missing)}{alone}"
    given = {**pair, token_name: token or ""}
    faults = [f"{name} {fault}" for name, key in given.items() if (fault := key_fault(key))]
    if faults:
        raise ConfigError(f"the credentials are invalid: {where}: {'; '.join(faults)}")
    secret_id, secret_key = pair.values()
    return _static(Credential(secret_id, secret_key, token or None))


def _static(credential: Credential) -> Source:
    return lambda: credential
