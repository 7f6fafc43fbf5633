"""URLs without what must not be shown: page URLs often carry tokens."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def redact_url(url: str) -> str:
    """The URL without user info, query and fragment, as our messages print it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "[unreadable URL]"
    host = parts.netloc.rpartition("@")[2]
    query = "…" if parts.query else ""
    if not host and "@" in parts.path:  # no URL at all, or one with a slash missing
        return urlunsplit(("", "", parts.path.rpartition("@")[2], query, ""))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))
