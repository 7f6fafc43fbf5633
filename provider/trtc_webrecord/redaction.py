"""URL redaction: page URLs often contain tokens, RTMP URLs stream keys."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_URL = re.compile(r"\b(https?|rtmps?)://[^\s\"'<>`]+", re.IGNORECASE)


def redact_url(url: str) -> str:
    """The URL without user info, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "[unreadable URL]"
    host = parts.netloc.rpartition("@")[2]
    query = "…" if parts.query else ""
    if not host and "@" in parts.path:  # no URL, or one with a missing slash
        return urlunsplit(("", "", parts.path.rpartition("@")[2], query, ""))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def redact_urls(text: str) -> str:
    """`text` with each URL redacted; RTMP URLs lose their path as well."""

    def redacted(found: re.Match[str]) -> str:
        url = redact_url(found[0])
        if found[1].lower().startswith("http"):
            return url
        return re.sub(r"(://[^/]*)/.*", r"\1/…", url)

    return _URL.sub(redacted, text)
