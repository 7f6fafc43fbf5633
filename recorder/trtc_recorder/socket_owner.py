"""Which process has made a connection on this machine, from Linux's /proc."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))

Address = tuple[str, int]
"""IP address and port, as `socket.getpeername()` returns them."""


def owner(client: Address, server: Address, processes: Iterable[int]) -> int | None:
    """Returns which of the processes holds the client's end of a connection; None: none of them."""
    inode = _inode(list(zip(_texts(client), _texts(server), strict=False)))
    if inode is None:
        return None
    return next((pid for pid in processes if f"socket:[{inode}]" in _files(pid)), None)


def children(pid: int) -> Iterator[int]:
    """Yields the processes that a process has started and that still run."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, file.read_text().split())


def descendants(pid: int) -> Iterator[int]:
    """Yields the children of a process, their children and so on."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def _inode(ends: list[tuple[str, str]]) -> str | None:
    for table in TABLES:
        with suppress(OSError), table.open() as rows:
            for row in rows:
                fields = row.split()
                if tuple(fields[1:3]) in ends:
                    return fields[9]
    return None


def _files(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                yield str(file.readlink())


def _texts(address: Address) -> Iterator[str]:
    """Yields an address as the tables have it: words in the byte order of the machine.

    A server on `::` has IPv4 addresses in the form of IPv6, for which its client may have either.
    """
    parsed = ipaddress.ip_address(address[0].partition("%")[0])
    for each in (parsed, getattr(parsed, "ipv4_mapped", None)):
        if each is not None:
            words = (each.packed[at : at + 4][::-1] for at in range(0, len(each.packed), 4))
            yield f"{b''.join(words).hex().upper()}:{address[1]:04X}"
