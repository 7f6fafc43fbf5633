from __future__ import annotations

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


ENVIRONMENT = {
    "HTTP_PROXY": "http://someone:secret@proxy.test:3128",
    "all_proxy": "socks5://proxy.test:1080",
    "NO_PROXY": ".test,10.0.0.0/8,*.example.com, one.org:8080",
}


@pytest.mark.parametrize(
    ("scheme", "host", "proxy"),
    [
        ("http", "class.org", "proxy.test:3128"),
        ("https", "class.org", "proxy.test:1080"),
        ("http", "localhost", None),
        ("https", "a.LOCALHOST.", None),
        ("http", "nolocalhost", "proxy.test:3128"),
        ("https", "127.0.0.2", None),
        ("http", "fe80::1", None),
        ("https", "class.test", None),
        ("https", "Test", None),
        ("http", "10.1.2.3", None),
        ("http", "11.1.2.3", "proxy.test:3128"),
        ("http", "a.b.example.com", None),
        ("http", "one.org", None),
        ("http", "someone.org", "proxy.test:3128"),
    ],
)
def test_a_request_takes_the_proxy_of_the_environment_in_either_case(
    scheme: str, host: str, proxy: str | None
) -> None:
    taken = Proxies.of(ENVIRONMENT).for_host(scheme, host, 8080)
    assert (taken and taken.netloc.rpartition("@")[2]) == proxy
