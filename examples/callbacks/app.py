"""Receives TRTC's callbacks: tells a team's webhook which recording ended and why; for wait.py.

An event is stored before the response, and marked once the team has been told: a webhook that fails
or an app that is killed delays the message, and can repeat it.
"""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Ended, Failed, LimitReached, Started, UploadFailed

KEYS = os.environ["TRTC_CALLBACK_KEYS"].split()  # two while a key is rotated
TEAM_WEBHOOK = os.environ["TEAM_WEBHOOK"]
TASK_IDS = Path("task-ids.json")  # pulumi stack output taskIds --json

database = sqlite3.connect("events.sqlite3", isolation_level=None, check_same_thread=False)
database.execute("CREATE TABLE IF NOT EXISTS events (id PRIMARY KEY, task_id, kind, reason, told)")


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
    if isinstance(event, (Started, Failed, LimitReached, Ended, UploadFailed)):
        told = isinstance(event, Started)  # for wait.py alone
        row = (event.id, event.task_id, type(event).__name__, event.reason, told)
        database.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)", row)
    return JSONResponse({"code": 0})


@asynccontextmanager
async def telling(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_telling())
    yield
    task.cancel()


async def keep_telling() -> None:
    seconds = 1
    while True:
        all_told = False
        try:
            all_told = await asyncio.to_thread(tell_pending)
        except sqlite3.Error as error:
            logging.error("the events cannot be read or marked: %s", error)
        seconds = 1 if all_told else min(2 * seconds, 60)
        await asyncio.sleep(seconds)


def tell_pending() -> bool:
    """Tell the team what it has not been told; whether nothing is left."""
    pending = "SELECT id, task_id, kind, reason FROM events WHERE NOT told ORDER BY rowid"
    told = [tell(*row) for row in database.execute(pending).fetchall()]
    return all(told)


def tell(event_id: str, task_id: str, kind: str, reason: str) -> bool:
    text = f"{task_id}: {kind}: {reason}"
    try:
        task_ids = json.loads(TASK_IDS.read_text()) if TASK_IDS.exists() else {}
        names = {each: name for name, each in task_ids.items()}
        text = f"{names.get(task_id, task_id)}: {kind}: {reason}"
        requests.post(TEAM_WEBHOOK, json={"text": text}, timeout=10).raise_for_status()
    except Exception as error:  # the message of one of requests has the webhook's URL
        logging.error("the team was not told %r: %s", text, type(error).__name__)
        return False
    database.execute("UPDATE events SET told = 1 WHERE id = ?", [event_id])
    return True


async def outcome(request: Request) -> Response:
    """Whether a task has begun and not ended, in whatever order that was told; 404 if unknown."""
    events = "SELECT kind, reason FROM events WHERE task_id = ?"
    causes_first = f"{events} ORDER BY kind = 'Started', kind = 'Ended'"
    row = database.execute(causes_first, [request.path_params["task_id"]]).fetchone()
    if row is None:
        return Response(status_code=404)
    return JSONResponse({"recording": row[0] == "Started", "text": ": ".join(row)})


routes = [Route("/callbacks", receive, methods=["POST"]), Route("/tasks/{task_id}", outcome)]
app = Starlette(routes=routes, lifespan=telling)
