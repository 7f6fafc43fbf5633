"""HTTP sign-in (Basic) with the user and password of a page's own URL.

A small extension of Chromium adds the header to each request for the page's origin: DevTools' Fetch
domain reaches neither WebSockets nor service workers. No other sign-in is tried: the profile has no
scheme for it, and a 401 is answered without a prompt.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from .address import host_of

PORTS = {"http": 80, "https": 443}

WEB_SOCKET = {"http": "ws", "https": "wss"}

RESOURCES = (
    *("main_frame", "sub_frame", "stylesheet", "script", "image", "font", "object"),
    *("xmlhttprequest", "ping", "csp_report", "media", "websocket", "other"),
)
"""All of Chromium's resource types: a rule without any leaves out the main frame."""


def without_user(url: str) -> str:
    """Returns the URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def flags(url: str, folder: Path) -> list[str]:
    """Returns the flags with which Chromium signs in, from a new folder; none without a user.

    The files, which only this user can read, have the password. Raises OSError.
    """
    parts = urlsplit(url)
    if not (parts.username or parts.password):
        return []
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    basic = f"Basic {base64.b64encode(user.encode()).decode()}"
    host = host_of(url)
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    schemes = (parts.scheme, WEB_SOCKET[parts.scheme])
    manifest = {
        "manifest_version": 3,
        "name": "sign-in",
        "version": "1",
        "permissions": ["declarativeNetRequestWithHostAccess"],
        "host_permissions": [f"{scheme}://{host}/*" for scheme in schemes],
        "declarative_net_request": {
            "rule_resources": [{"id": "basic", "enabled": True, "path": "rules.json"}]
        },
    }
    header = {"header": "Authorization", "operation": "set", "value": basic}
    rules = [
        {
            "id": number,
            "action": {"type": "modifyHeaders", "requestHeaders": [header]},
            "condition": {"urlFilter": f"|{scheme}://{host}{port}/", "resourceTypes": RESOURCES},
        }
        for number, scheme in enumerate(schemes, 1)
    ]
    folder.mkdir(mode=0o700)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "rules.json").write_text(json.dumps(rules))
    return [f"--load-extension={folder}", f"--disable-extensions-except={folder}"]
