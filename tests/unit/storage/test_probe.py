"""What a probe finds at a store that verifies signatures, and at what is no store.

What both providers show of it: tests/unit/providers/test_probed_storage.py.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from capture.certificate_authority import Authority
from capture.proxy import proxy
from object_store import REGION, WRITE_ONLY, WRONG_SECRET, ObjectStore
from trtc_webrecord.storage import probe as probing
from trtc_webrecord.storage import request
from trtc_webrecord.storage.outcomes import Accepted, LeftOpen, Outcome, Rejected, Unproven
from trtc_webrecord.storage.request import new_session
from trtc_webrecord.storage.target import Target
from unit.scripted_service import CUT, HANG, Call, Reply, ScriptedService

MakeTarget = Callable[..., Target]

# urllib3 leaves a socket whose handshake failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

BEGUN = Reply(b"<UploadId>the/id</UploadId>")


def probe(target: Target) -> Outcome:
    with new_session() as session:
        return probing.probe(session, target)


def probed(target: MakeTarget, *replies: Reply) -> tuple[Outcome, Target, list[Call]]:
    """The outcome at a server that replies so, its target, and the requests."""
    with ScriptedService(replies) as service:
        asked = target(endpoint=service.endpoint)
        return probe(asked), asked, service.calls


def unproven(target: Target) -> str:
    outcome = probe(target)
    assert isinstance(outcome, Unproven)
    assert outcome.address == target.address
    return outcome.why


def error(code: str, message: str = "told", more: str = "", status: int = 403) -> Reply:
    element = f"<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    body = f"<?xml version='1.0'?>{element}".encode()
    return Reply(body, status, {"X-Cos-Request-Id": "in-the-header"})


@pytest.mark.parametrize("prefix", [(), ("a b+(ü)'*~", "%41")])
def test_a_place_of_any_name_is_accepted_and_left_empty(
    store: ObjectStore, target: MakeTarget, prefix: tuple[str, ...]
) -> None:
    before = store.objects()
    assert probe(target(prefix=prefix)) == Accepted()
    assert (store.objects(), store.uploads()) == (before, {})


def test_a_certificate_of_a_private_authority_has_to_be_trusted(
    tls_store: ObjectStore, target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "REQUESTS_CA_BUNDLE" in unproven(target(endpoint=tls_store.endpoint))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_store.certificate))
    assert probe(target(endpoint=tls_store.endpoint)) == Accepted()
    rejected = probe(target(endpoint=tls_store.endpoint, **WRONG_SECRET._asdict()))
    assert isinstance(rejected, Rejected)


@pytest.mark.parametrize("user", [None, "name:pass-word"])
def test_a_store_is_reached_through_the_proxy_of_the_environment(
    tls_store: ObjectStore,
    target: MakeTarget,
    private_authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    user: str | None,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(private_authority.certificate))
    behind = target(endpoint=tls_store.endpoint.replace("localhost", "store"))
    with proxy(user) as running:
        signed_in = f"{user}@" if user else ""
        monkeypatch.setenv("HTTPS_PROXY", f"http://{signed_in}127.0.0.1:{running.port}")
        assert probe(behind) == Accepted()
        assert set(running.passed) == {("CONNECT", "store")}


def test_a_proxy_that_wants_a_name_proves_nothing(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("name:password") as running:
        monkeypatch.setenv("HTTPS_PROXY", f"http://name:canary@127.0.0.1:{running.port}")
        why = unproven(target(endpoint="https://store:9000"))
    assert why == "the proxy did not connect to it"


def test_a_name_that_is_not_known_proves_nothing(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert unproven(target(endpoint=None)) == "NameResolutionError"


def test_an_access_key_that_no_header_can_have_proves_nothing(target: MakeTarget) -> None:
    assert unproven(target(access_key="ключ")) == "UnicodeEncodeError"


def test_a_store_that_does_not_answer_in_time_proves_nothing(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "READ_TIMEOUT", 0.2)
    outcome, asked, _ = probed(target, HANG)
    assert outcome == Unproven(asked.address, "no response in 5 s")


def test_a_connection_that_breaks_is_tried_once_more(target: MakeTarget) -> None:
    outcome, asked, calls = probed(target, CUT, CUT, BEGUN)
    assert outcome == Unproven(asked.address, "ConnectionError")
    place = "/lessons-1250000000/lobby/storage-probe?uploads"
    assert [call.path for call in calls] == [place] * 2


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (error("InternalError", status=500), "it answered InternalError"),
        (error("SlowDown", status=503), "it answered SlowDown"),
        (error("TooManyRequests", status=429), "it answered TooManyRequests"),
        (error("RequestTimeTooSkewed"), "it answered RequestTimeTooSkewed"),
        (error("MethodNotAllowed", status=405), "it answered MethodNotAllowed"),
        (error("TemporaryRedirect", status=307), "it answered TemporaryRedirect"),
        *(
            (Reply(body, status), f"HTTP status {status}, which is no store's answer")
            for status, body in {
                200: b"<html>sign in</html>",
                302: b"",
                403: b"<html>blocked</html>",
                404: b"",
                407: b"sign in",
            }.items()
        ),
    ],
)
def test_what_no_store_has_rejected_proves_nothing(
    target: MakeTarget, reply: Reply, why: str
) -> None:
    outcome, asked, _ = probed(target, reply)
    assert outcome == Unproven(asked.address, why)


@pytest.mark.parametrize(
    ("code", "more", "region", "elsewhere"),
    [
        ("AuthorizationHeaderMalformed", "<Region>ap-tokyo</Region>", "ap-tokyo", True),
        ("AuthorizationHeaderMalformed", "", "", False),
        ("AccessDenied", f"<Region>{REGION}</Region>", "", False),
        ("PermanentRedirect", "", "", True),
    ],
)
def test_another_region_is_named_if_the_store_names_it(
    target: MakeTarget, code: str, more: str, region: str, elsewhere: bool
) -> None:
    outcome, _, _ = probed(target, error(code, more=more))
    assert outcome == Rejected(code, "told", "in-the-header", region, elsewhere)


def test_neither_the_stores_message_nor_the_log_shows_a_secret(
    target: MakeTarget, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "trtc_webrecord")
    told = f"&lt;{WRITE_ONLY[0]}&gt; {WRITE_ONLY[1]} at\nhttps://x/?sign=canary {'x' * 1000}"
    rejected, asked, _ = probed(target, error("AccessDenied", told))
    assert f"{asked.address}: POST: HTTP 403 AccessDenied" in caplog.text
    assert not any(each in caplog.text for each in ("canary", WRITE_ONLY[1]))
    assert isinstance(rejected, Rejected)
    assert rejected.message.startswith("<[secret]> [secret] at https://x/?… xxx")
    assert len(rejected.message) == 300


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(status=204), None),
        (Reply(), None),
        (error("NoSuchUpload", status=404), None),
        (error("AccessDenied"), "AccessDenied"),
        (Reply(status=502), "HTTP status 502"),
    ],
)
def test_an_upload_that_may_still_be_there_is_left_open(
    target: MakeTarget, reply: Reply, why: str | None
) -> None:
    outcome, asked, (_, abort) = probed(target, BEGUN, reply)
    assert outcome == (LeftOpen(asked.url, "the/id", why) if why else Accepted())
    assert abort.path.endswith("?uploadId=the%2Fid")


def test_a_redirect_is_not_followed(target: MakeTarget) -> None:
    with ScriptedService([BEGUN, Reply()]) as elsewhere:
        redirect = Reply(status=307, headers={"Location": elsewhere.endpoint})
        outcome, asked, _ = probed(target, redirect)
        assert elsewhere.calls == []
    assert outcome == Unproven(asked.address, "HTTP status 307, which is no store's answer")


def test_a_bucket_has_a_host_at_the_vendor_and_is_one_part_of_the_path_elsewhere(
    target: MakeTarget,
) -> None:
    assert target(endpoint=None, prefix=("a", "b")).url == (
        "https://lessons-1250000000.cos.ap-singapore.myqcloud.com/a/b/storage-probe"
    )
    odd = target(endpoint="https://store/", bucket="a/b c", prefix=())
    assert odd.url == "https://store/a%2Fb%20c/storage-probe"


def test_no_secret_is_in_what_a_target_shows(target: MakeTarget) -> None:
    assert not set(WRITE_ONLY) & set(repr(target()).replace("'", " ").split())
