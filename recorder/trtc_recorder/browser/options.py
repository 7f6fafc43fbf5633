"""Options of the service that hold for each recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CaptureOptions:
    """`opening_timeout`: seconds for a page's server to be reached and to respond, without a
    ReadyTimeout.

    `page_error_limit`: seconds for which a page that has gone wrong is reloaded, before the task
    ends. `time_zone` (IANA) and `language` (such as `zh-CN`) are those of the page; None is the
    service's own, from `TZ` and `LANG`. `allowed_hosts`: see `Reach`.
    """

    opening_timeout: float = 12.0
    page_error_limit: float = 300.0
    time_zone: str | None = None
    language: str | None = None
    allowed_hosts: Sequence[str] = ()
