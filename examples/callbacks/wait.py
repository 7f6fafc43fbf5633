"""pulumi stack output taskIds --json | python wait.py RECEIVER

Waits until all recordings have begun; exits with 1 and the reason if one has not. WAIT_SECONDS, 180
by default, is how long it waits for all of them.
"""

import json
import os
import sys
import time
from urllib.parse import quote

import requests

receiver, task_ids = sys.argv[1], json.load(sys.stdin)
if not task_ids:
    sys.exit("there is no TaskId")
deadline = time.monotonic() + float(os.environ.get("WAIT_SECONDS", "180"))


def outcome(task_id: str) -> dict[str, object]:
    url = f"{receiver.rstrip('/')}/tasks/{quote(task_id, safe='')}"
    why = "no callback has come"
    while True:
        try:
            response = requests.get(url, timeout=5)
            if response.ok:
                return dict(response.json())
        except requests.RequestException as error:
            why = f"the receiver does not respond: {type(error).__name__}"
        if time.monotonic() > deadline:
            return {"recording": False, "text": why}
        time.sleep(1)


outcomes = {name: outcome(task_id) for name, task_id in task_ids.items()}
for name, each in outcomes.items():
    print(f"{name}: {each['text']}")
sys.exit(not all(each["recording"] for each in outcomes.values()))
