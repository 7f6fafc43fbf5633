"""`trtc-recorder check`: records a page briefly, and reports whether TRTC can record it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError
from trtc_webrecord.declaration.spec import StartWebRecordRequest
from trtc_webrecord.declaration.validation import messages_of, nothing_unknown

from .processes.recorder_process import RecorderProcess
from .report import page_report
from .report.findings import as_json, recordable
from .report.page_report import PageReport
from .report.text import lines
from .settings import Settings
from .tasks.redaction import page_url
from .tasks.storage import REPORT
from .worker import programs, trial
from .worker.job import Job
from .worker.runtime_folder import new_runtime, remove_runtime

URL_VARIABLE = "RECORD_URL"

DEVICES = {
    "phone": (0, 0),
    "phone-landscape": (0, 1),
    "tablet": (1, 0),
    "tablet-landscape": (1, 1),
}
"""MobileDeviceType and ScreenOrientation."""

SECONDS = 5.0

OVERDUE, POLL = 10.0, 0.1
"""Seconds after which a check is stopped, and between two reads of the report."""


class NotChecked(Exception):
    """The page could not be checked; the message is the reason."""


def main(arguments: Sequence[str]) -> int:
    """Check one page and print its report.

    Return 0 if it can be recorded as it is, 1 if not, 2 if the arguments are wrong or this machine
    cannot record. SIGINT and SIGTERM end it with 130 and 143; nothing stays behind.
    """
    given = _arguments(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _exit_by_signal)
    try:
        request = _request(given)
        seen = _seen(request, given.seconds)
    except NotChecked as why:
        sys.stderr.write(f"trtc-recorder check: {why}\n")
        return 2
    if given.json:
        text = json.dumps(as_json(seen), indent=2, ensure_ascii=False)
    else:
        text = "\n".join([page_url(request.record_url), *lines(seen)])
    sys.stdout.write(f"{text}\n")
    return 0 if recordable(seen) else 1


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="trtc-recorder check",
        description="Record a page for a few seconds and print what was seen. Exits with 0 if TRTC "
        "can record it as it is, with 1 if not, with 2 if it could not be looked at.",
        epilog="A command line shows in the list of processes: give a URL with a token in the "
        "environment or by stdin. The service's options in the environment apply here, too.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "url", nargs="?", help=f"the page; - reads it from stdin; default: {URL_VARIABLE}"
    )
    parser.add_argument("--ready-timeout", type=int, default=0, metavar="S", help="ReadyTimeout")
    parser.add_argument("--width", type=int, default=1280, metavar="PIXELS", help="default: 1280")
    parser.add_argument("--height", type=int, default=720, metavar="PIXELS", help="default: 720")
    parser.add_argument("--mobile", choices=DEVICES, help="a phone or tablet instead of a desktop")
    parser.add_argument(
        "--seconds", type=_seconds, default=SECONDS, help=f"how long; default: {SECONDS:g}"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 2 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("must be from 2 to 3600")
    return seconds


def _request(given: argparse.Namespace) -> StartWebRecordRequest:
    """Raises NotChecked."""
    url = sys.stdin.readline().strip() if given.url == "-" else given.url
    url = url or os.environ.get(URL_VARIABLE)
    if not url:
        raise NotChecked(f"name a page: trtc-recorder check URL, or set {URL_VARIABLE}")
    body: dict[str, Any] = {
        "record_url": url,
        "sdk_app_id": 1,
        "storage_params": {"cloud_vod": {"tencent_vod": {}}},
        "web_record_video_params": {"width": given.width, "height": given.height},
        "ready_timeout": given.ready_timeout,
    }
    if given.mobile:
        kind, orientation = DEVICES[given.mobile]
        device = {"mobile_device_type": kind, "screen_orientation": orientation}
        body["emulate_mobile_params"] = device
    try:
        return StartWebRecordRequest.model_validate(body, by_alias=False, by_name=True)
    except ValidationError as error:
        wrong = messages_of(error, StartWebRecordRequest, _option, nothing_unknown)
        options = (line.removeprefix("web-record-video-params.") for line in wrong)
        raise NotChecked("; ".join(options)) from None


def _option(field: str) -> str:
    return field.replace("_", "-")


def _seen(request: StartWebRecordRequest, seconds: float) -> PageReport:
    """Raises NotChecked."""
    if missing := programs.missing():
        raise NotChecked(missing)
    try:
        options = Settings(secret_id="none", secret_key="none").capture_options  # noqa: S106
    except ValidationError as error:
        wrong = (f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise NotChecked("; ".join(wrong)) from None
    reason = "the recorder process died"
    with ExitStack() as cleanup:
        try:
            folder, runtime = new_runtime(), new_runtime()
        except OSError as error:
            raise NotChecked(str(error.strerror)) from None
        for each in (folder, runtime):
            cleanup.callback(remove_runtime, each)
        recording, working = folder / "recording", folder / "working"
        recording.mkdir()
        working.mkdir()
        file = working / REPORT
        process = RecorderProcess(Job(request, recording, working, runtime, options))
        for event in process.events():
            if event.kind == "started":
                stopping = (process, file, seconds)
                threading.Thread(target=_stop_in_time, args=stopping, daemon=True).start()
            reason = event.message
        seen = page_report.read(file)
    if seen is None or recordable(seen) is None:
        why = trial.failure(programs.find())
        raise NotChecked(why or reason or "too little was seen of the page")
    return seen


def _stop_in_time(process: RecorderProcess, file: Path, seconds: float) -> None:
    overdue = time.monotonic() + seconds + OVERDUE
    while time.monotonic() < overdue:
        seen = page_report.read(file)
        if seen is not None and min(seen.seconds, seen.listened_seconds) >= seconds:
            break
        time.sleep(POLL)
    process.stop()


def _exit_by_signal(number: int, _: object) -> NoReturn:
    """Leave, once: what is removed on the way takes a moment."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)
