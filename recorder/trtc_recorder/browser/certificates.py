"""Gives a page's Chromium the certificates that the user trusts.

Chromium on Linux trusts its own list and an NSS database in the home folder. The home folder of a
recording is a temporary one, so its database is made here, from the user's own and from the files
of `SSL_CERT_FILE` and `SSL_CERT_DIR`. Private keys are left out: with one, the browser would
prompt for the certificate to present.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import sqlite3
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

DATABASES = (".pki/nssdb", ".local/share/pki/nssdb")
"""Where Chromium searches for the database below the home folder; the first that exists is used."""

MEMORY = Path("/dev/shm")  # noqa: S108
"""A disk in memory: on others a list of 140 certificates takes 4 s, since each is synced."""

PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class _Trust(ctypes.Structure):
    _fields_ = (("tls", ctypes.c_uint), ("mail", ctypes.c_uint), ("code", ctypes.c_uint))


class _Item(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


def provide(home: Path, environment: Mapping[str, str]) -> None:
    """Make the database in a new home folder; `environment` is the user's.

    Nothing is made if the user trusts nothing of their own. Raises OSError where a file that the
    environment names cannot be read, or the database cannot be written.
    """
    own = _own_database(environment)
    wanted = dict.fromkeys(_named(environment))
    if own is None and not wanted:
        return
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        if own is not None:
            _copy(own, Path(folder))
        if wanted:
            _add(Path(folder), list(wanted))
        shutil.copytree(folder, home / DATABASES[0])


def _own_database(environment: Mapping[str, str]) -> Path | None:
    if "HOME" not in environment:
        return None
    folders = [Path(environment["HOME"]) / place for place in DATABASES]
    return next((folder for folder in folders if (folder / "cert9.db").exists()), None)


def _named(environment: Mapping[str, str]) -> Iterator[bytes]:
    """Returns the certificates, in DER, of `SSL_CERT_FILE` and `SSL_CERT_DIR`."""
    if file := environment.get("SSL_CERT_FILE"):
        yield from _certificates(Path(file))
    for folder in filter(None, environment.get("SSL_CERT_DIR", "").split(":")):
        for path in sorted(Path(folder).iterdir()):
            if path.is_file():
                yield from _certificates(path)


def _certificates(file: Path) -> Iterator[bytes]:
    for certificate in PEM.findall(file.read_text("utf-8", errors="replace")):
        yield ssl.PEM_cert_to_DER_cert(certificate)


def _copy(own: Path, database: Path) -> None:
    for name in ("cert9.db", "key4.db"):  # the second holds the key that signs the trust
        if (own / name).exists():
            shutil.copyfile(own / name, database / name)
    keys = database / "key4.db"
    if keys.exists():
        try:
            with closing(sqlite3.connect(keys)) as connection, connection:
                connection.execute("DELETE FROM nssPrivate")
        except sqlite3.Error as error:
            raise OSError(f"{own}: {error}") from None


def _add(database: Path, certificates: list[bytes]) -> None:
    """Trust certificates as authorities for TLS servers, by the library that Chromium uses."""
    nss = ctypes.CDLL("libnss3.so")
    for name in ("PK11_GetInternalKeySlot", "CERT_NewTempCertificate", "CERT_GetDefaultCertDB"):
        getattr(nss, name).restype = ctypes.c_void_p
    if nss.NSS_Initialize(f"sql:{database}".encode(), b"", b"", b"secmod.db", 0):
        raise OSError("the database of trusted certificates cannot be written")
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    if nss.PK11_NeedUserInit(slot):
        nss.PK11_InitPin(slot, None, b"")
    trust = _Trust()
    nss.CERT_DecodeTrustString(ctypes.byref(trust), b"C,,")
    authorities = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    for number, der in enumerate(certificates):
        item = ctypes.byref(_Item(0, der, len(der)))
        certificate = nss.CERT_NewTempCertificate(authorities, item, None, 0, 1)
        if certificate is None:
            continue
        known = ctypes.c_void_p(certificate)
        nss.PK11_ImportCert(slot, known, ctypes.c_ulong(0), f"trusted {number}".encode(), 0)
        nss.CERT_ChangeCertTrust(authorities, known, ctypes.byref(trust))
        nss.CERT_DestroyCertificate(known)
    nss.PK11_FreeSlot(slot)
    nss.NSS_Shutdown()
