"""A classroom: the recordings of its stage and of its slides."""

import pulumi
from trtc_webrecord import WebRecording


class Classroom(pulumi.ComponentResource):
    task_ids: dict[str, pulumi.Output[str]]
    """The TaskId of each recording, by page."""

    def __init__(
        self,
        name: str,
        sdk_app_id: int,
        bucket: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("school:index:Classroom", name, None, opts)
        self.task_ids = {
            page: WebRecording(
                f"{name}-{page}",
                record_url=f"https://example.com/classrooms/42/{page}",
                sdk_app_id=sdk_app_id,
                storage_params={"cloud_storage": {"region": "ap-singapore", "bucket": bucket}},
                max_duration_limit=7200,
                opts=pulumi.ResourceOptions(parent=self),
            ).task_id
            for page in ("stage", "slides")
        }
        self.register_outputs({"taskIds": self.task_ids})
