"""The line that names the schema to an editor, in a file that Pulumi writes to as well."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack
from stack_program import append, settings

MODELINE = "# yaml-language-server: $schema=stack_config.schema.json\n"
RECORDING = """
  web-recordings:recordings:
    lobby:  # the hall's own
      recordUrl: https://example.com/lobby
"""


@pytest.mark.slow
def test_pulumis_own_commands_keep_it_and_other_comments(declared: Stack) -> None:
    file = settings(declared)
    file.write_text(MODELINE + file.read_text())
    append(declared, RECORDING.lstrip("\n"))
    lobby = "web-recordings:recordings.lobby"
    declared.config(f"{lobby}.sdkAppId", "1600011111", "--path")
    declared.config(f"{lobby}.storageParams.cloudVod.tencentVod.classId", "0", "--path")
    declared.config(f"{lobby}.recordUrl", "https://example.com/?token=1", "--path", "--secret")
    assert file.read_text().startswith(MODELINE)
    assert "lobby: # the hall's own" in file.read_text()
    assert "WebRecording lobby create" in " ".join(declared.preview().text.split())
