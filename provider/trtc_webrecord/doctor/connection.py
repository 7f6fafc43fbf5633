"""The way to the service: name, proxy, TLS, and the difference of the clocks."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from ..api.transport import certificate_error
from ..environment_variables import CA_BUNDLES, PROXIES, SSL_CERT_FILE
from ..redaction import redact_url
from .certificate import issuer, issuer_shown
from .result import Result, failed, ok, warning

TIMEOUTS = (5.0, 10.0)
"""Seconds to connect, and for the response."""

HALF = 0.5
"""Seconds that the header Date, of whole seconds, leaves out on average."""

NOTICED, REJECTED = 30, 300
"""Seconds by which a clock can be off: from the first, it is named; the second is the API's."""

UNKNOWN_ISSUER = (18, 19, 20, 21)
"""OpenSSL's codes of a certificate whose issuer is not trusted."""


@dataclass(frozen=True)
class Reached:
    """The service's answer to an unsigned request; `issuer` is "" if it is not known."""

    issuer: str
    ahead: float | None
    """Seconds by which the service's clock is ahead; None if the answer has no time."""


def name_resolution(endpoint: str) -> Result:
    """Whether the name of the service's host, or that of the proxy before it, is known."""
    proxy = proxy_of(endpoint)
    host = urlsplit(proxy or endpoint).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        return failed(
            f"the name {host} is not resolved: {why}", "Check the network, its DNS, and the name."
        )
    return ok(f"{host} is {found[0][4][0]}")


def proxy(endpoint: str) -> Result:
    """Which proxy is used, and by which variable."""
    found = proxy_of(endpoint)
    if found is None:
        return ok("no proxy")
    return ok(f"{redact_url(found)}, by {_variable(endpoint)}")


def proxy_of(endpoint: str) -> str | None:
    """The URL of the proxy for requests to the service."""
    url: str | None = select_proxy(endpoint, get_environ_proxies(endpoint))
    return url


def reach(endpoint: str, verify: bool | str = True) -> Reached | Result:
    """The answer to a request without a signature, or what keeps it from arriving."""
    host = urlsplit(endpoint).netloc
    try:
        with requests.post(
            endpoint, json={}, timeout=TIMEOUTS, allow_redirects=False, stream=True, verify=verify
        ) as response:
            return Reached(_issuer(response), _ahead(response.headers))
    except requests.exceptions.ProxyError:
        return failed(
            f"the proxy {redact_url(proxy_of(endpoint) or '')} of {_variable(endpoint)} does not "
            f"connect to {host}",
            f"Correct {_variable(endpoint)} or start the proxy; or add the host to NO_PROXY.",
        )
    except requests.exceptions.SSLError as error:
        return _untrusted(endpoint, host, error, verify is True)
    except requests.RequestException as error:
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        through = f" through {redact_url(url)}" if (url := proxy_of(endpoint)) else ""
        return failed(
            f"no answer from {host}{through}: {type(reason or error).__name__}",
            "Check trtc:endpoint, and that the network lets requests to it out.",
        )
    except OSError as error:  # no file of certificates
        return failed(f"{error}", f"Correct {' or '.join(CA_BUNDLES)}.")


def tls(endpoint: str, reached: Reached) -> Result:
    """Whose certificate the service, or a proxy in between, has shown."""
    if urlsplit(endpoint).scheme == "http":
        return ok(f"{endpoint} answers, without TLS")
    by = f" by {reached.issuer}" if reached.issuer else ""
    return ok(f"{endpoint} answers; its certificate{by} is trusted")


def clock(reached: Reached) -> Result:
    """The difference to the service's clock."""
    if reached.ahead is None:
        return warning("the service's answer has no time, so this clock is not compared with it")
    off = abs(reached.ahead)
    if off < 1:
        return ok("this machine's clock is the service's")
    text = f"this machine's clock is {off:.0f} s {'behind' if reached.ahead > 0 else 'ahead of'} "
    text += "the service's"
    remedy = "Correct the clock: by NTP, or that of the host."
    if off > REJECTED:
        return failed(
            f"{text}. TRTC's requests are signed again by its time; those to STS and to the bucket "
            "are rejected",
            remedy,
        )
    return warning(text, remedy) if off > NOTICED else ok(text)


def _untrusted(
    endpoint: str, host: str, error: requests.exceptions.SSLError, tries_another: bool
) -> Result:
    cause = certificate_error(error)
    if cause is None:
        return failed(
            f"TLS with {host} failed", "Check what intercepts TLS between here and there."
        )
    address = urlsplit(endpoint)
    by = "" if proxy_of(endpoint) else issuer_shown(address.hostname or "", address.port or 443)
    text = f"the certificate of {host}{by and f', by {by},'} is not trusted: {cause.verify_message}"
    bundle = os.environ.get(SSL_CERT_FILE) if tries_another else None
    if bundle and Path(bundle).exists() and isinstance(reach(endpoint, bundle), Reached):
        return failed(
            f"{text}. {SSL_CERT_FILE} = {bundle} would trust it, and is not read by this provider",
            f"Set {CA_BUNDLES[0]}={bundle}.",
        )
    if cause.verify_code in UNKNOWN_ISSUER:
        return failed(text, f"A private CA belongs in the file that {CA_BUNDLES[0]} names.")
    return failed(text, "Check trtc:endpoint, this machine's clock, and what answers there.")


def _issuer(response: requests.Response) -> str:
    raw: Any = response.raw
    sock = getattr(getattr(raw, "_connection", None), "sock", None)
    certificate: Any = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    return issuer(certificate)


def _ahead(headers: Mapping[str, str]) -> float | None:
    try:
        return parsedate_to_datetime(headers["Date"]).timestamp() + HALF - time.time()
    except (KeyError, ValueError, TypeError):
        return None


def _variable(endpoint: str) -> str:
    scheme = urlsplit(endpoint).scheme
    either = [name for name in PROXIES if name.startswith((scheme, "all"))]
    names = (case for name in either for case in (name, name.upper()))
    return next(filter(os.environ.get, names), "the system's settings")
