"""Receives TRTC's callbacks: tells a team's webhook which recording ended and why; for wait.py."""

import json
import logging
import os
from pathlib import Path

import requests
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Ended, Event, Failed, LimitReached, Started, UploadFailed

KEYS = os.environ["TRTC_CALLBACK_KEYS"].split()  # more than one while a key is rotated
TEAM_WEBHOOK = os.environ["TEAM_WEBHOOK"]
RECORDINGS = Path("recordings.json")  # pulumi stack output recordings --json

tasks: dict[str, dict[str, Event]] = {}


async def receive(request: Request) -> Response:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > callbacks.MOST_BYTES:
            return Response(status_code=413)
    try:
        event = callbacks.receive(request.headers, body, *KEYS)
    except callbacks.CallbackError as error:
        return PlainTextResponse(str(error), 403)
    events = tasks.setdefault(event.task_id, {})
    new = event.id not in events  # TRTC repeats what it thinks was not received
    events[event.id] = event
    if len(tasks) > 10_000:
        del tasks[next(iter(tasks))]
    told = new and isinstance(event, (Failed, LimitReached, Ended, UploadFailed))
    return JSONResponse({"code": 0}, background=BackgroundTask(tell, event) if told else None)


def tell(event: Event) -> None:
    recordings = json.loads(RECORDINGS.read_text()) if RECORDINGS.exists() else {}
    names = {recording["taskId"]: name for name, recording in recordings.items()}
    text = f"{names.get(event.task_id, event.task_id)}: {type(event).__name__}: {event.reason}"
    try:
        requests.post(TEAM_WEBHOOK, json={"text": text}, timeout=10).raise_for_status()
    except requests.RequestException as error:  # its message has the webhook's URL
        logging.error("the team was not told %r: %s", text, type(error).__name__)


async def outcome(request: Request) -> Response:
    """How a recording has begun; 404 while nothing is known."""
    events = tasks.get(request.path_params["task_id"], {}).values()
    for kind in (Failed, LimitReached, Ended, Started):  # in whatever order they came
        for event in events:
            if isinstance(event, kind):
                text = f"{type(event).__name__}: {event.reason}"
                return JSONResponse({"recording": kind is Started, "text": text})
    return Response(status_code=404)


routes = [Route("/callbacks", receive, methods=["POST"]), Route("/tasks/{task_id}", outcome)]
app = Starlette(routes=routes)
