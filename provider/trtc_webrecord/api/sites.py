"""The vendor's two sites: their endpoints and regions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ..environment_variables import REGION
from ..errors import ConfigError

KEY = "trtc:region"

INTERNATIONAL = "trtc.intl.tencentcloudapi.com"
MAINLAND = "trtc.tencentcloudapi.com"

DOMAIN = "tencentcloudapi.com"
"""Of every host of the vendor's API."""

REGIONS = {
    INTERNATIONAL: ("ap-singapore",),
    MAINLAND: ("ap-beijing", "ap-guangzhou", "ap-shanghai"),
}
"""Source: the vendor's page "Request Structure" of each site."""

_REGIONAL = re.compile(r"trtc\.([a-z]+(?:-[a-z]+)+)\.(intl\.)?tencentcloudapi\.com")
"""A host of one region, which that page lists beside the site's own."""

DEFAULT_REGION = "ap-singapore"
"""For the international site, and for other hosts such as the local service."""


def region_for(endpoint: str, given: Sequence[tuple[str, str | None]]) -> str:
    """The first region that is given, or the endpoint's default.

    `given` are regions with the name of the setting they are from. Raises ConfigError for a region
    that the endpoint does not serve. A host that is not the vendor's takes any region.
    """
    host = _host(endpoint)
    served = _served(host)
    for name, region in given:
        if region and served and region not in served:
            raise ConfigError(
                f"{name} = {region!r} does not fit trtc:endpoint = {endpoint}. Set "
                f"{'it' if name == KEY else f'it, or {KEY},'} to {_any_of(served)}"
                f"{_other_site(region)}"
            )
        if region:
            return region
    if host == MAINLAND:
        raise ConfigError(
            f"{KEY} is not set, and trtc:endpoint = {endpoint} has no default region: set {KEY} "
            f"or {REGION} to {_any_of(REGIONS[MAINLAND])}"
        )
    return served[0] if served else DEFAULT_REGION


def is_vendors(endpoint: str) -> bool:
    """Whether requests go to the vendor."""
    return f".{_host(endpoint)}".endswith(f".{DOMAIN}")


def sts_host(endpoint: str) -> str:
    """The host of the site's Security Token Service, which assumes roles."""
    host = _host(endpoint)
    international = ".intl." in host or _served(host) == REGIONS[INTERNATIONAL]
    return f"sts.{'intl.' if international else ''}tencentcloudapi.com"


def _served(host: str) -> tuple[str, ...] | None:
    """The regions of a host of the vendor's: one, of a regional host; None: not known."""
    regional = _REGIONAL.fullmatch(host)
    return (regional[1],) if regional else REGIONS.get(host)


def _host(endpoint: str) -> str:
    return (urlsplit(endpoint).hostname or "").rstrip(".")


def _any_of(regions: Sequence[str]) -> str:
    *others, last = regions
    return f"{', '.join(others)} or {last}" if others else last


def _other_site(region: str) -> str:
    hosts = [host for host, regions in REGIONS.items() if region in regions]
    return "".join(f", or trtc:endpoint to https://{host}, which serves {region}" for host in hosts)
