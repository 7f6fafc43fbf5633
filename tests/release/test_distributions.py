"""Both distributions, as a package index gets them."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tools.release import dist, smoke_test
from tools.release.commands import REPOSITORY, ReleaseError
from tools.release.dist import PROVIDER, RECORDER, Built, Distribution
from tools.release.environments import metadata

DISTRIBUTIONS = [PROVIDER, RECORDER]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_they_have_the_repositorys_files_and_no_other(
    built: dict[Distribution, Built], distribution: Distribution
) -> None:
    dist.check(distribution, built[distribution])
    with zipfile.ZipFile(built[distribution].wheel) as wheel:
        assert f"{distribution.package}/py.typed" in wheel.namelist()


def test_a_file_that_does_not_belong_there_is_named(
    built: dict[Distribution, Built], tmp_path: Path
) -> None:
    shutil.copytree(built[PROVIDER].wheel.parent, tmp_path, dirs_exist_ok=True)
    spoilt = Built(tmp_path / built[PROVIDER].wheel.name, tmp_path / built[PROVIDER].sdist.name)
    with zipfile.ZipFile(spoilt.wheel, "a") as wheel:
        wheel.writestr("trtc_webrecord/.env", "")
    with pytest.raises(ReleaseError, match=r"does not belong there \['trtc_webrecord/.env'\]"):
        dist.check(PROVIDER, spoilt)


def test_a_second_build_gives_the_same_bytes(
    built: dict[Distribution, Built], tmp_path: Path
) -> None:
    again = dist.build(PROVIDER, tmp_path)
    assert again.wheel.read_bytes() == built[PROVIDER].wheel.read_bytes()
    assert again.sdist.read_bytes() == built[PROVIDER].sdist.read_bytes()


def test_an_index_takes_their_metadata_and_shows_their_readme(
    built: dict[Distribution, Built],
) -> None:
    dist.check_metadata(file for each in built.values() for file in (each.wheel, each.sdist))


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_their_readme_has_no_link_that_only_the_repository_can_follow(
    distribution: Distribution,
) -> None:
    readme = (REPOSITORY / distribution.folder / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert [each for each in targets if not each.startswith(("https://", "#"))] == []


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_they_carry_the_repositorys_licence(
    built: dict[Distribution, Built], distribution: Distribution
) -> None:
    licence = (REPOSITORY / "LICENSE").read_bytes()
    with zipfile.ZipFile(built[distribution].wheel) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
        assert wheel.read(name) == licence
    assert metadata(built[distribution].wheel).license_expression == "Apache-2.0"


def test_the_recorder_needs_the_provider_of_its_own_version(
    built: dict[Distribution, Built],
) -> None:
    provider, recorder = (metadata(built[each].wheel) for each in DISTRIBUTIONS)
    assert recorder.version == provider.version
    needs = [str(need) for need in recorder.requires_dist or []]
    assert f"pulumi-trtc-webrecord=={provider.version}" in needs


def test_the_index_shows_the_declaration_of_the_readme() -> None:
    assert smoke_test.declaration() in (REPOSITORY / "provider" / "README.md").read_text("utf-8")
