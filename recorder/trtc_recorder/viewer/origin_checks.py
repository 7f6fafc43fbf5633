"""Protection against cross-origin requests, CSRF and DNS rebinding.

Recorded pages are untrusted and run on this machine. Chromium, Firefox and Safari send
`Sec-Fetch-Site` with every request to a loopback address. With a request to another host they send
only `Origin`, and not always.
"""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from starlette.requests import Request

from ..settings import is_loopback
from ..socket_owner import children, owner


def host_allowed(request: Request, bound_to: str, public: str | None = None) -> bool:
    """Returns whether the Host header names `public`, or this machine, which listens on `bound_to`.

    With DNS rebinding, Host is the attacker's domain. On another address than loopback, any Host is
    allowed that cannot be a public domain: one without a dot, or one that ends in a number.
    """
    host = _host(request.headers.get("host", ""))
    if host and host == public:
        return True
    if is_loopback(bound_to):
        return is_loopback(host)
    *domains, last = host.removesuffix(".").split(".")
    if not domains or last.isdigit():
        return True
    return host in (bound_to, socket.gethostname().lower())


def from_browser(request: Request) -> bool:
    """Returns whether a browser sent it."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers


def from_a_recording(request: Request) -> bool:
    """Returns whether a page that is being recorded sent it, whose connections a process of its
    recording makes.
    """
    client, server = request.scope.get("client"), request.scope.get("server")
    if client is None or server is None:
        return False
    return owner(client, server, children(os.getpid())) is not None


def may_read(request: Request) -> bool:
    """Returns whether it comes from a program, a page of this service, or a followed link.

    Another port of this machine is the same *site*, so the same *origin* is required.
    """
    if not _of_own_origin(request):
        return False
    if request.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    fetched = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    return fetched == ("navigate", "document")


def may_change(request: Request) -> bool:
    """Returns whether it comes from a program or a page of this service."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site == "same-origin" and _of_own_origin(request)


def _of_own_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _host(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
