"""Hosts as Chromium understands them."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import unquote, urlsplit

import idna


def host_of(url: str) -> str:
    """Returns the host of an http(s) URL in any spelling: an IP address, IPv6 in brackets, or a
    name in lower case and Punycode. See https://url.spec.whatwg.org/#host-parsing.
    """
    host = unquote(urlsplit(url).hostname or "")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    try:
        name = idna.encode(host, uts46=True, std3_rules=False).decode()
    except idna.IDNAError:  # a name such as my_host is none of IDNA's, and as good
        name = host.lower()
    try:
        return socket.inet_ntoa(socket.inet_aton(name))  # also 2130706433, 0x7f.1
    except OSError:
        return name


def is_localhost(host: str) -> bool:
    """Returns whether a name is this machine's, whatever a name server says (RFC 6761, 6.3)."""
    return f".{host.lower().removesuffix('.')}".endswith(".localhost")
