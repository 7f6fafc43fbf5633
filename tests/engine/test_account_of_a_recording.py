"""Recordings of two accounts: no credentials end or forget another account's recording."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

SCHOOL_APP, CLUB_APP = 1600011111, 1600022222
ACCOUNTS = {"AKIDschool": [SCHOOL_APP], "AKIDdeputy": [SCHOOL_APP], "AKIDclub": [CLUB_APP]}
KEY = "the-key"
ANOTHER = "belongs to another account than the credentials"


@pytest.mark.providers("native")
def test_a_recording_moves_between_explicit_providers_and_a_swap_is_found_and_taken_back(
    stack: Stack, recorder: Recorder
) -> None:
    for secret_id, apps in ACCOUNTS.items():
        recorder.accept(secret_id, KEY, sdk_app_ids=apps)

    def declare(one: tuple[str, int], two: tuple[str, int]) -> None:
        stack.program(f"""
        def account(name):
            secret_id = f"AKID{{name}}"
            keys = {{"secretId": secret_id, "secretKey": "{KEY}"}}
            endpoint = {{"endpoint": "{recorder.endpoint}"}}
            return pulumi.ProviderResource("trtc", name, {{**keys, **endpoint}})

        accounts = {{name: account(name) for name in ("school", "club")}}
        for name, (account, app) in dict(one={one}, two={two}).items():
            recording(name, sdk_app_id=app, opts=ResourceOptions(provider=accounts[account]))
        """)

    school, club = ("school", SCHOOL_APP), ("club", CLUB_APP)
    declare(school, club)
    stack.up()
    tasks = stack.task_ids()
    recorder.advance(60)
    declare(club, school)
    stack.up()
    moved = set(stack.task_ids().values())
    assert live(recorder) == moved
    assert not moved & set(tasks.values())
    recorder.advance(60)
    declare(("school", CLUB_APP), ("club", SCHOOL_APP))
    assert "5 unchanged" in stack.up().text  # the engine replaces nothing for another provider
    for command in ("up", "refresh", "destroy"):
        failed = stack.run(command, "--yes", "--skip-preview", expect=1).text
        assert ANOTHER in failed
        assert "for an explicit provider with --run-program" in failed
    assert live(recorder) == set(stack.task_ids().values()) == moved
    declare(club, school)
    stack.up("--run-program")
    stack.destroy()
    assert live(recorder) == set()
