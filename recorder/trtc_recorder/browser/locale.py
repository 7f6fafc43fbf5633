"""The page's languages, from the service's own option or from its environment."""

from __future__ import annotations

import re
from collections.abc import Mapping

DEFAULT = ("en-US", "en")
"""Chromium's own languages, where the environment names none."""

TAG = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language tag (BCP 47), as far as browsers use it."""


def languages(option: str | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    """BCP 47 tags, the preferred one first: `zh_TW.UTF-8` is `zh-TW` and `zh`.

    Without the option they are those of LANGUAGE, LC_ALL, LC_MESSAGES and LANG, as in gettext.
    """
    if option is not None:
        return _with_bases([option])
    locales = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, locales), "")
    if _tag(locale) is None:
        return DEFAULT
    wanted = [*environment.get("LANGUAGE", "").split(":"), locale]
    return _with_bases([tag for tag in map(_tag, wanted) if tag is not None])


def _tag(locale: str) -> str | None:
    """Returns the tag of a POSIX locale; None for `C`, `POSIX` and what is none."""
    tag = re.split("[.@]", locale)[0].replace("_", "-")
    return tag if TAG.fullmatch(tag) else None


def _with_bases(tags: list[str]) -> tuple[str, ...]:
    """Returns the tags, and each one's language after the last tag of that language."""
    backwards = [
        part for tag in reversed(dict.fromkeys(tags)) for part in (tag.partition("-")[0], tag)
    ]
    return tuple(reversed(dict.fromkeys(backwards)))
