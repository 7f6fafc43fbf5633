"""A classroom with two recordings, which may be renamed while it records."""

import pulumi
from classroom import Classroom

config = pulumi.Config()
former_name = config.get("formerName")

classroom = Classroom(
    config.require("name"),
    sdk_app_id=config.require_int("sdkAppId"),
    bucket=config.require("bucket"),
    opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name=former_name)] if former_name else None),
)

pulumi.export("taskIds", classroom.task_ids)
