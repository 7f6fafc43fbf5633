from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.declaration.cloud_addresses import cloud_address_errors
from trtc_webrecord.declaration.public_hosts import why_not_public
from unit.declared import props

CANARY = "canary-5f1e"
HOSTS = {
    "localhost": """
        localhost LocalHost localhost. local%68ost local\u00adhost ｌocalhost app.localhost""",
    "a loopback address": """
        127.0.0.1 0X7F.1 %31%32%37.0.0.1 １２７.０.０.１ 127。0。0。1 [::1] [0:0:0:0:0:0:0:1]
        [::127.0.0.1] [2002:7f00:1::]""",
    "a private or reserved address": """
        10.0.0.5 172.16.0.1 192.168.1.20 255.255.255.255 198.18.0.1 192.0.2.1 [64:ff9b::10.0.0.1]
        [FEC0::1] [fc00::1] [fd12:3456::1] [2001:db8::1]""",
    "a link-local address": "169.254.169.254 [fe80::1] [fe80::1%25eth0]",
    "a shared address (100.64.0.0/10)": "100.64.0.1",
    "not a valid address": "256.1.1.1 1.2.3.4.5 127.0.0.08 4294967296 example.1",
    "an address of no host": "0 0.0.0.0 0x 224.0.0.1 [::] [ff02::1]",
    "a name without a domain": "intranet web-1",
}
DOMAINS = {
    "internal": "host.docker.internal page.internal",
    "local": "Printer.LOCAL printer.local. web.default.svc.cluster.local",
    "home.arpa": "nas.home.arpa",
    "lan": "router.lan",
    "corp": "wiki.corp",
    "localdomain": "localhost.localdomain",
    "test": "app.test",
}
NOT_OF_THE_INTERNET = {
    f"a name in .{name}, which the internet does not have": hosts for name, hosts in DOMAINS.items()
}
REASONS = {
    host: why for why, hosts in {**HOSTS, **NOT_OF_THE_INTERNET}.items() for host in hosts.split()
}
"""Hosts that are not public, and why."""

PUBLIC = [
    *("example.com", "EXAMPLE.com.", "localhost.example.com", "local.example", "mylocal.de"),
    *("127.0.0.1.nip.io", "10.0.0.1.sslip.io", "internal.example.com", "例え.jp", "xn--r8jz45g.jp"),
    *("8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255"),
    *("100.128.0.1", "192.167.1.1", "11.0.0.1", "home.arpa.example.com", "a1.b2"),
    *("[2001:4860:4860::8888]", "[64:ff9b::8.8.8.8]", "[2002:808:808::]"),
]


@pytest.mark.parametrize("host", REASONS)
def test_a_page_of_a_host_that_is_not_public_is_named_as_what_it_is(host: str) -> None:
    for url in (
        f"http://{host}/a",
        f"HTTPS://{host}:8443",
        f"https://user:{CANARY}@{host}?token={CANARY}",
        f"http://{host}\\@example.com/",
        f"http://{host}#@example.com",
    ):
        assert why_not_public(url) == REASONS[host], url


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_host_is_nothing_else(host: str) -> None:
    for url in (f"http://{host}", f"https://a:b@{host}:1/localhost?http://127.0.0.1/#10.0.0.1"):
        assert why_not_public(url) is None, url


NOT_PUBLIC = [
    *map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    *map(ip_network, ("169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/32")),
]


def spellings(number: int) -> list[str]:
    """The ways in which a browser takes an IPv4 address."""
    a, b, c, d = number.to_bytes(4, "big")
    return [
        *(str(number), f"0{number:o}", hex(number), f"0X{number:X}", f"{a}.{b}.{c}.{d}."),
        *(f"{a}.{(b << 16) + (c << 8) + d}", f"{a}.{b}.{(c << 8) + d}", f"0{a:o}.{b:#x}.{c}.{d}"),
    ]


@given(st.sampled_from(NOT_PUBLIC).flatmap(lambda net: st.ip_addresses(v=4, network=net)))
def test_no_spelling_of_an_address_hides_it(address: IPv4Address) -> None:
    number = int(address)
    embedded = [f"[::ffff:{address}]", f"[{IPv6Address((0xFFFF << 32) + number)}]"]
    assert why_not_public(f"http://{address}/")
    for host in [*spellings(number), *embedded]:
        assert why_not_public(f"http://{host}/") == why_not_public(f"http://{address}/"), host


@given(st.ip_addresses(v=4).filter(lambda each: each.is_global and not each.is_multicast))
def test_no_spelling_of_a_public_address_is_rejected(address: IPv4Address) -> None:
    for host in [str(address), *spellings(int(address))]:
        assert why_not_public(f"http://{host}/") is None, host


def test_every_address_is_named_with_its_field_and_without_its_secrets() -> None:
    targets = [
        {"publish_cdn_url": "rtmp://push.example.com/live/a"},
        {"publish_cdn_url": f"rtmp://192.168.1.20/live/{CANARY}?key={CANARY}"},
        {"publish_cdn_url": f"rtmp://{CANARY}/live"},
        {"publish_cdn_url": f"http://localhost/{CANARY}"},
    ]
    page = f"http://u:{CANARY}@localhost:8080/lobby?token={CANARY}"
    found = cloud_address_errors(props(record_url=page, publish_cdn_params=targets))
    url = "publish_cdn_url = [secret]: the cloud cannot push to it: its host is"
    assert [fault.partition(". ")[0] for fault in found] == [
        "record_url = 'http://localhost:8080/lobby?…': the cloud cannot open this page: "
        "its host is localhost",
        f"publish_cdn_params[1].{url} a private or reserved address",
        f"publish_cdn_params[2].{url} a name without a domain",
    ]
    assert all(fault.endswith("the local service could, with trtc:endpoint") for fault in found)
    assert CANARY not in "".join(found)


@pytest.mark.parametrize("url", [None, 5, "", "localhost", "http:///localhost", "ftp://localhost"])
def test_what_is_no_url_is_left_to_its_own_rule(url: object) -> None:
    given = props(record_url=url, publish_cdn_params=[{"publish_cdn_url": url}, None, 5])
    assert cloud_address_errors(given) == []
    assert cloud_address_errors(props(publish_cdn_params=url)) == []


def test_a_url_that_a_preview_does_not_know_is_not_judged() -> None:
    page = "http://localhost/"
    assert cloud_address_errors(props(record_url=page), is_unknown=lambda url: url == page) == []
