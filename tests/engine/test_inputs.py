"""Inputs as Pulumi delivers them: not known at preview, below a component, and invalid then."""

from __future__ import annotations

from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

PROGRAM = """
class Maker(ResourceProvider):
    def create(self, props):
        return CreateResult("made", {"url": "https://example.com/made", "bucket": "made-1250000000",
                                     "limit": 3600})

class Made(Resource):
    url: Output[str]
    def __init__(self, name):
        super().__init__(Maker(), name, {"url": None, "bucket": None, "limit": None})

made = Made("made")
storage = made.bucket.apply(lambda b: {"cloud_storage": {
    "region": "ap-singapore", "bucket": b, "access_key": "CANARY", "secret_key": "CANARY"}})

class Room(ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("school:rooms:Room", name, {}, opts)
        self.lesson = recording("lesson", opts=ResourceOptions(parent=self))
        self.register_outputs({})

outer = Room("outer")
recording("sibling", record_url=outer.lesson.record_url)
recording("page", record_url=made.url, max_duration_limit=made.limit)
recording("storage", storage_params=storage)
recording("video", web_record_video_params={"width": made.limit.apply(lambda l: 640)})
"""
INVALID = 'recording("bad", record_url=made.url.apply(lambda u: u.replace("https", "ftp")))\n'


def test_inputs_of_resources_not_yet_created_pass_the_preview_and_are_checked_in_the_up(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(PROGRAM + INVALID)
    assert "+ 9 to create" in stack.preview().text
    assert recorder.calls() == []
    assert "record_url = 'ftp://example.com/made'" in stack.up(expect=1).text
    assert "bad" not in stack.task_ids()
    stack.program(PROGRAM)
    stack.up()
    assert set(stack.task_ids()) == {"lesson", "sibling", "page", "storage", "video"}
    assert live(recorder) == set(stack.task_ids().values())
    assert {task.page.partition(":")[0] for task in recorder.tasks()} == {"https"}
    assert stack.outputs("page")["record_url"] == "https://example.com/made"
    assert stack.outputs("storage")["file_prefix"].startswith("made-1250000000/")
    assert "CANARY" not in stack.export()
    lesson = stack.resources()["lesson"]
    assert lesson["outputs"]["resource_urn"] == lesson["urn"]
    assert "school:rooms:Room$pulumi-python:dynamic/trtc:WebRecording" in lesson["urn"]
