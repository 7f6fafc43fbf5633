"""Who asks: a program, this machine's user in a browser, or a page that the browser was shown.

A page may be anyone's, and runs on this machine when it is recorded. Chromium, Firefox and Safari
say of every request to a loopback address where it comes from, in `Sec-Fetch-Site`; of one to
another host only pages' own requests tell, by `Origin`, and not all of them.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.requests import Request

from ..settings import is_loopback


def addressed_here(request: Request, bound_to: str) -> bool:
    """Whether the Host of the request is this machine's, `bound_to` being where it listens.

    A page whose name is made to lead here (DNS rebinding) sends that name. Where not only this
    machine is listened to, whatever no name server on the Internet gives out is taken.
    """
    host = _host(request.headers.get("host", ""))
    if is_loopback(bound_to):
        return is_loopback(host)
    return _is_address(host) or "." not in host or host in (bound_to, socket.gethostname().lower())


def from_browser(request: Request) -> bool:
    """Whether a browser sent it, for whomever."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers


def may_look(request: Request) -> bool:
    """Whether it is a program's, a page's of this service, or the user's who follows a link here.

    Another port of this machine is the same *site*, so only the same *origin* will do.
    """
    if not _of_own_origin(request):
        return False
    if request.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    fetched = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    return fetched == ("navigate", "document")


def may_change(request: Request) -> bool:
    """Whether it is a program's or a page's of this service."""
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


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
