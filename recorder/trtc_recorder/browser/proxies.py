"""The proxies of the environment: which of them a request takes."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from urllib.parse import SplitResult, urlsplit

from .address import is_localhost

SCHEMES = ("http", "https")
"""Each has a variable, `http_proxy` and so on; `all_proxy` is for the others of them."""


@dataclass(frozen=True)
class Proxies:
    """A proxy for each scheme that has one, with its user and password; `bypassed`: `no_proxy`."""

    by_scheme: Mapping[str, SplitResult]
    bypassed: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Proxies:
        """Returns those of variables in lower or upper case."""
        proxies = {}
        for scheme in SCHEMES:
            value = _variable(environment, f"{scheme}_proxy") or _variable(environment, "all_proxy")
            if value:
                proxies[scheme] = urlsplit(value if "://" in value else f"http://{value}")
        bypassed = (_variable(environment, "no_proxy") or "").split(",")
        return cls(proxies, tuple(each.strip().lower() for each in bypassed if each.strip()))

    def for_host(self, scheme: str, host: str, port: int) -> SplitResult | None:
        """Returns the proxy of a request; None if it takes none, as to this machine and link."""
        return None if self._bypasses(host.lower(), port) else self.by_scheme.get(scheme)

    def _bypasses(self, host: str, port: int) -> bool:
        if is_localhost(host):
            return True
        with suppress(ValueError):
            address = ipaddress.ip_address(host)
            if address.is_loopback or address.is_link_local:
                return True
        for pattern in self.bypassed:
            with suppress(ValueError):
                if ipaddress.ip_address(host) in ipaddress.ip_network(pattern, strict=False):
                    return True
            name = pattern.removesuffix(f":{port}").lstrip(".")
            if fnmatch(host, name) or host.endswith(f".{name}"):
                return True
        return False


def _variable(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name) or environment.get(name.upper())
