"""`make fresh`: the README's commands on a machine on which nothing was ever installed.

Usage: `python -m tools.release.fresh [--release trixie] [--as-user] [--keep FOLDER] [COMMAND …]`.
Makes a minimal Debian tree with git, make and Python, clones what is committed into it, runs
`make up` and `make test` there, prints what each took, and removes the tree. Needs mmdebstrap, 8 GB
in the temporary folder, and root or sudo. What this machine tells the clients of package registries
(proxies, mirrors, certificates) holds there too, and no other part of its environment. Go, for an
engine that is built from source, and folders of wheels are lent, if they are here.

Exit code: 0 if every command succeeded.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .commands import REPOSITORY, ReleaseError, run

PACKAGES = "ca-certificates,git,make,procps,python3,python3-venv"
COMMANDS = ("make up", "make test")
TOOLS = ("mmdebstrap", "unshare", "git")

SETTINGS = re.compile(
    r"PIP_\w+|UV_\w+|GO(PROXY|SUMDB|NOSUMDB|NOPROXY|PRIVATE|INSECURE|FLAGS|TOOLCHAIN)|SSL_CERT_(FILE|DIR)"
    r"|(REQUESTS_CA|CURL_CA)_BUNDLE|(HTTPS?|ALL|NO)_PROXY",
    re.IGNORECASE,
)
"""The variables that package clients read."""

APT = re.compile(r"Acquire::(https?|Retries|ForceIPv[46]|Check-Valid-Until)\b.*")

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

ENTER = """
set -e
tree=$1 user=$2 command=$3
shift 3
mount --rbind /sys "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/dev/shm"
while [ $# -gt 0 ]; do
    mkdir -p "$tree$2"
    mount --bind -o ro "$1" "$tree$2"
    shift 2
done
exec unshare --pid --fork --kill-child --mount-proc --root="$tree" env -i TERM=dumb \\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/go/bin \\
    sh -c '. /etc/fresh
        export HOME="$(getent passwd "$1" | cut -d: -f6)"
        cd "$HOME/clone"
        status=0
        setpriv --reuid "$1" --regid "$1" --init-groups bash -c "$2" || status=$?
        exit $status' fresh "$user" "$command"
"""
"""In a mount namespace of its own: enters the tree, runs a command and ends all its processes."""


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment's settings for the clients of package registries."""
    return {name: value for name, value in environment.items() if SETTINGS.fullmatch(name)}


def apt_settings(dump: str) -> str:
    """How apt reaches its mirrors, of the output of `apt-config dump`."""
    return "".join(f"{line}\n" for line in dump.splitlines() if APT.fullmatch(line))


def pip_files(environment: Mapping[str, str], home: Path) -> Iterator[tuple[Path, str]]:
    """The pip configurations of this machine and user, and where they belong in the tree."""
    yield Path("/etc/pip.conf"), "etc/xdg/pip/pip.conf"
    own = (home / ".pip/pip.conf", home / ".config/pip/pip.conf")
    for each in (*own, Path(environment.get("PIP_CONFIG_FILE", os.devnull))):
        yield each, "etc/pip.conf"


def named_files(texts: Sequence[str]) -> set[Path]:
    """The files that settings name, such as certificates."""
    words = (word for text in texts for word in re.split(r"[\s\"';=,]+", text))
    return {Path(word) for word in words if word.startswith("/") and Path(word).is_file()}


class Tree:
    """A Debian tree in `folder`, and the commands that are run in it."""

    def __init__(self, folder: Path, release: str, mirror: str) -> None:
        self.folder = folder
        self._release = release
        self._mirror = mirror
        self._root = [] if os.geteuid() == 0 else ["sudo"]
        go = _go("GOROOT")
        self._lent = [go, "/usr/local/go"] if go else []
        for variable in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
            for word in os.environ.get(variable, "").split():
                if word.startswith("/") and Path(word).is_dir():
                    self._lent += [word, word]

    @property
    def is_made(self) -> bool:
        """Whether it is there from an earlier run."""
        return (self.folder / "etc" / "fresh").exists()

    def make(self, work: Path) -> None:
        """Make it, with a clone of what is committed; temporary files are in `work`."""
        overlay = work / "overlay"
        files = self._write_settings(overlay, work / "apt.conf")
        run(["git", "clone", "--quiet", "--no-hardlinks", REPOSITORY, overlay / "root/clone"], work)
        mirror = [self._mirror] if self._mirror else []
        options = [f"--aptopt={work / 'apt.conf'}", f"--include={PACKAGES}", "--variant=minbase"]
        self._as_root("mmdebstrap", "--quiet", *options, self._release, self.folder, *mirror)
        for file in files:
            self._as_root("install", "-D", "-m", "644", file, f"{self.folder}{file}")
        self._as_root("cp", "-r", "--remove-destination", f"{overlay}/.", self.folder)
        self._as_root("chmod", "755", self.folder)
        self._as_root("chmod", "600", self.folder / "etc/fresh")

    def add_user(self) -> None:
        """Add a user without sudo, with the clone, after root has installed the packages."""
        self.execute("make --silent system", "root")
        self.execute(
            "useradd --create-home --shell /bin/bash dev && cp -r . /home/dev/clone", "root"
        )
        self.execute("chown -R dev:dev /home/dev/clone", "root")

    def execute(self, command: str, user: str) -> int:
        """Run a command in the clone; return its exit code."""
        unshare = [*self._root, "unshare", "--mount", "--propagation", "private"]
        enter = ["bash", "-c", ENTER, "fresh", str(self.folder), user, command, *self._lent]
        words = [*unshare, *enter]
        return subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode

    def remove(self) -> None:
        """Remove it."""
        self._as_root("rm", "-rf", "--one-file-system", self.folder)

    def _write_settings(self, overlay: Path, apt: Path) -> set[Path]:
        """Write what goes into the tree; return the files that it names."""
        exported = settings(os.environ)
        exported |= {
            name: value for name in ("GOPROXY", "GOSUMDB", "GOFLAGS") if (value := _go(name))
        }
        dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True)
        apt.write_text(apt_settings(dump.stdout))
        texts = [*exported.values(), apt.read_text()]
        target = overlay / "etc" / "fresh"
        target.parent.mkdir(parents=True)
        target.write_text("".join(f"export {k}={shlex.quote(v)}\n" for k, v in exported.items()))
        for file, name in pip_files(os.environ, Path.home()):
            if file.is_file():
                (overlay / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, overlay / name)
                texts.append(file.read_text())
        for name in ("etc/hosts", "etc/resolv.conf", str(CERTIFICATES)[1:]):
            if Path("/", name).exists():
                (overlay / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path("/", name), overlay / name)
        return named_files(texts) - {CERTIFICATES}

    def _as_root(self, *words: str | Path) -> None:
        run([*self._root, *words], REPOSITORY)


def _go(name: str) -> str:
    if not shutil.which("go"):
        return ""
    return run(["go", "env", name], REPOSITORY).strip()


def check() -> None:
    """Raises `ReleaseError` if this machine cannot make a tree."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise ReleaseError(f"install {' and '.join(missing)}")
    if os.geteuid() != 0 and not shutil.which("sudo"):
        raise ReleaseError("a tree is made by root: run it as root, or install sudo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the tree, run the commands, print a table; 0 if all succeeded."""
    parser = argparse.ArgumentParser(prog="python -m tools.release.fresh", description=__doc__)
    parser.add_argument("--release", default="bookworm", help="of Debian; default: bookworm")
    parser.add_argument("--mirror", default="", help="of Debian; default: mmdebstrap's")
    parser.add_argument("--as-user", action="store_true", help="run as a user without sudo")
    parser.add_argument("--keep", type=Path, help="keep the tree there, and use it again")
    parser.add_argument("commands", nargs="*", default=COMMANDS)
    given = parser.parse_args(arguments)
    check()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    rows: list[tuple[str, int, float]] = []

    def timed(name: str, code: int, begun: float) -> None:
        rows.append((name, code, time.monotonic() - begun))

    with tempfile.TemporaryDirectory(prefix="fresh-") as name:
        tree = Tree(given.keep or Path(name, "tree"), given.release, given.mirror)
        try:
            begun = time.monotonic()
            if not tree.is_made:
                tree.make(Path(name))
                if given.as_user:
                    tree.add_user()
                timed("the tree", 0, begun)
            for command in given.commands:
                begun = time.monotonic()
                user = "dev" if given.as_user else "root"
                timed(command, tree.execute(command, user), begun)
        finally:
            if not given.keep:
                tree.remove()
    print(f"\nDebian {given.release}, as {'a user' if given.as_user else 'root'}")
    for command, code, seconds in rows:
        print(f"{command:30} {'ok' if code == 0 else f'exit {code}':8} {seconds / 60:6.1f} min")
    return int(any(code for _, code, _ in rows))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReleaseError as error:
        sys.exit(f"fresh: {error}")
