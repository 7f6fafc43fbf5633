"""Streams to a server, also through a SOCKS proxy, and two of them joined."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from contextlib import suppress

Streams = tuple[StreamReader, StreamWriter]


async def connect_by_socks(streams: Streams, host: str, port: int) -> None:
    """Have a SOCKS 5 proxy connect to a host. Raises OSError."""
    try:
        await _request_by_socks(streams, host, port)
    except EOFError:
        raise ConnectionResetError("the proxy has closed the connection") from None


async def _request_by_socks(streams: Streams, host: str, port: int) -> None:
    reader, writer = streams
    name = host.encode()
    writer.write(b"\x05\x01\x00")
    await reader.readexactly(2)
    writer.write(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    answer = await reader.readexactly(4)
    length = {1: 4, 4: 16}.get(answer[3]) or (await reader.readexactly(1))[0]
    await reader.readexactly(length + 2)
    if answer[1]:
        raise OSError(answer[1], "the proxy does not connect")


async def connected(family: int, address: str, port: int) -> socket.socket:
    """Returns a socket that is connected. Raises OSError."""
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except BaseException:
        connection.close()
        raise
    return connection


async def join(client: Streams, server: Streams) -> None:
    """Pass on what either sends, until both have ended; then close the server's."""
    try:
        await asyncio.gather(_pump(client[0], server[1]), _pump(server[0], client[1]))
    finally:
        server[1].close()


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(2**16):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
