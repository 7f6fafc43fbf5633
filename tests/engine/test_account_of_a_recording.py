"""Recordings of two accounts: no credentials end or forget another account's recording."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

SCHOOL_APP, CLUB_APP = 1600011111, 1600022222
ACCOUNTS = {"AKIDschool": [SCHOOL_APP], "AKIDdeputy": [SCHOOL_APP], "AKIDclub": [CLUB_APP]}
KEY = "the-key"
ANOTHER = "belongs to another account than the credentials"


@pytest.fixture
def accounts(stack: Stack, recorder: Recorder) -> Stack:
    """A stack that records with a key of the school, which has two; the club has one."""
    for secret_id, apps in ACCOUNTS.items():
        recorder.accept(secret_id, KEY, sdk_app_ids=apps)
    use(stack, "AKIDschool")
    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    recorder.advance(60)
    return stack


def use(stack: Stack, secret_id: str) -> None:
    stack.config("trtc:secretId", secret_id)
    stack.config("trtc:secretKey", KEY)


@pytest.mark.providers("dynamic", slow=("native",))
def test_another_accounts_keys_neither_end_nor_restart_nor_forget_a_recording(
    accounts: Stack, recorder: Recorder
) -> None:
    before = accounts.outputs("lobby")
    use(accounts, "AKIDclub")
    assert "2 unchanged" in accounts.up().text
    for command in (("up", "--refresh"), ("refresh",), ("destroy",)):
        failed = accounts.run(*command, "--yes", "--skip-preview", expect=1).text
        assert ANOTHER in failed
        assert "SdkAppIdNotUnderAppId" in failed
    assert live(recorder) == {before["task_id"]}
    assert accounts.outputs("lobby") == before
    assert len(recorder.calls("StartWebRecord")) == 1
    use(accounts, "AKIDdeputy")
    assert "2 unchanged" in accounts.refresh().text
    accounts.destroy()
    assert live(recorder) == set()


@pytest.mark.providers("dynamic", slow=("native",))
def test_a_stack_does_not_move_to_another_account_while_it_records(
    accounts: Stack, recorder: Recorder
) -> None:
    tasks = accounts.task_ids()
    use(accounts, "AKIDclub")
    accounts.program(f'recording("lobby", sdk_app_id={CLUB_APP})')
    failed = accounts.up(expect=1).text
    assert ANOTHER in failed
    assert (accounts.task_ids(), live(recorder)) == (tasks, set(tasks.values()))
    use(accounts, "AKIDschool")
    accounts.run("destroy", "--yes", "--skip-preview", "--run-program")
    use(accounts, "AKIDclub")
    accounts.up()
    assert live(recorder) == set(accounts.task_ids().values()) != set(tasks.values())


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
        assert "--run-program if they are an explicit provider's" in failed
    assert live(recorder) == set(stack.task_ids().values()) == moved
    declare(club, school)
    stack.up("--run-program")
    stack.destroy()
    assert live(recorder) == set()
