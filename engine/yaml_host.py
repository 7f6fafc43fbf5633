"""Install Pulumi's YAML language host, for the tests and examples of YAML stacks.

Usage: `python engine/yaml_host.py`. The official release of Pulumi has it. Where the PATH does not,
`engine/.yaml-host` is built from the module in `engine/yaml-host`, once for its pins. Exit code 1:
it could not be built; the last line, on standard error, says why.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from install import ENGINE, SCRATCH, SetupError, go_build, log, wait_for_turn

HOST = "pulumi-language-yaml"
MODULE = "github.com/pulumi/pulumi-yaml"
PINS = ENGINE / "yaml-host/go.mod"
BIN = ENGINE / ".yaml-host"


def main() -> None:
    """Build the host where none is in place, or exit with the reason why not."""
    path = ":".join(folder for folder in os.get_exec_path() if Path(folder).resolve() != BIN)
    if shutil.which(HOST, path=path):
        return
    wait_for_turn()
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()
    stamp = BIN / digest
    if stamp.exists() and (BIN / HOST).exists():
        return
    try:
        build(stamp.name)
    except (SetupError, OSError) as error:
        sys.exit(f"engine: the YAML language host could not be built: {error}")


def build(stamp: str) -> None:
    """Build the host and replace `engine/.yaml-host` by it, atomically."""
    if shutil.which("go") is None:
        raise SetupError(f"neither {HOST} nor Go is on the PATH")
    log("building Pulumi's YAML language host from source: about a minute")
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=ENGINE) as scratch:
        new = Path(scratch) / "bin"
        go_build("yaml-host", MODULE, f"cmd/{HOST}", new / HOST)
        (new / stamp).touch()
        if BIN.exists():
            BIN.rename(Path(scratch) / "old")
        new.rename(BIN)


if __name__ == "__main__":
    main()
