"""Shortens texts of a page and removes its secrets."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ..tasks.redaction import page_url

LONGEST = 160
"""Characters of a text."""

LONG_WORD = 48
"""A word of so many characters is not for people: it is data, or a token."""

LEFT_OUT = "…"

_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>`)\]]+", re.IGNORECASE)
_QUERY = re.compile(r"[?#&][^\s\"'<>`)\]]*=[^\s\"'<>`)\]]*")
_WORD = re.compile(r"[^\s\"'<>`()\[\]]+")


class Redactor:
    """Redacts texts of one page. The query, fragment and user info of its URL are secret."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        given = [parts.username, parts.password]
        for text in (parts.query, parts.fragment):
            given += [text, *(value for _, value in parse_qsl(text))]
            given += [value for pair in text.split("&") for value in pair.split("=")[1:]]
        plain = [unquote(each) for each in given if each]
        secrets = {*filter(None, given), *plain, *(quote(each, safe="") for each in plain)}
        self._secrets = sorted((each for each in secrets if len(each) > 2), key=len, reverse=True)

    def text(self, text: str) -> str:
        """Returns a message of the page, redacted and shortened."""
        text = _URL.sub(lambda found: self.url(found[0]), " ".join(text.split()))
        text = _QUERY.sub("", self._without_secrets(text))
        text = _WORD.sub(_without_data, text)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + LEFT_OUT

    def url(self, url: str) -> str:
        """Returns a URL of the page without user info, query and fragment."""
        try:
            scheme, _, _ = url.partition(":")
            web = scheme.lower() in ("http", "https", "ws", "wss")
            short = page_url(url) if web else f"{scheme}:{LEFT_OUT}"
        except ValueError:
            return LEFT_OUT
        short = self._without_secrets(short)
        return short if len(short) <= LONGEST else short[: LONGEST - 1] + LEFT_OUT

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, LEFT_OUT)
        return text


def _without_data(word: re.Match[str]) -> str:
    return word[0] if len(word[0]) < LONG_WORD or "://" in word[0] else LEFT_OUT
