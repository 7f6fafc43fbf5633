"""Fontconfig's configuration for the browser, whose home is not the user's."""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import escape

TEMPLATE = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{users}
{preferences}
<include>{system}</include>
</fontconfig>
"""

USERS = """\
<dir>{data}/fonts</dir>
<dir>{home}/.fonts</dir>
<cachedir>{cache}/fontconfig</cachedir>
<include ignore_missing="yes">{config}/fontconfig/fonts.conf</include>
<include ignore_missing="yes">{config}/fontconfig/conf.d</include>"""

PREFERRED = {
    "sans-serif": ("Noto Sans", "Liberation Sans"),
    "sans": ("Noto Sans", "Liberation Sans"),
    "serif": ("Noto Serif", "Liberation Serif"),
}
"""Families without emoji of their own. DejaVu Sans, the default of many systems, has them in black
and white, and Chromium takes a character from another font only where the first does not have it.
"""


def environment(runtime: Path) -> dict[str, str]:
    """Write the configuration into `runtime`; return the variable that names it.

    It has the fonts and settings of the system and of the service's user. Raises OSError.
    """
    file = runtime / "fonts.conf"
    system = Path(
        os.environ.get("FONTCONFIG_PATH", "/etc/fonts"),
        os.environ.get("FONTCONFIG_FILE", "fonts.conf"),
    )
    users = "" if "FONTCONFIG_FILE" in os.environ else _users()
    text = TEMPLATE.format(users=users, preferences=_preferences(), system=escape(str(system)))
    file.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(file)}


def _users() -> str:
    home = str(Path("~").expanduser())
    folders = {
        "data": os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share",
        "cache": os.environ.get("XDG_CACHE_HOME") or f"{home}/.cache",
        "config": os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config",
        "home": home,
    }
    return USERS.format(**{name: escape(folder) for name, folder in folders.items()})


def _preferences() -> str:
    return "\n".join(
        f"<alias><family>{generic}</family><prefer>"
        + "".join(f"<family>{family}</family>" for family in families)
        + "</prefer></alias>"
        for generic, families in PREFERRED.items()
    )
