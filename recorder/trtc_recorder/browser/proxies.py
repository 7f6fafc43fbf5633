"""The proxies of the environment, for a page's Chromium.

Chromium reads the variables itself, but drops a user and password. Where a proxy wants them,
Chromium gets a relay on loopback instead, which adds them.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

SCHEMES = ("http", "https", "all")
"""Of the variables `http_proxy` and so on; each is also read in upper case, as is `no_proxy`."""

PORTS = {"http": 80, "https": 443}

HEADERS_LIMIT = 2**18
"""Bytes of a request's headers."""


@dataclass
class Proxies:
    """`environment` is for Chromium. The relays run until `close`."""

    environment: dict[str, str] = field(default_factory=dict)
    _relays: list[asyncio.Server] = field(default_factory=list)

    @classmethod
    async def of(cls, environment: Mapping[str, str]) -> Proxies:
        """Returns those of the user's environment. Raises OSError."""
        proxies, addresses = cls(), dict[str, str]()
        for scheme in SCHEMES:
            value = _variable(environment, f"{scheme}_proxy")
            if not value:
                continue
            if value not in addresses:
                addresses[value] = await proxies._address(value)
            proxies.environment[f"{scheme}_proxy"] = addresses[value]
        if bypassed := _variable(environment, "no_proxy"):
            proxies.environment["no_proxy"] = bypassed
        return proxies

    def close(self) -> None:
        """End the relays."""
        for relay in self._relays:
            relay.close()

    async def _address(self, value: str) -> str:
        url = urlsplit(value if "://" in value else f"http://{value}")
        if not url.username:
            return value
        if url.scheme not in PORTS or not url.hostname:  # SOCKS has no sign-in in Chromium
            return urlunsplit(url._replace(netloc=url.netloc.rpartition("@")[2]))
        relay = await asyncio.start_server(_Relay(url).serve, "127.0.0.1", 0, limit=HEADERS_LIMIT)
        self._relays.append(relay)
        return f"http://127.0.0.1:{relay.sockets[0].getsockname()[1]}"


class _Relay:
    """Passes on connections to a proxy, each with the proxy's user and password."""

    def __init__(self, url: SplitResult) -> None:
        self._url = url
        user = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
        credentials = base64.b64encode(user.encode()).decode()
        # A plain request's connection is closed after it: the next one needs the header as well.
        self._tunnel = f"Proxy-Authorization: Basic {credentials}\r\n\r\n".encode()
        self._request = b"Connection: close\r\n" + self._tunnel

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
        ending = self._tunnel if lines[0].startswith(b"CONNECT ") else self._request
        dropped = (b"proxy-", b"connection:")
        kept = [line for line in lines if not line.lower().startswith(dropped)]
        secure = self._url.scheme == "https"
        port = self._url.port or PORTS[self._url.scheme]
        context = ssl.create_default_context() if secure else None
        answers, requests = await asyncio.open_connection(self._url.hostname, port, ssl=context)
        try:
            requests.write(b"".join(line + b"\r\n" for line in kept) + ending)
            await asyncio.gather(_pump(reader, requests), _pump(answers, writer))
        finally:
            requests.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(2**16):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _variable(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name) or environment.get(name.upper())
