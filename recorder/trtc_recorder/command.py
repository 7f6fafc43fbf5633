"""The command `trtc-recorder`."""

from __future__ import annotations

import argparse
import logging
import signal
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from typing import Any, NoReturn

from pydantic import ValidationError

from . import background, check
from .http import Server, endpoint, listen
from .init_process import reap_orphans
from .processes.page_capture import PageCapture
from .service import Service
from .settings import Settings, Switches
from .tasks.capture import Capture, NoCapture
from .tasks.storage import Storage
from .tasks.uploads import NoUploads, Uploads
from .worker import fonts, programs, trial

_log = logging.getLogger(__name__)

ENVIRONMENT_ONLY = frozenset({"secret_key", "callback_url", "callback_key"})
"""A command line shows in the list of processes."""

COMMANDS = {"check": check.main, "stop": background.stop, "status": background.status}


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGINT or SIGTERM, then exit with 0. Invalid options exit with 2.

    The first word can be a command instead: `check`, `start`, `stop` or `status`.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    reap_orphans()
    if arguments[:1] == ["start"]:
        settings = _settings(arguments[1:])
        try:
            sys.exit(background.start(settings, arguments[1:]))
        except OSError as error:
            _refuse(f"cannot store tasks in --data {settings.data}: {error}")
    if arguments and arguments[0] in COMMANDS:
        try:
            sys.exit(COMMANDS[arguments[0]](arguments[1:]))
        except PermissionError as error:
            _refuse(f"the service or its data folder is of another user: {error}")
    settings = _settings(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        _refuse(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}")
    url = endpoint(listener)
    with listener, ExitStack() as held:
        capture = _capture(settings)
        uploads = _uploads(settings, capture)
        try:
            held.enter_context(background.locked(settings, url))
            service = held.enter_context(Service(settings, capture=capture, uploads=uploads))
        except BlockingIOError:
            _refuse(f"another service uses the data folder {settings.data}")
        except (OSError, sqlite3.Error) as error:
            _refuse(f"cannot store tasks in --data {settings.data}: {error}")
        Server(service, listener, lambda: _print(f"trtc-recorder listening on {url}")).run()


def _capture(settings: Settings) -> Capture:
    if settings.capture == "off" or settings.data is None:
        return NoCapture()
    missing = programs.missing() or trial.failure(programs.find())
    if missing is None:
        advice = fonts.missing()
        if advice:
            _log.warning(advice)
        return PageCapture(
            Storage(settings.data), settings.capture_limit, settings.capture_options, advice
        )
    if settings.capture == "on":
        _refuse(missing)
    _log.warning(missing)
    return NoCapture(missing)


def _uploads(settings: Settings, capture: Capture) -> Uploads:
    if settings.storage_endpoint is None or settings.data is None or isinstance(capture, NoCapture):
        return NoUploads()
    try:
        from .upload.storage_uploads import StorageUploads
    except ImportError:
        _refuse(
            "--storage-endpoint needs the Python package obstore: "
            "run `pip install 'trtc-recorder[upload]'`"
        )
    return StorageUploads(settings.storage_endpoint, Storage(settings.data))


def _settings(arguments: Sequence[str] | None) -> Settings:
    parser = argparse.ArgumentParser(
        prog="trtc-recorder",
        description="A local service that implements the TRTC page-recording API. "
        "`trtc-recorder start` runs it in the background, with the same options, until "
        "`trtc-recorder stop`; `status` shows whether it runs. "
        "`trtc-recorder check` looks at a page before it is recorded; see its --help.",
        epilog="Every option can also be set in the environment, as TRTC_RECORDER_ and its name in "
        "capitals with _ for -; "
        f"{', '.join(sorted(ENVIRONMENT_ONLY))} only in the environment.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=version("trtc-recorder"))
    own_options_first = sorted(
        Settings.model_fields, key=lambda name: name in Switches.model_fields
    )
    for name in own_options_first:
        field = Settings.model_fields[name]
        if name not in ENVIRONMENT_ONLY:
            default = "" if field.is_required() else f" (default: {field.default})"
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                metavar="VALUE",
                help=f"{field.description}{default}",
            )
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    try:
        return Settings(**given)
    except ValidationError as error:
        errors = error.errors()
        if any(each["type"] == "missing" for each in errors):
            _refuse(
                "set TRTC_RECORDER_SECRET_ID and TRTC_RECORDER_SECRET_KEY to the key pair that "
                "requests are to be signed with"
            )
        _refuse("; ".join(f"{each['loc'][0]}: {each['msg']}" for each in errors))


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"trtc-recorder: {why}\n")
    raise SystemExit(2)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
