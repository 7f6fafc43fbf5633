"""Fail if a stack's state says that a recording has ended, and name each one that has.

Usage: `pulumi stack export --stack live | python ci/ended.py`
"""

import json
import sys

resources = json.load(sys.stdin)["deployment"].get("resources") or []
ended = [
    resource
    for resource in resources
    if resource["type"].endswith(":WebRecording")
    and resource.get("outputs", {}).get("status") == "ended"
    and not resource.get("delete")
]
for resource in ended:
    name = resource["urn"].rsplit("::", 1)[-1]
    print(f"recording {name!r} has ended (TaskId {resource['id']})")
sys.exit(1 if ended else 0)
