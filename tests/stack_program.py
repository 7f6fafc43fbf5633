"""A stack of the project's own program, and the config that the tests give it."""

from __future__ import annotations

from pathlib import Path

from pulumi_stack import Stack

PROJECT = Path(__file__).parents[1]

CONFIG = """
  web-recordings:defaults:
    sdkAppId: 1600011111
    maxDurationLimit: 3600
    storageParams:
      cloudStorage: {region: ap-singapore, bucket: b-1250000000, fileNamePrefix: [all]}
  web-recordings:recordings:
    lobby:
      recordUrl: https://example.com/lobby
      webRecordVideoParams: {width: 1920, height: 1080, format: mp4}
    shop:
      recordUrl: https://example.com/shop
      storageParams: {cloudStorage: {bucket: shop-1250000000}}
"""


def use_the_projects_program(stack: Stack) -> Stack:
    """Give the stack the program of this repository."""
    (stack.directory / "__main__.py").write_text((PROJECT / "__main__.py").read_text())
    project = (PROJECT / "Pulumi.yaml").read_text()
    (stack.directory / "Pulumi.yaml").write_text(project.replace("virtualenv: .venv", "{}"))
    return stack


def append(stack: Stack, text: str) -> None:
    """Add to the stack's config."""
    with stack.settings.open("a") as file:
        file.write(text)
