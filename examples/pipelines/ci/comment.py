"""Write standard input as a note of GitLab's merge request, or over the note of an earlier run.

Usage: `python3 ci/comment.py < preview.txt`, with GITLAB_TOKEN, a project access token with the
scope `api`: the job's own token may not write notes.
"""

import json
import os
import sys
import urllib.request
from typing import Any

TITLE = "### `pulumi preview`"
LONGEST = 900_000
"""Characters; GitLab takes a note of a million."""

NOTES = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes"


def call(method: str, path: str = "", body: object = None) -> Any:
    """One request to the notes of the merge request, and its answer."""
    request = urllib.request.Request(
        NOTES.format_map(os.environ) + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


body = {"body": f"{TITLE}\n\n`````diff\n{sys.stdin.read()[:LONGEST]}\n`````"}
notes = call("GET", "?per_page=100")
earlier = next((f"/{note['id']}" for note in notes if note["body"].startswith(TITLE)), None)
call("PUT", earlier, body) if earlier else call("POST", body=body)
