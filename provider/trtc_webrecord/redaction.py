"""URLs without what must not be shown: page URLs often carry tokens, RTMP URLs stream keys."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_URL = re.compile(r"\b(https?|rtmps?)://[^\s\"'<>`]+", re.IGNORECASE)


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


def redact_urls(text: str) -> str:
    """`text` with each URL in it as `redact_url` gives it, RTMP ones without their path, too."""

    def redacted(found: re.Match[str]) -> str:
        url = redact_url(found[0])
        if found[1].lower().startswith("http"):
            return url
        return re.sub(r"(://[^/]*)/.*", r"\1/…", url)

    return _URL.sub(redacted, text)
