"""The example policy pack, run by the real engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_stack import ProviderKind, Ran, Stack
from shell_script import shell_script
from trtc_recorder.testing import Recorder

PACK = Path(__file__).parents[2] / "examples" / "policy"
CANARY = "CANARY-5f1e"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a pack imports. As for users, its protobuf is not that of the program."""
    folder = tmp_path_factory.mktemp("packages")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    wanted = ("--no-deps", "-r", PACK / "requirements.txt", "protobuf~=5.29.5")
    subprocess.run([*pip, "--target", folder, *wanted], check=True)
    return folder


@pytest.fixture
def pack(tmp_path: Path, packages: Path) -> Path:
    """A copy of the pack, as a program. Its environment is this one, with the pack's packages."""
    copy = tmp_path / "policy"
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns("venv"))
    run = f'PYTHONPATH={packages} exec {sys.executable} "$@"'
    shell_script(copy / "venv/bin/python", run)
    return copy / "run"


def checked(stack: Stack, pack: Path, command: str, *options: str) -> Ran:
    yes = ("--yes", "--skip-preview") if command == "up" else ()
    return stack.run(command, *yes, "--policy-pack", str(pack), *options, expect=None)


def broken(text: str) -> set[tuple[str, str]]:
    """The violations in an output: policy, recording."""
    return set(re.findall(r"\[mandatory\] +(\S+) +\(\S+: (\S+)\)", text))


@pytest.mark.parametrize("provider", ["dynamic", pytest.param("native", marks=pytest.mark.slow)])
def test_a_preview_names_each_recording_that_breaks_a_policy_and_no_secret(
    tmp_path: Path, recorder: Recorder, pack: Path, provider: ProviderKind
) -> None:
    stack = Stack(tmp_path, recorder.endpoint, name="dev-ann", provider=provider)
    stack.program(f"""
    recording("good")
    recording("long", max_duration_limit=4 * 3600 + 1)
    recording("unlimited", max_duration_limit=None)
    recording("again", restart_policy="always")
    recording("foreign", record_url=Output.secret("https://{CANARY}.net/?key={CANARY}"))
    recording("relayed", publish_cdn_params=[{{"publish_cdn_url": "rtmp://cdn.net/a/{CANARY}"}}])
    """)
    ran = checked(stack, pack, "preview")
    assert ran.code != 0
    assert broken(ran.text) == {
        ("longest-recording", "long"),
        ("longest-recording", "unlimited"),
        ("longest-recording", "again"),
        ("our-pages", "foreign"),
        ("no-relay-in-dev", "relayed"),
    }
    assert "it may run for 24 h: set max_duration_limit to 14400 or less" in ran.text
    assert CANARY not in ran.text


@pytest.mark.slow
def test_an_input_that_a_preview_cannot_know_is_checked_before_the_recording_starts(
    tmp_path: Path, recorder: Recorder, pack: Path
) -> None:
    stack = Stack(tmp_path, recorder.endpoint)
    stack.program("""
    first = recording("first")
    recording("second", record_url=Output.concat("https://other.net/", first.task_id))
    """)
    preview = checked(stack, pack, "preview")
    assert preview.code == 0, preview.text
    assert "can't run policy 'our-pages'" in preview.text
    up = checked(stack, pack, "up")
    assert broken(up.text) == {("our-pages", "second")}
    assert {task.page for task in recorder.tasks()} == {"https://example.com/first"}


@pytest.mark.slow
def test_the_packs_config_says_how_long_of_which_pages_and_which_stacks_are_for_development(
    tmp_path: Path, recorder: Recorder, pack: Path
) -> None:
    pages = {
        "exact": "https://Ours.example",
        "below": "https://live.ours.example:8443/a",
        "dot": "https://ours.example./a",
        "suffix": "https://yours.example/",
        "beneath": "https://ours.example.evil.net/",
        "user": "https://ours.example@evil.net/",
        "slash": "https://evil.net\\@ours.example/",
    }
    stack = Stack(tmp_path, recorder.endpoint)
    stack.program(f"""
    for name, page in {pages!r}.items():
        recording(name, record_url=page)
    cdn = [{{"publish_cdn_url": "rtmp://cdn.net/a"}}]
    recording("live", record_url="https://ours.example", publish_cdn_params=cdn)
    """)
    config = json.loads((PACK / "policies.json").read_text())
    config["longest-recording"]["maxHours"] = 0.5
    config["our-pages"]["domains"] = ["ours.example"]
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(config))
    ran = checked(stack, pack, "preview", "--policy-pack-config", str(file))
    found = broken(ran.text)
    not_ours = {name for policy, name in found if policy == "our-pages"}
    assert not_ours == {"suffix", "beneath", "user", "slash"}
    assert {name for policy, name in found if policy == "longest-recording"} == {*pages, "live"}
    assert "no-relay-in-dev" not in {policy for policy, _ in found}
