"""HTTP sign-in with the user and password of a page's own URL.

No other sign-in is tried: the profile has no scheme for it, and a 401 is answered without a prompt.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from playwright.async_api import Error, Page


def without_user(url: str) -> str:
    """Returns the URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def sign_in(page: Page, url: str) -> None:
    """Send the URL's user and password to its origin from now on.

    Requests to this one origin are paused to add the header; a URL without a user costs nothing.
    Raises `playwright.async_api.Error`.
    """
    parts = urlsplit(url)
    if parts.username is None:
        return
    host = parts.netloc.rpartition("@")[2]
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    basic = f"Basic {base64.b64encode(user.encode()).decode()}"
    devtools = await page.context.new_cdp_session(page)

    async def send(event: dict[str, Any]) -> None:
        headers = {"Authorization": basic, **event["request"]["headers"]}
        listed = [{"name": name, "value": value} for name, value in headers.items()]
        request = {"requestId": event["requestId"], "headers": listed}
        with suppress(Error):  # the page has gone on
            await devtools.send("Fetch.continueRequest", request)

    devtools.on("Fetch.requestPaused", send)
    pattern = f"{parts.scheme}://{host}/*"
    await devtools.send("Fetch.enable", {"patterns": [{"urlPattern": pattern}]})
