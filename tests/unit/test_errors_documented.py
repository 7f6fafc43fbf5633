"""docs/errors.md lists every error that a user can meet, and each is produced here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import config as pulumi_config
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.changes import refused
from trtc_webrecord.declaration.declaration import faults
from trtc_webrecord.errors import Refused, WebRecordError
from trtc_webrecord.host import say
from trtc_webrecord.recording.interrupted import StackState
from trtc_webrecord.stack_config import declared_recordings
from unit.account import Account
from unit.declared import COS, declaration, props
from unit.scripted_service import STARTED, ScriptedService
from unit.service_model import Fate

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
DENIED = Refused("StopWebRecord", "UnauthorizedOperation", "no", "request-9")

Scenario = Callable[[Account], object]


def start(*fates: Fate, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        account.service.fates = list(fates)
        return account.run().start(declaration(**changes))

    return run


def unknown_fate(account: Account) -> object:
    account.service.fates = [Fate.LOST_AFTER]
    account.service.describe_fates = [Fate.LOST_BEFORE]
    return account.run().start(declaration())


def spent(*record_ids: str, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        account.service.spend(*record_ids)
        return account.run().start(declaration(**changes))

    return run


def all_spent(account: Account) -> object:
    mine = declaration()
    account.service.spend(*(mine.record_id_of(n, "") for n in range(64)))
    return account.run().start(mine)


def page_that_dies(account: Account) -> object:
    account.service.visible_after = 3600
    return account.run().start(declaration(startup_watch=20))


def unwatchable(account: Account) -> object:
    account.service.describe_fates = [Fate.LOST_BEFORE] * 99
    return account.run().start(declaration(startup_watch=20))


def unanswered_adoption(account: Account) -> object:
    account.service.describe_fates = [Fate.LOST_BEFORE]
    return account.run().start(declaration(adopt_task_id="task-1"))


def unanswered_refresh(account: Account) -> object:
    task, outputs = account.running()
    account.service.describe_fates = [Fate.LOST_BEFORE]
    return account.run().status(task, outputs)


def denied_stop(account: Account) -> object:
    task, outputs = account.running()

    def deny(task_id: str) -> None:
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


def role_without_its_token_file(account: Account) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trtc_webrecord.api.credentials._on_a_cvm", lambda: False)
        patch.setenv("TKE_ROLE_ARN", "role")
        return CredentialChain().current()


def nothing_found(account: Account) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trtc_webrecord.api.credentials._on_a_cvm", lambda: False)
        return CredentialChain().current()


def stack_config(text: str) -> Scenario:
    def run(_: Account) -> object:
        pulumi_config.set_config("errors:recordings", text)
        return declared_recordings("errors")

    return run


def notice(account: Account) -> object:
    reply = replace(STARTED, headers={"Warning": '299 - "nothing is recorded"'})
    with ScriptedService([reply]) as service:
        config = ProviderConfig.model_validate({**account.config, "endpoint": service.endpoint})
        run = config.recordings(account.time.clock, say, lambda urn: StackState())
        return run.start(declaration())


def interrupted(fate: Fate, **changes: Any) -> Scenario:
    def run(account: Account) -> object:
        recordings = account.run()
        old = declaration(**changes)
        recordings._interrupted._by_urn = {old.resource_urn: [old]}
        account.service.describe_fates = [fate]
        return recordings.start(declaration())

    return run


def other_form_of_the_same_record_id(account: Account) -> object:
    account.running(record_id="mine", ready_timeout=5)
    old, run = declaration(record_id="mine", ready_timeout=5), account.run()
    run._interrupted._by_urn = {old.resource_urn: [old]}
    return run.start(declaration(record_id="mine"))


def refusal(**kept: str) -> Scenario:
    changed = declaration(ready_timeout=5, **kept)
    return lambda _: refused(props(**kept), changed)


TEMPORARY = {"security_token": "token"}

SCENARIOS: dict[str, Scenario] = {
    "names the recording before the change": refusal(record_id="mine"),
    "that task records what was declared before the change": refusal(adopt_task_id="task-1"),
    "the stack's config is wrong": stack_config('{"lobby": {"recordUrl": "ftp://x"}}'),
    "takes named fields": stack_config("5"),
    "the provider's configuration is wrong": lambda _: ProviderConfig.from_stack(
        {"trtc:timeout": "-1"}.get
    ),
    "no Tencent Cloud credentials found": nothing_found,
    "the credentials' profile file cannot be read": unreadable_profile,
    "the credential chain failed": role_without_its_token_file,
    "holds a space, line break or the like": lambda _: Credential("id", "CANARY\n"),
    "are required with temporary credentials": lambda account: account.run(**TEMPORARY).start(
        declaration()
    ),
    "was not started.": start(Fate.REFUSED),
    "could not be started after 3 answers like this one": start(*[Fate.CAPACITY] * 3),
    "it is not known whether RecordId": unknown_fate,
    "has been used already and no task of it is running": spent("mine", record_id="mine"),
    "have all been used already and none is running": all_spent,
    "ended by itself within its startup_watch": page_that_dies,
    "was started, but cannot be watched": unwatchable,
    "the service gives notice:": notice,
    "the service shows no such task": start(adopt_task_id="gone"),
    "was not adopted.": unanswered_adoption,
    "it is not known whether it still runs": unanswered_refresh,
    "could not be stopped and may still run": denied_stop,
    "may have left the recording of an earlier form of it": interrupted(
        Fate.LOST_BEFORE, triggers=["old"]
    ),
    "cannot be found out": interrupted(Fate.REFUSED, triggers=["old"]),
    "from an earlier form of the declaration": other_form_of_the_same_record_id,
}

ON_THE_ENGINE = {"has a problem:"}
"""What Pulumi itself puts before a fault: tests/engine/test_inputs.py."""


MESSAGES = {"cannot be found out", "the service gives notice:"}
"""What is said while the run goes on."""

AT_CHECK = {
    "names the recording before the change",
    "that task records what was declared before the change",
}
"""What `refused` gives; tests/unit/test_lifecycle.py has `check` refuse it."""


def told(account: Account, phrase: str, said: pytest.CaptureFixture[str]) -> str:
    """The message, by the way on which it must come: raised, said or given."""
    if phrase in MESSAGES | AT_CHECK:
        result = SCENARIOS[phrase](account)
        return said.readouterr().out if phrase in MESSAGES else str(result)
    with pytest.raises((WebRecordError, pulumi.RunError)) as caught:
        SCENARIOS[phrase](account)
    return str(caught.value)


@pytest.mark.parametrize("phrase", SCENARIOS)
def test_each_documented_error_is_told_in_these_words_without_a_secret(
    account: Account, capsys: pytest.CaptureFixture[str], phrase: str
) -> None:
    message = told(account, phrase, capsys)
    assert phrase in message
    assert "CANARY" not in message


@pytest.mark.parametrize(
    "phrase", ["was not started.", "it is not known whether RecordId", "could not be stopped"]
)
def test_an_error_of_a_recording_names_it_by_name_and_record_id(
    account: Account, capsys: pytest.CaptureFixture[str], phrase: str
) -> None:
    message = told(account, next(known for known in SCENARIOS if known.startswith(phrase)), capsys)
    assert "'lobby'" in message
    assert "RecordId lobby-" in message


def test_every_error_stands_in_the_document_and_nothing_else_does() -> None:
    documented = re.findall(r"^### `(.*)`$", DOCUMENT.read_text(), re.MULTILINE)
    assert documented == list(dict.fromkeys(documented))
    assert set(documented) == set(SCENARIOS) | ON_THE_ENGINE


def test_every_documented_error_says_what_to_do() -> None:
    sections = DOCUMENT.read_text().split("\n### ")[1:]
    assert all("**Do:**" in section for section in sections)


def test_inputs_are_refused_in_the_words_that_the_engine_puts_its_own_before() -> None:
    wrong = props(max_duration_limit=1, storage_params={"cloud_storage": COS})
    assert faults(wrong) == ["max_duration_limit = 1: must be from 1800 to 86400"]
