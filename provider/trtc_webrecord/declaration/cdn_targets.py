"""Which stream a CDN URL names: two recordings must not push to the same one at once."""

from __future__ import annotations

from urllib.parse import urlsplit

RTMP_PORT = 1935


def cdn_target(url: str) -> str:
    """The stream of an RTMP URL.

    What follows the application and the stream's name (`?txSecret=…`) only authenticates; without a
    stream's name it may be one.
    """
    parts = urlsplit(url)
    if len(parts.path.strip("/").split("/")) < 2:
        return url
    return f"{parts.hostname}:{parts.port or RTMP_PORT}/{parts.path.strip('/')}"
