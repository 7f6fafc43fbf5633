from __future__ import annotations

import pytest
from trtc_webrecord.api.sites import region_for, sts_host
from trtc_webrecord.errors import ConfigError

INTERNATIONAL = "https://trtc.intl.tencentcloudapi.com"
MAINLAND = "https://trtc.tencentcloudapi.com"
REGIONAL = "https://trtc.ap-guangzhou.tencentcloudapi.com"


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        *((each, None) for each in (INTERNATIONAL, "http://127.0.0.1:1", "https://example.com")),
        (INTERNATIONAL, "ap-singapore"),
        (MAINLAND, "ap-guangzhou"),
        ("https://TRTC.tencentcloudapi.com.:443", "ap-shanghai"),
        ("http://127.0.0.1:8790", "ap-guangzhou"),
        ("https://proxy.example.com", "na-siliconvalley"),
        (REGIONAL, "ap-guangzhou"),
    ],
)
def test_a_region_that_the_endpoint_serves_is_taken_and_singapore_without_one(
    endpoint: str, region: str | None
) -> None:
    assert region_for(endpoint, [("trtc:region", region)]) == (region or "ap-singapore")


def test_the_first_region_that_is_given_counts() -> None:
    given = [("trtc:region", None), ("first", ""), ("second", "ap-beijing"), ("third", "x")]
    assert region_for(MAINLAND, given) == "ap-beijing"


def test_the_mainland_has_no_default() -> None:
    with pytest.raises(ConfigError) as caught:
        region_for(MAINLAND, [])
    assert "set trtc:region or TENCENTCLOUD_REGION to ap-beijing, ap-guangzhou or ap-sh" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("endpoint", "region", "said"),
    [
        (INTERNATIONAL, "ap-guangzhou", f"or trtc:endpoint to {MAINLAND}, which serves ap-gu"),
        (MAINLAND, "ap-singapore", f"or trtc:endpoint to {INTERNATIONAL}, which serves ap-si"),
        (REGIONAL, "ap-singapore", "Set it, or trtc:region, to ap-guangzhou, or trtc:endpoint to"),
        (INTERNATIONAL, "eu-frankfurt", "Set it, or trtc:region, to ap-singapore"),
        (
            MAINLAND,
            "ap-Guangzhou",
            "Set it, or trtc:region, to ap-beijing, ap-guangzhou or ap-shanghai",
        ),
    ],
)
def test_a_region_that_the_endpoint_does_not_serve_is_rejected_with_what_fits(
    endpoint: str, region: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        region_for(endpoint, [("THE_VARIABLE", region)])
    message = str(caught.value)
    assert message.startswith(f"THE_VARIABLE = {region!r} does not fit trtc:endpoint = {endpoint}.")
    assert said in message


def test_a_regional_host_has_its_own_region_as_its_default() -> None:
    assert region_for(REGIONAL, []) == "ap-guangzhou"


def test_roles_are_assumed_on_the_same_site() -> None:
    singapore = "https://trtc.ap-singapore.tencentcloudapi.com"
    assert sts_host(INTERNATIONAL) == sts_host(singapore) == "sts.intl.tencentcloudapi.com"
    assert sts_host(REGIONAL) == "sts.tencentcloudapi.com"
    assert sts_host(MAINLAND) == sts_host("http://127.0.0.1:1") == "sts.tencentcloudapi.com"
