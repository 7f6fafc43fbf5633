"""The profile of a page's Chromium: nothing of the browser's own may show, whatever a page does.

Written before the start, since managed policies hold for every Chromium of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

PREFERENCES = {
    "autofill": {"credit_card_enabled": False, "profile_enabled": False},
    "browser": {"enable_spellchecking": False},
    "credentials_enable_service": False,
    "download_restrictions": 3,
    "hardware": {"screen_capture_enabled": False},
    "printing": {"enabled": False},
    "profile": {
        "cookie_controls_mode": 0,
        "default_content_setting_values": {
            "automatic_downloads": 2,
            "bluetooth_guard": 2,
            "federated_identity_api": 2,
            "hid_guard": 2,
            "payment_handler": 2,
            "popups": 2,
            "serial_guard": 2,
            "usb_guard": 2,
        },
    },
    "translate": {"enabled": False},
}
"""Preferences of the profile; 2 is *block*, 3 is *all downloads*."""

LOCAL_STATE = {"auth": {"schemes": ""}}
"""Preferences of the whole browser. Without a scheme for it, a 401 is answered without a prompt."""

XDG_SETTINGS = "#!/bin/sh\necho yes\n"
"""Tells Chromium that it is the program for each external protocol itself: it then does nothing."""


def write(folder: Path, languages: Sequence[str]) -> None:
    """Write a new profile into a folder. `languages` are the page's, the preferred one first."""
    (folder / "Default").mkdir(parents=True)
    wanted = ",".join(languages)
    intl = {"accept_languages": wanted, "selected_languages": wanted}
    preferences = json.dumps({**PREFERENCES, "intl": intl})
    (folder / "Default" / "Preferences").write_text(preferences)
    (folder / "Local State").write_text(json.dumps(LOCAL_STATE))


def write_programs(folder: Path) -> None:
    """Write the programs that Chromium has to find first on its PATH."""
    folder.mkdir()
    settings = folder / "xdg-settings"
    settings.write_text(XDG_SETTINGS)
    settings.chmod(0o755)
