"""Who has issued the certificate that a host shows."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from typing import Any

SECONDS = 5.0
"""For each of two connections."""


def issuer(certificate: Mapping[str, Any] | None) -> str:
    """The issuer of a certificate as `ssl` has it; "" without one."""
    names = dict(pair for part in (certificate or {}).get("issuer", ()) for pair in part)
    return str(names.get("organizationName") or names.get("commonName") or "")


def issuer_shown(host: str, port: int) -> str:
    """The issuer of the certificate that a host shows, trusted or not; "" if it is not known.

    `ssl` parses trusted certificates only, so here the host's own is trusted.
    """
    try:
        shown = ssl.get_server_certificate((host, port), timeout=SECONDS)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=shown)
        with (
            socket.create_connection((host, port), SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=host) as secured,
        ):
            return issuer(secured.getpeercert())
    except (OSError, ValueError):
        return ""
