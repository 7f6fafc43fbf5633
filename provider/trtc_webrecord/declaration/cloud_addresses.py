"""The addresses of a declaration that Tencent's cloud could not open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from .declaration import Declaration
from .public_hosts import why_not_public
from .rules import is_page_url, is_rtmp_url, rule
from .validation import IsUnknown, Style, messages_of, nothing_unknown


def cloud_address_errors(
    props: dict[str, Any], style: Style = str, is_unknown: IsUnknown = nothing_unknown
) -> list[str]:
    """The errors of URLs, of the page and of CDN targets, with a host that is not public."""
    errors = [
        InitErrorDetails(type=rule(_cannot(path, why)), loc=path, input=url)
        for path, url in _urls(props)
        if not is_unknown(url) and (why := why_not_public(url))
    ]
    if not errors:
        return []
    error = ValidationError.from_exception_data("addresses", errors, hide_input=True)
    return messages_of(error, Declaration, style, is_unknown)


def _cannot(path: tuple[str | int, ...], why: str) -> str:
    verb = "open this page" if path == ("record_url",) else "push to it"
    return (
        f"the cloud cannot {verb}: its host is {why}. Give an address of the internet; the local "
        "service could, with trtc:endpoint"
    )


def _urls(props: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    page = props.get("record_url")
    if isinstance(page, str) and is_page_url(page):
        yield ("record_url",), page
    targets = props.get("publish_cdn_params")
    for number, target in enumerate(targets if isinstance(targets, list) else []):
        url = target.get("publish_cdn_url") if isinstance(target, dict) else None
        if isinstance(url, str) and is_rtmp_url(url):
            yield ("publish_cdn_params", number, "publish_cdn_url"), url
