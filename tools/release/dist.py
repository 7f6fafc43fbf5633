"""`make dist`: build both distributions, check them, and run an example from each.

Usage: `python -m tools.release.dist`. They end up in `dist/`, ready to be uploaded. A build of the
same files gives the same bytes.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .commands import REPOSITORY, ReleaseError, run
from .environments import UV, environment
from .smoke_test import smoke_test

FOLDER = REPOSITORY / "dist"
TWINE = ("--with", "readme-renderer[md]==46.0", "twine==7.0.0")


@dataclass(frozen=True)
class Distribution:
    """Where a distribution comes from, and what its wheel has beside its package."""

    folder: str
    package: str
    besides: frozenset[str] = frozenset()


PROVIDER = Distribution(
    "provider",
    "trtc_webrecord",
    frozenset(
        {
            "pulumi_trtc_webrecord/pulumi-plugin.json",
            "data/share/pulumi-trtc-webrecord/stack_config.schema.json",
        }
    ),
)
RECORDER = Distribution("recorder", "trtc_recorder")


@dataclass(frozen=True)
class Built:
    """The files of one distribution."""

    wheel: Path
    sdist: Path


def build(distribution: Distribution, out: Path) -> Built:
    """Build the sdist, and the wheel from it.

    Raises: `ReleaseError` if the wheel that the repository gives is another one.
    """
    source = REPOSITORY / distribution.folder
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]
    with TemporaryDirectory() as beside:
        for words in ([out], [beside, "--wheel"]):
            run([*command, *map(str, words), str(source)], REPOSITORY)
        (direct,) = Path(beside).iterdir()
        wheel = out / direct.name
        if wheel.read_bytes() != direct.read_bytes():
            raise ReleaseError(f"{wheel.name} from the sdist differs from that of the repository")
    name = "-".join(wheel.name.split("-")[:2])
    return Built(wheel, out / f"{name}.tar.gz")


def check(distribution: Distribution, built: Built) -> None:
    """Compare the contents with the files of the repository.

    Raises: `ReleaseError` if a file is missing, or does not belong there.
    """
    kept = _kept(distribution.folder)
    name = "-".join(built.wheel.name.split("-")[:2])
    wheel = {
        file.removeprefix(f"{name}.dist-info/").removeprefix(f"{name}.data/")
        for file in zipfile.ZipFile(built.wheel).namelist()
    }
    package = {file for file in kept if file.startswith(f"{distribution.package}/")}
    metadata = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    _same(built.wheel, wheel, package | metadata | distribution.besides)
    with tarfile.open(built.sdist) as archive:
        sdist = {file.removeprefix(f"{name}/") for file in archive.getnames()}
    _same(built.sdist, sdist, kept | {"PKG-INFO", ".gitignore"})


def _kept(folder: str) -> set[str]:
    """The files below a folder that are in the repository, or could be added to it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return set(run(command, REPOSITORY / folder).splitlines())


def _same(file: Path, found: set[str], wanted: Iterable[str]) -> None:
    missing, extra = sorted(set(wanted) - found), sorted(found - set(wanted))
    if missing or extra:
        raise ReleaseError(f"{file.name}: missing {missing}, does not belong there {extra}")


def check_metadata(files: Iterable[Path]) -> None:
    """Have twine check that a package index takes the metadata and can show the README."""
    run([*UV, "tool", "run", *TWINE, "check", "--strict", *files], REPOSITORY)


def main() -> None:
    """Do it all, or exit with what is wrong."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    built = {each: build(each, FOLDER) for each in (PROVIDER, RECORDER)}
    for distribution, files in built.items():
        check(distribution, files)
    check_metadata([file for each in built.values() for file in (each.wheel, each.sdist)])
    with TemporaryDirectory() as name:
        folder = Path(name)
        provider, recorder = built[PROVIDER].wheel, built[RECORDER].wheel
        program = environment(folder / "program", [provider])
        service = environment(folder / "service", [provider, recorder])
        smoke_test(program, service, folder / "smoke-test", record="off")
    for each in built.values():
        print(each.wheel.relative_to(REPOSITORY), each.sdist.relative_to(REPOSITORY), sep="\n")


if __name__ == "__main__":
    try:
        main()
    except ReleaseError as error:
        sys.exit(f"dist: {error}")
