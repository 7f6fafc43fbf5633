"""Both distributions, as a package index gets them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tools.release import dist, smoke_test
from tools.release.commands import REPOSITORY, ReleaseError
from tools.release.dist import PROVIDER, RECORDER, Built, Distribution
from tools.release.environments import metadata


def test_they_have_the_repositorys_files_licence_and_version_and_an_index_takes_them(
    built: dict[Distribution, Built],
) -> None:
    licence = (REPOSITORY / "LICENSE").read_bytes()
    for distribution, files in built.items():
        dist.check(distribution, files)
        with zipfile.ZipFile(files.wheel) as wheel:
            assert f"{distribution.package}/py.typed" in wheel.namelist()
            (name,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
            assert wheel.read(name) == licence
        assert metadata(files.wheel).license_expression == "Apache-2.0"
    dist.check_metadata(file for each in built.values() for file in (each.wheel, each.sdist))
    provider, recorder = (metadata(built[each].wheel) for each in (PROVIDER, RECORDER))
    assert recorder.version == provider.version
    needs = [str(need) for need in recorder.requires_dist or []]
    assert f"pulumi-trtc-webrecord=={provider.version}" in needs


def test_a_second_build_gives_the_same_bytes_and_a_file_that_does_not_belong_there_is_named(
    built: dict[Distribution, Built], tmp_path: Path
) -> None:
    again = dist.build(PROVIDER, tmp_path)
    assert again.wheel.read_bytes() == built[PROVIDER].wheel.read_bytes()
    assert again.sdist.read_bytes() == built[PROVIDER].sdist.read_bytes()
    with zipfile.ZipFile(again.wheel, "a") as wheel:
        wheel.writestr("trtc_webrecord/.env", "")
    with pytest.raises(ReleaseError, match=r"does not belong there \['trtc_webrecord/.env'\]"):
        dist.check(PROVIDER, again)


@pytest.mark.parametrize("distribution", [PROVIDER, RECORDER])
def test_their_readme_has_no_link_that_only_the_repository_can_follow(
    distribution: Distribution,
) -> None:
    readme = (REPOSITORY / distribution.folder / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert [each for each in targets if not each.startswith(("https://", "#"))] == []


def test_the_index_shows_the_declaration_of_the_readme() -> None:
    assert smoke_test.declaration() in (REPOSITORY / "provider" / "README.md").read_text("utf-8")
