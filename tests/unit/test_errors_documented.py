"""docs/errors.md lists every error that a user can get, and each is produced here."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import config as pulumi_config
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.changes import change_errors
from trtc_webrecord.declaration.record_id import period_of
from trtc_webrecord.dynamic.sdk_patches import notify
from trtc_webrecord.errors import Rejected, WebRecordError
from trtc_webrecord.recording.starting import MAX_ATTEMPTS
from trtc_webrecord.recording.state import StackState, Stored
from trtc_webrecord.stack_program.config import declared_recordings
from trtc_webrecord.stack_program.keys import StackKeys
from unit.account import Account
from unit.declared import URN, declaration, props
from unit.scripted_service import STARTED, ScriptedService
from unit.service_model import Fate

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
DENIED = Rejected("StopWebRecord", "UnauthorizedOperation", "no", "request-9")

Scenario = Callable[[Account], object]


def start(*fates: Fate, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        account.service.fates = list(fates)
        return account.run().start(declaration(**changes))

    return run


def unknown_fate(account: Account) -> object:
    account.service.fates = [Fate.LOST_AFTER]
    account.service.describe_fates = [Fate.FINE, Fate.LOST_BEFORE]
    return account.run().start(declaration())


def two_may_run(account: Account) -> object:
    mine, today = declaration(), period_of(account.time.wall())
    account.service.use_up(*(mine.record_id_of(today, n, "") for n in range(2)))
    account.service.describe_fates = [Fate.FINE] * 18 + [Fate.REFUSED]
    return account.run().start(mine)


def somebody_elses(account: Account) -> object:
    account.service.run("mine")
    return account.run().start(declaration(record_id="mine"))


def used(*record_ids: str, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        account.service.use_up(*record_ids)
        return account.run().start(declaration(**changes))

    return run


def all_used(account: Account) -> object:
    mine = declaration()
    today = period_of(account.time.wall())
    account.service.use_up(*(mine.record_id_of(today, n, "") for n in range(MAX_ATTEMPTS)))
    return account.run().start(mine)


def page_that_dies(account: Account) -> object:
    account.service.visible_after = 3600
    return account.run().start(declaration(startup_watch=20))


def unwatchable(account: Account) -> object:
    account.service.describe_fates = [Fate.FINE] + [Fate.LOST_BEFORE] * 99
    return account.run().start(declaration(startup_watch=20))


def adoption_of_a_kept_task(account: Account) -> object:
    task, _ = account.running()
    run = account.run()
    run.tasks.kept.add(task)
    return run.start(declaration(adopt_task_id=task))


def unanswered_adoption(account: Account) -> object:
    account.service.describe_fates = [Fate.LOST_BEFORE]
    return account.run().start(declaration(adopt_task_id="task-1"))


def unanswered_refresh(account: Account) -> object:
    task, outputs = account.running()
    account.service.describe_fates = [Fate.LOST_BEFORE]
    return account.run().tasks.status(task, outputs)


def denied_stop(account: Account) -> object:
    task, outputs = account.running()

    def deny(task_id: str, on_send: object) -> None:
        raise DENIED

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account.service, "stop", deny)
        account.run().stop(task, outputs)
    return None


def unreadable_profile(_: Account) -> object:
    profile = Path.home() / ".tencentcloud" / "credentials"
    profile.parent.mkdir()
    profile.write_text("secret_key = CANARY")
    return CredentialChain().current()


def tke_without_its_token_file(account: Account) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trtc_webrecord.api.credentials._on_a_cvm", lambda: False)
        patch.setenv("TKE_ROLE_ARN", "role")
        return CredentialChain().current()


def environment(**variables: str) -> Scenario:
    def run(_: Account) -> object:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(f"TENCENTCLOUD_{name}", value)
            return CredentialChain(sts_host="127.0.0.1:1").current()

    return run


def nothing_found(account: Account) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trtc_webrecord.api.credentials._on_a_cvm", lambda: False)
        return CredentialChain().current()


def stack_config(text: str, *also: str) -> Scenario:
    def run(_: Account) -> object:
        config = dict.fromkeys(("errors:recordings", *also), text)

        def program() -> object:
            pulumi_config.set_all_config(config)
            return declared_recordings(StackKeys("errors"))

        return copy_context().run(program)

    return run


def warning(account: Account) -> object:
    reply = replace(STARTED, headers={"Warning": '299 - "nothing is recorded"'})
    with ScriptedService([reply]) as service:
        config = ProviderConfig.model_validate({**account.config, "endpoint": service.endpoint})
        run = config.recordings(account.time.clock, notify, lambda urn: StackState())
        return run.start(declaration())


def interrupted(fate: Fate, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        recordings = account.run()
        found = StackState(creating=((URN, props(**changes)),))
        recordings._state._read = lambda stack: found
        account.service.describe_fates = [Fate.FINE, fate]
        return recordings.start(declaration())

    return run


def held(account: Account) -> object:
    task, state = account.running()
    run = account.run()
    run._state._state = StackState(stored=(Stored(URN, task, state),))
    return run.start(declaration())


def elsewhere(account: Account) -> object:
    task, state = account.running()
    account.run(region="ap-other").stop(task, state)
    return None


def not_moved(account: Account) -> object:
    state = {**props(), "endpoint": "https://a.example.com", "region": "ap-singapore"}
    return account.run().tasks.endpoint_after_update("task-1", state)


def rotated_keys(account: Account) -> object:
    return account.run().tasks.remedy(Rejected("StopWebRecord", "AuthFailure.SignatureFailure"))


def ended(account: Account) -> object:
    task, state = account.running()
    account.service.end([task])
    return account.run().tasks.status(task, state)


def stopped_first(account: Account) -> object:
    run = account.run()
    task, state = account.running(triggers=["old"])
    run.stop(task, state)
    account.service.fates = [Fate.REFUSED]
    return run.start(declaration())


def twice(**handle: str) -> Scenario:
    def run(account: Account) -> object:
        refusals = account.run().checks
        other = props(**handle, resource_urn=f"{URN}-2")
        return [refusals.of(each, each) for each in (props(**handle), other)]

    return run


def held_by_another(account: Account) -> object:
    run = account.run()
    run._state._state = StackState(stored=(Stored(f"{URN}-2", "task-1"),))
    return run.checks.of({}, props(adopt_task_id="task-1"))


def record_id_of_another(account: Account) -> object:
    run = account.run()
    other = Stored(f"{URN}-2", "task-1", props(record_id="mine"))
    run._state._state = StackState(stored=(other,))
    return run.checks.of({}, props(record_id="mine"))


def refusal(**kept: str) -> Scenario:
    changed = declaration(ready_timeout=5, **kept)
    return lambda _: change_errors(props(**kept), changed)


TEMPORARY = {"security_token": "token"}

SCENARIOS: dict[str, Scenario] = {
    "is the RecordId of the recording before the change": refusal(record_id="mine"),
    "that task runs with the settings from before the change": refusal(adopt_task_id="task-1"),
    "the stack's config is invalid": stack_config('{"lobby": {"recordUrl": "ftp://x"}}'),
    "must be an object": stack_config("5"),
    "Nothing was changed.": stack_config(""),
    "is an unknown key": lambda _: ProviderConfig.from_stack({"trtc:endPoint": "x"}),
    "YAML has read this as": stack_config('{"<nil>": {}}'),
    "YAML does not read this as text": stack_config('{"1.1": {}}'),
    "is given more than once": stack_config('{"a": {"recordUrl": "x", "record_url": "y"}}'),
    "are both set": stack_config("{}", "web-recordings:recordings"),
    "the provider's configuration is invalid": lambda _: ProviderConfig.from_stack(
        {"trtc:timeout": "-1"}
    ),
    "no Tencent Cloud credentials found": nothing_found,
    "the credentials' profile file cannot be read": unreadable_profile,
    "the credentials are incomplete": environment(SECRET_KEY="CANARY"),
    "cannot be used: profile file": environment(PROFILE="night"),
    "the role of the environment is invalid": environment(ASSUME_ROLE_WEB_IDENTITY_TOKEN="CANARY"),
    "the web identity token file": environment(
        ASSUME_ROLE_ARN="role", ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE="/none"
    ),
    "could not be assumed": environment(
        ASSUME_ROLE_ARN="role", ASSUME_ROLE_WEB_IDENTITY_TOKEN="CANARY"
    ),
    "TKE's role is incomplete": tke_without_its_token_file,
    "contains a space, line break or invalid character": lambda _: Credential("id", "CANARY\n"),
    "are required with temporary credentials": lambda account: account.run(**TEMPORARY).start(
        declaration()
    ),
    "was not started.": start(Fate.REFUSED),
    "could not be started after 3 failed requests": start(*[Fate.CAPACITY] * 3),
    "it is not known whether RecordId": unknown_fate,
    "is already used and has no running task": used("mine", record_id="mine"),
    "are all used, and none has a running task": all_used,
    "which is running and was not started by this declaration": somebody_elses,
    "another run may have started a second task at the same moment": two_may_run,
    "ended by itself within its startup_watch": page_that_dies,
    "runs, but its start was not finished": unwatchable,
    "warning from the service:": warning,
    "the service finds no such task": start(adopt_task_id="gone"),
    "was not adopted.": unanswered_adoption,
    "another recording of the stack holds it": adoption_of_a_kept_task,
    "it is not known whether it is still running": unanswered_refresh,
    "could not be stopped and may still be running": denied_stop,
    "may have left a recording of an earlier version running": interrupted(
        Fate.LOST_BEFORE, triggers=["old"]
    ),
    "cannot check whether an interrupted run": interrupted(Fate.REFUSED, triggers=["old"]),
    "was not replaced: its declaration is unchanged": held,
    "was started at": elsewhere,
    "was not found at": not_moved,
    "use the keys of the last": rotated_keys,
    "has ended: started at": ended,
    "was stopped first for this replacement": stopped_first,
    "both declare it with sdk_app_id": twice(record_id="mine"),
    "both adopt this task": twice(adopt_task_id="task-1"),
    "holds this task": held_by_another,
    "has used it, and one RecordId is one recording": record_id_of_another,
    "there is no task": lambda account: account.run().read("gone", props()),
}

ON_THE_ENGINE = {"has a problem:"}
"""Pulumi's own prefix of a validation error: tests/engine/test_inputs.py."""


MESSAGES = {
    "cannot check whether an interrupted run",
    "warning from the service:",
    "has ended: started at",
}
"""Messages that are not errors."""

AT_CHECK = {
    "has used it, and one RecordId is one recording",
    "both declare it with sdk_app_id",
    "both adopt this task",
    "holds this task",
    "use the keys of the last",
    "is the RecordId of the recording before the change",
    "that task runs with the settings from before the change",
}
"""Returned, not raised; tests/unit/test_lifecycle.py has the refusals in `check`."""


def message_for(account: Account, phrase: str, output: pytest.CaptureFixture[str]) -> str:
    """The message, which must be raised, printed or returned."""
    if phrase in MESSAGES | AT_CHECK:
        result = SCENARIOS[phrase](account)
        return output.readouterr().out if phrase in MESSAGES else str(result)
    with pytest.raises((WebRecordError, pulumi.RunError)) as caught:
        SCENARIOS[phrase](account)
    return str(caught.value)


@pytest.mark.parametrize("phrase", SCENARIOS)
def test_each_documented_error_has_these_words_and_no_secret(
    account: Account, capsys: pytest.CaptureFixture[str], phrase: str
) -> None:
    message = message_for(account, phrase, capsys)
    assert phrase in message
    assert "CANARY" not in message


@pytest.mark.parametrize(
    "phrase", ["was not started.", "it is not known whether RecordId", "could not be stopped"]
)
def test_an_error_of_a_recording_names_it_by_name_and_record_id(
    account: Account, capsys: pytest.CaptureFixture[str], phrase: str
) -> None:
    message = message_for(
        account, next(known for known in SCENARIOS if known.startswith(phrase)), capsys
    )
    assert "'lobby'" in message
    assert "RecordId lobby-" in message


def test_every_error_is_in_the_document_and_nothing_else_is() -> None:
    documented = re.findall(r"^### `(.*)`$", DOCUMENT.read_text(), re.MULTILINE)
    assert documented == list(dict.fromkeys(documented))
    assert set(documented) == set(SCENARIOS) | ON_THE_ENGINE


def test_every_documented_error_says_what_to_do() -> None:
    sections = DOCUMENT.read_text().split("\n### ")[1:]
    assert all("**Do:**" in section for section in sections)
