"""A URL that does not show what is secret in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Secret

from ..redaction import redact_url


class SecretUrl(Secret[str]):
    """A URL of a callback. `str` and `repr` show an http(s) URL without user info, query and
    fragment, and of any other its scheme and host: the path of an RTMP URL is the stream key.

    `get_secret_value()` returns it as sent. It is kept because two targets of one CDN have the
    same scheme and host.
    """

    def _display(self) -> str:
        url = self.get_secret_value()
        try:
            parts = urlsplit(url)
        except ValueError:
            return "…"
        if parts.scheme in ("http", "https") and parts.netloc:
            return redact_url(url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}/…" if host else "…"
