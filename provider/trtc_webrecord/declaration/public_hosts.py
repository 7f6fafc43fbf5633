"""Which hosts only a machine or a network of one's own can open, read in the browser's way.

Source: the WHATWG's "URL", its host parser and IPv4 parser; the address registries in `ipaddress`;
RFC 6761, 6762 (appendix G) and 8375 and ICANN's `.internal` for names that the internet never has.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote

PRIVATE_DOMAINS = (
    *("localhost", "localdomain", "local", "internal", "home.arpa", "lan", "home", "corp"),
    *("intranet", "private", "test", "invalid"),
)

PRIVATE = "a private or reserved address"
SHARED = "a shared address (100.64.0.0/10)"

_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[/\\]+([^/\\?#]*)")
_NUMBER = re.compile("0[xX][0-9a-fA-F]*|[0-9]+")
_NAT64 = int(IPv6Address("64:ff9b::")) >> 32


def why_not_public(url: str) -> str | None:
    r"""What the host of a URL is, such as `a loopback address`; None for a public host.

    Browsers take 127.1, 0x7f000001, 017700000001 and `%31%32%37.0.0.1` for 127.0.0.1, and `\` for
    `/`.
    """
    authority = _AUTHORITY.match(url)
    host = authority[1].rpartition("@")[2] if authority else ""
    if host.startswith("["):
        return _of_ipv6(host[1:].partition("]")[0])
    name = _ascii(host.rpartition(":")[0] if re.search(":[0-9]*$", host) else host)
    labels = name.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _of_ipv4(labels)
    return _of_name(labels)


def _ascii(host: str) -> str:
    """The host's name in lower case, without what a browser drops; letters outside ASCII stay."""
    text = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower()
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def _of_name(labels: list[str]) -> str | None:
    if labels[-1] == "localhost":
        return "localhost"
    for domain in PRIVATE_DOMAINS:
        if ".".join(labels).endswith(f".{domain}"):
            return f"a name in .{domain}, which the internet does not have"
    return "a name without a domain" if len(labels) == 1 else None


def _of_ipv4(labels: list[str]) -> str | None:
    try:
        *others, last = [_number(label) for label in labels]
    except ValueError:
        return "not a valid address"
    bits = 8 * (4 - len(others))
    if len(others) > 3 or last >= 1 << bits or any(each > 255 for each in others):
        return "not a valid address"
    high = sum(each << 8 * (3 - place) for place, each in enumerate(others))
    return _of_address(IPv4Address(high + last))


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise ValueError
    if label[1:2] in ("x", "X"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _of_ipv6(text: str) -> str | None:
    try:
        address = ip_address(unquote(text).partition("%")[0])
    except ValueError:
        return "not a valid address"
    return _of_address(address)


def _of_address(address: IPv4Address | IPv6Address) -> str | None:
    if isinstance(address, IPv6Address):
        if address.is_loopback:
            return "a loopback address"
        if inner := _ipv4_in(address):
            return _of_address(inner)
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_unspecified or address.is_multicast:
        return "an address of no host"
    if isinstance(address, IPv6Address) and address.is_site_local:
        return PRIVATE
    if address.is_global:
        return None
    return PRIVATE if address.is_private else SHARED


def _ipv4_in(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in an IPv4-mapped, IPv4-compatible, 6to4 or NAT64 address."""
    number = int(address)
    if address.ipv4_mapped or number >> 32 in (0, _NAT64):
        return IPv4Address(number & 0xFFFFFFFF)
    return address.sixtofour
