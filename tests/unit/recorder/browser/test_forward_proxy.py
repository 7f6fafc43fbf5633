"""Which addresses a page may reach, and whom its proxy serves."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError
from trtc_recorder.browser.address import host_of
from trtc_recorder.browser.forward_proxy import ForwardProxy
from trtc_recorder.browser.proxies import Proxies
from trtc_recorder.browser.reach import NotAllowed, Reach
from trtc_recorder.socket_owner import owner
from trtc_recorder.testing import local_settings

PUBLIC, METADATA = "93.184.216.34", "169.254.169.254"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to, in turn; the last stays. An address is its own name."""
    names = {
        "public.test": [PUBLIC],
        "rebound.test": [PUBLIC, METADATA],
        "rebound-first.test": [METADATA, PUBLIC, METADATA],
        "inner.test": ["10.1.2.3", "10.9.9.9"],
        "dev.test": ["127.0.0.1"],
        "localhost": ["127.0.0.1"],
    }

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        found = names.get(host, [host])
        address = found.pop(0) if len(found) > 1 else found[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


NARROW = (
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *(METADATA, "224.0.0.1", "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "dev.test"),
    *("2002:7f00:1::", "64:ff9b::a01:203", "inner.test"),
)


@pytest.mark.parametrize(
    ("page", "allowed", "reached", "rejected"),
    [
        ("https://public.test", (), [PUBLIC, "2606:4700::1111", "64:ff9b::5db8:d822"], NARROW),
        ("http://rebound.test/", (), ["rebound.test"], ["rebound.test", METADATA]),
        (
            "http://rebound-first.test",
            (),
            ["rebound-first.test", "rebound-first.test"],
            ["rebound-first.test", METADATA],
        ),
        ("http://unknown.test", ("dev.test",), ["dev.test"], ["127.0.0.1", "inner.test"]),
        ("http://unknown.test", ("10.0.0.0/8", "::1"), ["inner.test", "::1"], ["dev.test"]),
        ("http://INNER.test", (), ["inner.test", "inner.test", "10.9.9.9", PUBLIC], NARROW[:3]),
        ("http://dev.test:3000", (), ["dev.test", "127.0.0.1", "::1"], ["10.1.2.3", METADATA]),
        ("http://a.localhost", (), ["A.localhost", "b.localhost.", "127.0.0.1"], ["inner.test"]),
        ("http://2130706433", (), ["127.0.0.1", "dev.test"], ["inner.test", METADATA]),
    ],
)
def test_a_page_reaches_public_addresses_and_if_it_is_local_its_own_host(
    page: str, allowed: tuple[str, ...], reached: list[str], rejected: list[str]
) -> None:
    reach = Reach(page, allowed)
    for host in reached:
        assert asyncio.run(reach.addresses(host, 80)), host
    for host in rejected:
        with pytest.raises(NotAllowed, match="--allow-hosts"):
            asyncio.run(reach.addresses(host, 80))


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("EXAMPLE.com", "example.com"),
        ("Straße.de", "xn--strae-oqa.de"),
        ("会议.cn:8080", "xn--6oqu09l.cn"),
        ("ex%61mple.com", "example.com"),
        ("my_host", "my_host"),
        ("0x7f.1", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("[0:0::FF]", "[::ff]"),
    ],
)
def test_a_host_is_written_as_the_browser_does(host: str, written: str) -> None:
    assert host_of(f"http://user:password@{host}/x") == written


@pytest.mark.parametrize("wrong", ["http://a.test", "10.0.0.0/99", "a.test:80", "a b"])
def test_hosts_to_allow_that_are_none_are_rejected(wrong: str) -> None:
    with pytest.raises(ValidationError, match="names, addresses and networks"):
        local_settings(allow_hosts=f"b.test, {wrong}")
    hosts = local_settings(allow_hosts="b.test, ::1").capture_options.allowed_hosts
    assert hosts == ("b.test", "::1")


ASK = """
import socket, sys
it = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
it.sendall(b"\\5\\1\\0\\5\\1\\0\\1\\x7f\\0\\0\\1" + int(sys.argv[2]).to_bytes(2, "big"))
sys.stdout.buffer.write(it.makefile("rb").read(13))
"""


@pytest.mark.parametrize(
    ("page", "answer"),
    [("http://127.0.0.1", b"\0\x05\0\0\x01\0\0\0\0\0\0!"), ("http://x.test", b"\0\x05\x01\0\x01")],
)
def test_the_proxy_serves_a_child_process_and_nobody_else(page: str, answer: bytes) -> None:
    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"!")
        writer.close()

    async def asked() -> tuple[bytes, bytes]:
        proxy = ForwardProxy(Reach(page), Proxies.of({}))
        await proxy.start()
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        ports = [proxy.flags[0].rpartition(":")[2], server.sockets[0].getsockname()[1]]
        command = [sys.executable, "-c", ASK, *map(str, ports)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        child = (await process.communicate())[0]
        reader, writer = await asyncio.open_connection("127.0.0.1", int(ports[0]))
        other = await reader.read()
        writer.close()
        proxy.close()
        server.close()
        return child, other

    child, other = asyncio.run(asked())
    assert child.startswith(b"\x05" + answer)
    assert other == b""


@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1", "::1"])
def test_the_client_of_a_server_on_every_address_is_known(host: str) -> None:
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server,
        socket.create_connection((host, server.getsockname()[1])),
    ):
        accepted, client = server.accept()
        with accepted:
            assert owner(client[:2], accepted.getsockname()[:2], [os.getpid()]) == os.getpid()


def test_a_socks_proxy_that_hangs_up_is_the_reason() -> None:
    async def reason() -> str:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        socks = urlsplit(f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        proxy = ForwardProxy(Reach("http://public.test"), Proxies({"http": socks}))
        async with server:
            with pytest.raises(OSError, match="closed"):
                await proxy._connect("public.test", 80, socks)
        return proxy.explain("http://public.test", "net::ERR_SOCKS_CONNECTION_FAILED")

    assert asyncio.run(reason()) == "net::ERR_PROXY_CONNECTION_FAILED"
