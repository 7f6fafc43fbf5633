"""A secret of a stack's config hides itself, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.stack_program.secure_values import with_secrets, written

KEY = "web-recordings:recordings"
FILE = "Pulumi.live.yaml"
LOBBY = f"config: {{'{KEY}': {{lobby: plain}}}}"


@dataclass(frozen=True)
class Secure:
    """A secure string of a config, and a secret of a program."""

    text: str


def reserved(fields: dict[str, Any]) -> bool:
    """Whether Pulumi would read these fields as a secure value."""
    return list(fields) == ["secure"] and isinstance(fields["secure"], str)


text = st.sampled_from(["", "7", "a", "yes", "1:30", "two\nlines\n", "it's"]) | st.text(max_size=9)
names = st.sampled_from(["secure", "a.b", "recordUrl", "record_url", "yes", "7", "<<"]) | text
configs = st.dictionaries(
    names,
    st.recursive(
        text | text.map(Secure) | st.integers() | st.booleans() | st.none(),
        lambda below: (
            st.lists(below, max_size=4)
            | st.dictionaries(names, below, max_size=4).filter(lambda each: not reserved(each))
        ),
        max_leaves=12,
    ),
    max_size=4,
)


def mapped(value: Any, leaf: Any) -> Any:
    if isinstance(value, dict):
        return {name: mapped(item, leaf) for name, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, leaf) for item in value]
    return leaf(value)


def passed(config: Any) -> Any:
    """As Pulumi passes it to a program."""
    return mapped(config, lambda each: each.text if isinstance(each, Secure) else each)


def in_file(config: Any) -> Any:
    """As it stands in the stack's file."""
    secure = {"secure": "v1:Z7VbrGXAfOBZnRjK:gGr7BaDC"}
    return mapped(config, lambda each: secure if isinstance(each, Secure) else each)


def leaves(value: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], Any]]:
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, name))
    else:
        yield path, value


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose stack `live` is being deployed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text("{name: lessons, runtime: python}")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(pulumi, "get_stack", lambda: "live")
        patch.setattr(pulumi.Output, "secret", Secure)
        yield folder


@given(config=configs)
def test_every_secure_value_is_a_secret_and_every_other_is_plain(
    project: Path, config: dict[str, Any]
) -> None:
    (project / FILE).write_text(yaml.safe_dump({"config": {KEY: in_file(config)}}))
    assert with_secrets(passed(config), written(KEY)) == config


@given(config=configs, other=configs)
def test_of_another_file_only_its_own_plain_text_is_shown(
    project: Path, config: dict[str, Any], other: dict[str, Any]
) -> None:
    found = with_secrets(passed(config), in_file(other))
    plain = dict(leaves(in_file(other)))
    assert all(plain[path] == each for path, each in leaves(found) if isinstance(each, str))
    assert passed(found) == passed(config)


@pytest.mark.parametrize(
    ("project_file", "stack_file", "content"),
    [
        ("Pulumi.yaml", FILE, LOBBY),
        ("Pulumi.yaml", FILE, "config: {recordings: {lobby: plain}}"),
        ("Pulumi.yaml", FILE, f"config: {{'{KEY}': {{<<: {{lobby: plain}}}}}}"),
        ("Pulumi.yml", "Pulumi.live.yml", LOBBY),
        ("Pulumi.json", "Pulumi.live.json", LOBBY),
        ("Pulumi.yaml: stackConfigDir", f"stacks/{FILE}", LOBBY),
        ("Pulumi.yaml: config", f"stacks/{FILE}", LOBBY),
    ],
)
def test_the_stacks_file_is_found_where_pulumi_finds_it(
    project_file: str,
    stack_file: str,
    content: str,
    tmp_path: Path,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, _, setting = project_file.partition(": ")
    below = tmp_path / "program"
    for folder in (below, tmp_path / "stacks"):
        folder.mkdir()
    fields = {"name": "web-recordings", "runtime": "python"} | (
        {setting: "stacks"} if setting else {}
    )
    (tmp_path / name).write_text(yaml.safe_dump(fields))
    (tmp_path / stack_file).write_text(content)
    monkeypatch.chdir(below)
    assert with_secrets({"lobby": "plain"}, written(KEY)) == {"lobby": "plain"}


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "config:",
        "config: [1]",
        "config: {recordings: {lobby: plain}}",
        f"config: {{'{KEY}': }}",
        f"config: {{'{KEY}': {{lobby: other}}}}",
        f"config: {{'{KEY}': {{lobby: !!int plain}}}}",
        f"config: {{'{KEY}': {{secure: 'v1:Z7Vb'}}}}",
        f"{LOBBY}\n---\n{LOBBY}",
        "config: {'",
        "\x00",
    ],
)
def test_without_a_file_that_says_so_every_string_is_a_secret(
    content: str | None, project: Path
) -> None:
    (project / FILE).unlink(missing_ok=True)
    if content is not None:
        (project / FILE).write_text(content)
    assert with_secrets({"lobby": "plain"}, written(KEY)) == {"lobby": Secure("plain")}
