from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError
from trtc_recorder.browser.locale import languages
from trtc_recorder.browser.proxies import Proxies
from trtc_recorder.testing import local_settings


@pytest.mark.parametrize(
    ("option", "environment", "wanted"),
    [
        (None, {}, "en-US,en"),
        (None, {"LANG": "C.UTF-8"}, "en-US,en"),
        (None, {"LANG": "POSIX", "LANGUAGE": "de"}, "en-US,en"),
        (None, {"LANG": "zh_TW.UTF-8"}, "zh-TW,zh"),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": "pt_BR"}, "pt-BR,pt"),
        (None, {"LANG": "sr_RS.UTF-8@latin"}, "sr-RS,sr"),
        (None, {"LANG": "de_AT.UTF-8", "LANGUAGE": "de_AT:de_DE:en"}, "de-AT,de-DE,de,en"),
        ("zh-CN", {"LANG": "en_US.UTF-8"}, "zh-CN,zh"),
        ("th", {}, "th"),
    ],
)
def test_languages_are_those_of_the_option_or_of_the_environment(
    option: str | None, environment: dict[str, str], wanted: str
) -> None:
    assert ",".join(languages(option, environment)) == wanted


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("time_zone", "Mars/Olympus", "must be an IANA time zone, such as Asia/Shanghai"),
        ("time_zone", "../etc/passwd", "must be an IANA time zone, such as Asia/Shanghai"),
        ("language", "zh_CN.UTF-8", "must be a language tag, such as zh-CN or en"),
        ("language", "zh,en", "must be a language tag, such as zh-CN or en"),
    ],
)
def test_a_bad_time_zone_or_language_is_rejected(name: str, value: str, rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        local_settings(**{name: value})


def proxies_of(environment: dict[str, str]) -> dict[str, str]:
    async def given() -> dict[str, str]:
        proxies = await Proxies.of(environment)
        proxies.close()
        return proxies.environment

    return asyncio.run(given())


def test_proxies_reach_chromium_in_either_case() -> None:
    environment = {
        "HTTP_PROXY": "http://proxy.test:3128",
        "https_proxy": "proxy.test:3128",
        "all_proxy": "socks5://proxy.test:1080",
        "NO_PROXY": "localhost,.test",
        "PATH": "/bin",
    }
    assert proxies_of(environment) == {
        "http_proxy": "http://proxy.test:3128",
        "https_proxy": "proxy.test:3128",
        "all_proxy": "socks5://proxy.test:1080",
        "no_proxy": "localhost,.test",
    }


def test_the_password_of_a_proxy_does_not_reach_chromium() -> None:
    secret = "http://someone:CANARY@proxy.test:3128"
    socks = "socks5://someone:CANARY@proxy.test:1080"
    given = proxies_of({"HTTP_PROXY": secret, "HTTPS_PROXY": secret, "ALL_PROXY": socks})
    assert given["http_proxy"].startswith("http://127.0.0.1:")
    assert given["https_proxy"] == given["http_proxy"]
    assert given["all_proxy"] == "socks5://proxy.test:1080"
