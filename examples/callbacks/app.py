"""Receives TRTC's callbacks: tells a team's webhook which recording ended and why; for wait.py."""

import json
import logging
import os
import sqlite3
from pathlib import Path

import requests
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Ended, Event, Failed, LimitReached, Started, UploadFailed

KEYS = os.environ["TRTC_CALLBACK_KEYS"].split()  # two while a key is rotated
TEAM_WEBHOOK = os.environ["TEAM_WEBHOOK"]
RECORDINGS = Path("recordings.json")  # pulumi stack output recordings --json

database = sqlite3.connect("events.sqlite3", isolation_level=None, check_same_thread=False)
database.execute("CREATE TABLE IF NOT EXISTS events (id PRIMARY KEY, task_id, kind, reason)")


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
    tell_the_team = None
    if isinstance(event, (Started, Failed, LimitReached, Ended, UploadFailed)):
        row = (event.id, event.task_id, type(event).__name__, event.reason)
        new = database.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", row).rowcount
        if new and not isinstance(event, Started):
            tell_the_team = BackgroundTask(tell, event)
    return JSONResponse({"code": 0}, background=tell_the_team)


def tell(event: Event) -> None:
    recordings = json.loads(RECORDINGS.read_text()) if RECORDINGS.exists() else {}
    names = {recording["taskId"]: name for name, recording in recordings.items()}
    text = f"{names.get(event.task_id, event.task_id)}: {type(event).__name__}: {event.reason}"
    try:
        requests.post(TEAM_WEBHOOK, json={"text": text}, timeout=10).raise_for_status()
    except requests.RequestException as error:  # its message has the webhook's URL
        logging.error("the team was not told %r: %s", text, type(error).__name__)


async def outcome(request: Request) -> Response:
    """Whether a task has begun and not ended, in whatever order that was told; 404 if unknown."""
    events = "SELECT kind, reason FROM events WHERE task_id = ?"
    causes_first = f"{events} ORDER BY kind = 'Started', kind = 'Ended'"
    row = database.execute(causes_first, [request.path_params["task_id"]]).fetchone()
    if row is None:
        return Response(status_code=404)
    return JSONResponse({"recording": row[0] == "Started", "text": ": ".join(row)})


routes = [Route("/callbacks", receive, methods=["POST"]), Route("/tasks/{task_id}", outcome)]
app = Starlette(routes=routes)
