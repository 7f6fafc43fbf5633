"""recorder/Containerfile and compose.yaml: the options that exist, the one list of packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from trtc_recorder import Settings

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "recorder" / "Containerfile"
COMPOSE = FILE.with_name("compose.yaml")


def test_the_container_and_its_composition_fit_together_and_have_options_that_exist() -> None:
    text = FILE.read_text().replace("\\\n", " ")
    words = [line.split() for line in text.splitlines() if re.match("[A-Z]", line)]
    given = dict(each.split("=") for name, *rest in words if name == "ENV" for each in rest)
    options = {name.removeprefix("TRTC_RECORDER_").lower(): given[name] for name in given}
    settings = Settings(secret_id="id", secret_key="key", **options)  # type: ignore[arg-type]
    service: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]["trtc-recorder"]
    names = {name.removeprefix("TRTC_RECORDER_").lower() for name in service["environment"]}
    assert names <= Settings.model_fields.keys()
    assert (COMPOSE.parent / service["build"]["context"] / service["build"]["dockerfile"]).samefile(
        FILE
    )
    assert service["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert service["volumes"] == [f"recordings:{settings.data}"]
    assert not re.search(r"\bapt(-get)? ", text)
    copied = [PROJECT / source for name, source, *_ in words if name == "COPY"]
    assert PROJECT / "tools/local/packages" in copied
    assert all(path.exists() for path in copied)


def engine() -> str | None:
    """A container engine that responds."""
    for name in ("docker", "podman"):
        if (
            shutil.which(name)
            and not subprocess.run([name, "info"], capture_output=True).returncode
        ):
            return name
    return None


@pytest.mark.slow
def test_the_container_is_built_and_every_program_in_it_starts() -> None:
    if (name := engine()) is None:
        pytest.skip("there is no container engine that responds")
    image = "trtc-recorder:test"
    subprocess.run([name, "build", "-f", FILE, "-t", image, PROJECT], timeout=1800, check=True)
    trial = (
        "import sys; from trtc_recorder.worker import programs, trial;"
        "sys.exit(trial.failure(programs.find()))"
    )
    run = [name, "run", "--rm", "--entrypoint", "python", image, "-c", trial]
    subprocess.run(run, timeout=300, check=True)
