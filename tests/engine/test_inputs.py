"""Inputs as Pulumi delivers them: not known yet, below a component, from config; and bad ones."""

from __future__ import annotations

from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

BAD = {
    "max_duration_limit=1799": "max_duration_limit = 1799: must be from 1800",
    "ready_timeout=61": "ready_timeout = 61: must be from 0 to 60",
    "web_record_video_params={'widht': 1, 'width': 1921}": (
        "web_record_video_params.widht: is an unknown field; did you mean width?"
    ),
    "record_id=''": "record_id = '': must be 1 to 31 letters",
    "publish_cdn_params=[{'publish_cdn_url': 'http://CANARY'}]": (
        "publish_cdn_params[0].publish_cdn_url = [secret]: must be an rtmp:// URL"
    ),
    "storage_params={}": "storage_params: must have exactly one of cloud_storage and cloud_vod",
    "record_url='ftp://me:CANARY@host/page?CANARY'": (
        "record_url = 'ftp://host/page?…': must be an http:// or https:// URL"
    ),
}


def test_a_preview_rejects_all_bad_inputs_by_field_value_and_rule_without_a_call(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(f"recording('lobby', {', '.join(BAD)})")
    rejected = stack.preview(expect=1).text
    for message in (*BAD.values(), "web_record_video_params.width = 1921: must be from 0 to 1920"):
        assert f"resource 'lobby' has a problem: {message}" in rejected
    assert "Traceback" not in rejected
    assert "CANARY" not in rejected
    assert recorder.calls() == []


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


def test_a_bad_value_that_was_not_known_at_preview_is_rejected_before_any_call(
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


def test_a_wrong_provider_config_is_reported_by_all_its_keys(stack: Stack) -> None:
    wrong = {
        "endpoint": ("http://example.com", "trtc:endpoint: must be an https:// URL"),
        "requestsPerSecond": ("0", "trtc:requestsPerSecond"),
        "endPoint": ("x", "trtc:endPoint: is an unknown key; did you mean trtc:endpoint?"),
        "recordIdNameSpace": ("x", "did you mean trtc:recordIdNamespace?"),
        "region": ("", "trtc:region: is empty"),
    }
    for key, (value, _) in wrong.items():
        stack.config(f"trtc:{key}", value)
    stack.program('recording("lobby")')
    rejected = stack.preview(expect=1).text
    for _, message in wrong.values():
        assert message in rejected
