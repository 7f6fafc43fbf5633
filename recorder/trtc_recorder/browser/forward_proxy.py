"""The proxy by which a page's Chromium makes all of its TCP connections.

It resolves each name itself and connects to an address that it has checked, so that neither a
redirect nor a name server leads a page to an address that it may not reach. It passes on what takes
a proxy of the environment, with that proxy's user and password, and serves nobody but its Chromium.

Chromium speaks SOCKS 5 to it, or HTTP for a scheme whose requests take an HTTP proxy.
"""

from __future__ import annotations

import asyncio
import base64
import errno
import ipaddress
import os
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from asyncio.staggered import staggered_race
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

from ..socket_owner import descendants, owner
from .address import is_localhost
from .proxies import SCHEMES, Proxies
from .reach import NotAllowed, Reach
from .streams import Streams, connect_by_socks, connected, join

SOCKS_PORT = 1080

HEADERS_LIMIT = 2**18
"""Bytes of a request's headers."""

NEXT_ADDRESS = 0.25
"""Seconds until the next address of a host is tried beside the one before (RFC 8305)."""

FAILURES = 100
"""How many hosts' failures are kept."""

CODES = {
    errno.ECONNREFUSED: "net::ERR_CONNECTION_REFUSED",
    errno.ETIMEDOUT: "net::ERR_CONNECTION_TIMED_OUT",
    errno.EHOSTUNREACH: "net::ERR_ADDRESS_UNREACHABLE",
    errno.ENETUNREACH: "net::ERR_ADDRESS_UNREACHABLE",
}
"""Chromium's own words for them, which it has not, behind a proxy."""

PROXY_CODES = ("net::ERR_SOCKS_CONNECTION_FAILED", "net::ERR_TUNNEL_CONNECTION_FAILED")
EMPTY = "net::ERR_EMPTY_RESPONSE"
"""Also of a server that closes the connection without a response."""


class ForwardProxy:
    """Serves on a free port of this machine until `close`."""

    def __init__(self, reach: Reach, proxies: Proxies) -> None:
        self._reach = reach
        self._proxies = proxies
        self._server: asyncio.Server
        self._failures: dict[tuple[str, int], str] = {}
        self._client = 0

    async def start(self) -> None:
        """Start serving. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEADERS_LIMIT)

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    @property
    def flags(self) -> list[str]:
        """Chromium's, so that it connects to nothing else."""
        port = self._server.sockets[0].getsockname()[1]
        rules = []
        for scheme in SCHEMES:
            proxy = self._proxies.by_scheme.get(scheme)
            spoken = "http" if proxy and proxy.scheme in SCHEMES else "socks5"
            rules.append(f"{scheme}={spoken}://127.0.0.1:{port}")
        return [f"--proxy-server={';'.join(rules)}", "--proxy-bypass-list=<-loopback>"]

    def explain(self, url: str, code: str) -> str:
        """Returns why a request has failed, where `code` is only that the proxy has failed it."""
        if code not in (*PROXY_CODES, EMPTY):
            return code
        if code in PROXY_CODES:  # after a redirect, of another host
            code = next(reversed(self._failures.values()), code)
        parts = urlsplit(url)
        return self._failures.get((parts.hostname or "", _port(parts)), code)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        here, there = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
        client = owner(there, here, self._likely_clients())
        if client is not None:
            self._client = client
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError):
                first = await reader.readexactly(1)
                await (self._socks if first == b"\x05" else self._http)(first, reader, writer)
        writer.close()

    def _likely_clients(self) -> Iterator[int]:
        yield self._client
        yield from descendants(os.getpid())

    async def _socks(self, _: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        proxies = (self._proxies.for_host(scheme, host, port) for scheme in SCHEMES)
        socks = next((each for each in proxies if each and each.scheme not in SCHEMES), None)
        try:
            server = await self._connect(host, port, socks)
        except OSError:
            writer.write(b"\x05\x01\x00\x01" + bytes(6))
            return
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await join((reader, writer), server)

    async def _http(self, first: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        lines = (first + await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
        method, target, version = lines[0].decode("latin-1").split(" ")
        tunnel = method == "CONNECT"
        url = urlsplit(f"https://{target}" if tunnel else target)
        host, port = url.hostname or "", _port(url)
        proxy = self._proxies.for_host(url.scheme, host, port)
        server = await self._connect(host, port, proxy)
        if proxy is None and tunnel:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            kept = [
                it for it in lines[1:] if not it.lower().startswith((b"proxy-", b"connection:"))
            ]
            if proxy is None:
                target = url._replace(scheme="", netloc="").geturl() or "/"
            elif proxy.username:
                user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
                credentials = base64.b64encode(user.encode()).decode()
                kept.append(f"Proxy-Authorization: Basic {credentials}".encode())
            if not tunnel:  # the next request, maybe for another host, gets a connection of its own
                kept.append(b"Connection: close")
            begin = f"{method} {target} {version}".encode("latin-1")
            server[1].write(b"\r\n".join([begin, *kept, b"", b""]))
        await join((reader, writer), server)

    async def _connect(self, host: str, port: int, proxy: SplitResult | None) -> Streams:
        """Connect to a host, or to the proxy for it. Raises OSError."""
        self._failures.pop((host, port), None)
        try:
            if proxy is None:
                return await self._connect_to(host, port)
            return await self._connect_by(proxy, host, port)
        except OSError as error:
            if len(self._failures) == FAILURES:
                self._failures.pop(next(iter(self._failures)))
            self._failures[host, port] = _reason(error, proxy is not None)
            raise

    async def _connect_to(self, host: str, port: int) -> Streams:
        attempts = [
            partial(connected, family, str(address), port)
            for family, address in await self._reach.addresses(host, port)
        ]
        connection, _, errors = await staggered_race(attempts, NEXT_ADDRESS)
        if connection is None:
            raise next(error for error in errors if error is not None)
        return await asyncio.open_connection(sock=connection)

    async def _connect_by(self, proxy: SplitResult, host: str, port: int) -> Streams:
        if _is_address(host) or is_localhost(host):
            await self._reach.addresses(host, port)
        secure = ssl.create_default_context() if proxy.scheme == "https" else None
        at = proxy.port or (_port(proxy) if proxy.scheme in SCHEMES else SOCKS_PORT)
        streams = await asyncio.open_connection(proxy.hostname, at, ssl=secure)
        if proxy.scheme not in SCHEMES:
            try:
                await connect_by_socks(streams, host, port)
            except BaseException:
                streams[1].close()
                raise
        return streams


def _reason(error: OSError, of_proxy: bool) -> str:
    if isinstance(error, NotAllowed):
        return str(error)
    if of_proxy:
        return "net::ERR_PROXY_CONNECTION_FAILED"
    if isinstance(error, socket.gaierror):
        return "net::ERR_NAME_NOT_RESOLVED"
    return CODES.get(error.errno or 0, "net::ERR_CONNECTION_FAILED")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme in ("https", "wss") else 80)
