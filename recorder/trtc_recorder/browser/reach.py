"""Which addresses a page may reach."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

from .address import host_of, is_localhost

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(OSError):
    """The page may not reach this host."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is a local address, which this page may not reach: --allow-hosts")


class Reach:
    """Public addresses, what `allowed` names, and the page's own host if that is local.

    `allowed` has names of hosts, addresses and networks (10.0.0.0/8). A page's own host is the name
    in `url` and its addresses, with any port; of a loopback address it is this machine, by all of
    its loopback addresses. It is local until its name has once had a public address: what a
    stranger's name server says later does not count.
    """

    def __init__(self, url: str, allowed: Sequence[str] = ()) -> None:
        self._own_name = host_of(url).strip("[]")
        self._own: set[IPAddress] = set()
        self._own_is_public = False
        self._names = {name.lower() for name in allowed}
        self._networks = [network for each in allowed for network in _network(each)]

    async def addresses(self, host: str, port: int) -> Sequence[tuple[int, IPAddress]]:
        """Returns the family and address of each of a host's addresses that the page may reach.

        Raises NotAllowed, or another OSError if the host has none.
        """
        options = {"type": socket.SOCK_STREAM}
        name = "localhost" if is_localhost(host) else host
        found = await asyncio.get_running_loop().getaddrinfo(name, port, **options)
        parsed = [(it[0], ipaddress.ip_address(str(it[4][0]).partition("%")[0])) for it in found]
        if host.lower() == self._own_name:
            self._own_is_public |= any(is_public(address) for _, address in parsed)
            self._own.update(address for _, address in parsed)
        allowed = [it for it in parsed if self._may_reach(host.lower(), it[1])]
        if not allowed:
            raise NotAllowed(host)
        return allowed

    def _may_reach(self, host: str, address: IPAddress) -> bool:
        if is_public(address) or host in self._names:
            return True
        if any(address in network for network in self._networks):
            return True
        if self._own_is_public:
            return False
        on_this_machine = any(own.is_loopback for own in self._own)
        return address in self._own or (on_this_machine and address.is_loopback)


def is_public(address: IPAddress) -> bool:
    """Returns whether an address is one of the internet, not of this machine or a private network.

    An IPv6 address that stands for an IPv4 one is what that one is.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _network(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(text.strip("[]"), strict=False)]
    except ValueError:
        return []
