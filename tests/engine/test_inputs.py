"""Inputs as Pulumi delivers them: not known yet, below a component, from config; and bad ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

BAD = [
    ("max_duration_limit=1799", "max_duration_limit = 1799: must be from 1800"),
    ("max_duration_limit=86401", "max_duration_limit = 86401: must be from 1800"),
    ("ready_timeout=61", "ready_timeout = 61: must be from 0 to 60"),
    ("ready_timeout=-1", "ready_timeout = -1: must be from 0 to 60"),
    (
        "web_record_video_params={'width': 1921}",
        "web_record_video_params.width = 1921: must be from 0 to 1920",
    ),
    (
        "web_record_video_params={'height': 1081}",
        "web_record_video_params.height = 1081: must be from 0 to 1080",
    ),
    (
        "web_record_video_params={'format': 'mp3'}",
        "web_record_video_params.format = 'mp3': must be 'hls' or 'mp4'",
    ),
    (f"record_id='{'x' * 32}'", f"record_id = '{'x' * 32}': must be 1 to 31 letters"),
    (
        "publish_cdn_params=[{'publish_cdn_url': f'rtmp://cdn/{n}'} for n in range(11)]",
        "publish_cdn_params: must have at most 10 entries, 11 given",
    ),
    (
        "publish_cdn_params=[{'publish_cdn_url': 'http://CANARY'}]",
        "publish_cdn_params[0].publish_cdn_url = [secret]: must be an rtmp:// URL",
    ),
    (
        "storage_params={**COS, 'cloud_vod': {'tencent_vod': {}}}",
        "storage_params: must have exactly one of cloud_storage and cloud_vod; both given",
    ),
    (
        "storage_params={}",
        "storage_params: must have exactly one of cloud_storage and cloud_vod; neither given",
    ),
    (
        "storage_params={'cloud_storage': {**COS['cloud_storage'], 'vendor': 1}}",
        "storage_params.cloud_storage.vendor = 1: must be 0 (Tencent COS)",
    ),
    (
        "storage_params={'cloud_storage': {**COS['cloud_storage'], 'file_name_prefix': ['a/b']}}",
        "storage_params.cloud_storage.file_name_prefix[0] = 'a/b': must consist of letters",
    ),
    (
        "web_record_video_params={'widht': 1}",
        "web_record_video_params.widht: is an unknown field; did you mean width?",
    ),
    (
        "record_url='ftp://me:CANARY@host/page?CANARY'",
        "record_url = 'ftp://host/page?…': must be an http:// or https:// URL",
    ),
    (
        "storage_params={'cloud_vod': {'tencent_vod': {'media_type': 2}}}",
        "storage_params.cloud_vod.tencent_vod.media_type = 2: must be 0 (mp4)",
    ),
]


def one_fault_per_argument() -> Iterator[dict[str, tuple[str, str]]]:
    """The rows of BAD in as few recordings as name no argument twice."""
    rows = [(bad.partition("=")[0], bad, message) for bad, message in BAD]
    while rows:
        batch = {argument: (bad, message) for argument, bad, message in reversed(rows)}
        rows = [row for row in rows if batch[row[0]][0] != row[1]]
        yield batch


@pytest.mark.parametrize("batch", list(one_fault_per_argument()), ids=" ".join)
def test_preview_refuses_bad_input_by_field_value_and_rule_without_a_call(
    stack: Stack, recorder: Recorder, batch: dict[str, tuple[str, str]]
) -> None:
    stack.program(f"recording('lobby', {', '.join(bad for bad, _ in batch.values())})")
    refused = stack.preview(expect=1)
    for _, message in batch.values():
        assert f"resource 'lobby' has a problem: {message}" in refused.text
    assert "Traceback" not in refused.text
    assert "CANARY" not in refused.text
    assert recorder.calls() == []


def test_all_validation_errors_of_a_recording_are_reported_at_once(stack: Stack) -> None:
    stack.program('recording("lobby", max_duration_limit=1, ready_timeout=99, record_id="")')
    refused = stack.preview(expect=1).text
    for field in ("max_duration_limit = 1", "ready_timeout = 99", "record_id = ''"):
        assert f"resource 'lobby' has a problem: {field}" in refused


MAKER = """
class Maker(ResourceProvider):
    def create(self, props):
        return CreateResult("made", {"url": "https://example.com/made", "bucket": "made-125",
                                     "limit": 3600})

class Made(Resource):
    url: Output[str]
    def __init__(self, name):
        super().__init__(Maker(), name, {"url": None, "bucket": None, "limit": None})

made = Made("made")
storage = made.bucket.apply(lambda b: {"cloud_storage": {
    "region": "r", "bucket": b, "access_key": "CANARY", "secret_key": "CANARY"}})
"""


def test_inputs_of_resources_not_yet_created_pass_the_preview_and_arrive_in_the_up(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(
        MAKER
        + """
recording("page", record_url=made.url, max_duration_limit=made.limit)
recording("storage", storage_params=storage)
recording("video", web_record_video_params={"width": made.limit.apply(lambda l: 640)})
"""
    )
    assert "+ 5 to create" in stack.preview().text
    assert recorder.calls() == []
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
    assert stack.outputs("page")["record_url"] == "https://example.com/made"
    assert stack.outputs("storage")["file_prefix"].startswith("made-125/")
    assert "CANARY" not in stack.export()


def test_known_inputs_are_still_checked_where_others_are_not_known_yet(stack: Stack) -> None:
    stack.program(MAKER + 'recording("page", record_url=made.url, max_duration_limit=1)')
    assert "max_duration_limit = 1: must be from 1800" in stack.preview(expect=1).text


def test_a_bad_value_that_was_not_known_at_preview_is_refused_before_any_call(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(
        MAKER + 'recording("page", record_url=made.url.apply(lambda u: u.replace("https", "ftp")))'
    )
    stack.preview()
    assert "record_url = 'ftp://example.com/made'" in stack.up(expect=1).text
    assert recorder.calls() == []


def test_below_a_component_the_recording_knows_its_own_urn(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(
        """
class Room(ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("school:rooms:Room", name, {}, opts)
        self.lesson = recording("lesson", opts=ResourceOptions(parent=self))
        self.register_outputs({})

outer = Room("outer")
recording("sibling", record_url=outer.lesson.record_url)
"""
    )
    stack.up()
    lesson = stack.resources()["lesson"]
    assert lesson["outputs"]["resource_urn"] == lesson["urn"]
    assert "school:rooms:Room$pulumi-python:dynamic/trtc:WebRecording" in lesson["urn"]
    assert live(recorder) == set(stack.task_ids().values())
    assert "unchanged" in stack.up().text


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("trtc:endpoint", "http://example.com", "trtc:endpoint: must be an https:// URL"),
        ("trtc:requestsPerSecond", "0", "trtc:requestsPerSecond"),
        ("trtc:endPoint", "x", "trtc:endPoint: is an unknown key; did you mean trtc:endpoint?"),
        ("trtc:recordIdNameSpace", "x", "did you mean trtc:recordIdNamespace?"),
        ("trtc:region", "", "trtc:region: is empty"),
        ("trtc:secretId", "AKID", "trtc:secretId and trtc:secretKey must be set together"),
    ],
)
def test_a_wrong_provider_config_is_reported_by_its_key(
    stack: Stack, key: str, value: str, message: str
) -> None:
    stack.config(key, value)
    stack.program('recording("lobby")')
    assert message in stack.preview(expect=1).text


def test_no_credentials_at_all_is_reported_at_preview_with_the_ways_to_give_them(
    stack: Stack,
) -> None:
    for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        del stack.environment[name]
    stack.program('recording("lobby")')
    refused = stack.preview(expect=1).text
    assert "no Tencent Cloud credentials found" in refused
    assert "trtc:secretKey" in refused


def test_temporary_credentials_cannot_serve_as_storage_keys(
    stack: Stack, recorder: Recorder
) -> None:
    stack.environment["TENCENTCLOUD_TOKEN"] = "CANARY"
    stack.program('recording("lobby")')
    refused = stack.preview(expect=1).text
    assert "access_key and secret_key are required with temporary credentials" in refused
    assert "CANARY" not in refused
    assert recorder.calls() == []
