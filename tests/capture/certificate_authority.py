"""A private certificate authority, made by openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """`certificate` is what has to be trusted; `server` is a certificate of it, with its key."""

    certificate: Path
    server: tuple[Path, Path]


def authority(folder: Path, *names: str) -> Authority:
    """A new one, with a server certificate for DNS names."""
    folder.mkdir(parents=True, exist_ok=True)
    extensions = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    (folder / "server.ext").write_text(f"{extensions}\nauthorityKeyIdentifier=keyid\n")
    new = "req -newkey rsa:2048 -nodes"
    _openssl(
        folder,
        f"{new} -x509 -keyout ca.key -out ca.pem -days 30 -subj /CN=private"
        " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign",
    )
    _openssl(folder, f"{new} -keyout server.key -out server.csr -subj /CN=server")
    _openssl(
        folder,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30"
        " -out server.pem -extfile server.ext",
    )
    return Authority(folder / "ca.pem", (folder / "server.pem", folder / "server.key"))


def _openssl(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)
