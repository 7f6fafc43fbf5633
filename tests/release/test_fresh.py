"""`make fresh`: what a bare tree gets of this machine; the reason where none can be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.release import fresh
from tools.release.commands import ReleaseError


def test_the_tree_is_told_how_registries_are_reached_and_nothing_else() -> None:
    told = {
        "PIP_INDEX_URL": "https://mirror.example/simple",
        "GOPROXY": "https://mirror.example/go",
        "https_proxy": "http://proxy.example:3128",
        "NO_PROXY": "localhost",
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
    }
    kept_away = {
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        "CI": "true",
        "GOPATH": "/home/ann/go",
        "PULUMI_ACCESS_TOKEN": "CANARY",
        "TENCENTCLOUD_SECRET_KEY": "CANARY",
    }
    assert fresh.settings({**told, **kept_away}) == told


def test_apt_is_told_how_its_mirrors_are_reached_and_runs_no_hook_of_this_machine() -> None:
    kept = 'Acquire::http::Proxy "http://proxy.example:3128";\nAcquire::Retries "3";\n'
    dump = f'APT::Architecture "amd64";\n{kept}DPkg::Post-Invoke:: "needrestart";\n'
    assert fresh.apt_settings(dump) == kept


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (("unshare", "git", "sudo"), "install mmdebstrap"),
        (("mmdebstrap", "unshare", "git"), "run it as root, or install sudo"),
    ],
)
def test_a_machine_on_which_no_tree_can_be_made_is_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, present: tuple[str, ...], said: str
) -> None:
    for name in present:
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(ReleaseError, match=said):
        fresh.check()
