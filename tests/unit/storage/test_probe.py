"""What a probe finds at a store that verifies signatures, and at what is no store."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from capture.certificate_authority import Authority
from capture.proxy import proxy
from http_server import Handler, http_server
from object_store import (
    FOREIGN_BUCKET,
    FOREIGN_REGION,
    FULL,
    READ_ONLY,
    REGION,
    UNKNOWN,
    UPLOAD_WITHOUT_ABORT,
    WRITE_ONLY,
    WRONG_SECRET,
    Keys,
    ObjectStore,
)
from trtc_webrecord.storage import probe as probing
from trtc_webrecord.storage.outcomes import Accepted, LeftOpen, Outcome, Refused, Unproven
from trtc_webrecord.storage.probe import new_session
from trtc_webrecord.storage.target import Target

MakeTarget = Callable[..., Target]

# urllib3 leaves a socket whose handshake failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def probe(target: Target) -> Outcome:
    with new_session() as session:
        return probing.probe(session, target)


def pair(keys: Keys) -> dict[str, str]:
    return keys._asdict()


@pytest.mark.parametrize("keys", [FULL, WRITE_ONLY])
@pytest.mark.parametrize("prefix", [(), ("lobby",), ("a b+(ü)'*~", "%41")])
def test_a_pair_that_may_write_is_accepted_and_leaves_nothing(
    store: ObjectStore, target: MakeTarget, keys: Keys, prefix: tuple[str, ...]
) -> None:
    assert probe(target(prefix=prefix, **pair(keys))) == Accepted()
    assert (store.objects(), store.uploads()) == ({}, {})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bucket": "none-1250000000"}, "NoSuchBucket"),
        (pair(READ_ONLY), "AccessDenied"),
        (pair(UNKNOWN), "InvalidAccessKeyId"),
        (pair(WRONG_SECRET), "SignatureDoesNotMatch"),
        ({"bucket": FOREIGN_BUCKET}, "PermanentRedirect"),
    ],
)
def test_a_refusal_has_the_stores_code_message_and_request_id(
    target: MakeTarget, changes: dict[str, str], code: str
) -> None:
    refused = probe(target(**changes))
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert refused.message
    assert refused.request_id
    assert refused.region == (FOREIGN_REGION if code == "PermanentRedirect" else "")


def test_an_upload_that_cannot_be_aborted_is_left_open(
    store: ObjectStore, target: MakeTarget
) -> None:
    left = probe(target(prefix=("left",), **pair(UPLOAD_WITHOUT_ABORT)))
    assert isinstance(left, LeftOpen)
    assert left.url.startswith(f"{store.endpoint}/")
    assert left.why == "AccessDenied"
    open_uploads = store.uploads()
    store.client().abort_multipart_upload(
        Bucket=target().bucket, Key="left/storage-probe", UploadId=left.upload_id
    )
    assert open_uploads == {left.upload_id: "left/storage-probe"}


def unproven(target: Target) -> str:
    outcome = probe(target)
    assert isinstance(outcome, Unproven)
    assert outcome.address == target.address
    return outcome.why


def test_a_certificate_of_a_private_authority_has_to_be_trusted(
    tls_store: ObjectStore, target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_tls = target(endpoint=tls_store.endpoint)
    assert "REQUESTS_CA_BUNDLE" in unproven(at_tls)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_store.certificate))
    assert probe(at_tls) == Accepted()
    refused = probe(target(endpoint=tls_store.endpoint, **pair(WRONG_SECRET)))
    assert isinstance(refused, Refused)


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


def test_a_refused_connection_proves_nothing(target: MakeTarget) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert unproven(target(endpoint=f"http://127.0.0.1:{port}")) == "NewConnectionError"


def test_a_store_that_does_not_answer_in_time_proves_nothing(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "READ_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        why = unproven(target(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}"))
    assert why.startswith("no response in")


@pytest.fixture
def serve() -> Iterator[Callable[[int, str], str]]:
    """Start a server that answers every request with this status and body; its URL."""
    with ExitStack() as servers:

        def start(status: int, body: str) -> str:
            class Answering(Handler):
                def answer(self) -> None:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body.encode())))
                    self.send_header("X-Cos-Request-Id", "in-the-header")
                    self.end_headers()
                    self.wfile.write(body.encode())

                do_POST = do_DELETE = answer

            return f"http://127.0.0.1:{servers.enter_context(http_server(Answering))}"

        yield start


def error(code: str, message: str = "told", more: str = "") -> str:
    return (
        f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, error("InternalError")),
        (503, error("SlowDown")),
        (429, error("TooManyRequests")),
        (403, error("RequestTimeTooSkewed")),
        (405, error("MethodNotAllowed")),
        (307, error("TemporaryRedirect")),
        (200, "<html>sign in</html>"),
        (302, ""),
        (403, "<html>blocked</html>"),
        (407, "sign in"),
        (404, ""),
    ],
)
def test_what_is_no_refusal_of_a_store_proves_nothing(
    serve: Callable[[int, str], str], target: MakeTarget, status: int, body: str
) -> None:
    why = unproven(target(endpoint=serve(status, body)))
    assert str(status) in why or why.removeprefix("it answered ") in body


def test_another_region_is_named_if_the_store_names_it(
    serve: Callable[[int, str], str], target: MakeTarget
) -> None:
    body = error("AuthorizationHeaderMalformed", more="<Region>ap-tokyo</Region>")
    assert probe(target(endpoint=serve(400, body))) == Refused(
        "AuthorizationHeaderMalformed", "told", "in-the-header", "ap-tokyo", elsewhere=True
    )


def test_the_stores_message_shows_no_secret(
    serve: Callable[[int, str], str], target: MakeTarget
) -> None:
    told = f"&lt;{WRITE_ONLY[0]}&gt; {WRITE_ONLY[1]} at\nhttps://x/?sign=canary {'x' * 1000}"
    refused = probe(target(endpoint=serve(403, error("AccessDenied", told))))
    assert isinstance(refused, Refused)
    assert refused.message.startswith("<[secret]> [secret] at https://x/?… xxx")
    assert len(refused.message) == 300


def test_a_connection_that_breaks_is_tried_once_more(
    target: MakeTarget, store: ObjectStore
) -> None:
    connections = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                connections.append(client.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        why = unproven(target(endpoint=f"http://127.0.0.1:{listener.getsockname()[1]}"))
        listener.shutdown(socket.SHUT_RDWR)
    assert why == "ConnectionError"
    assert len(connections) == 2
    assert all(
        each.startswith(b"POST /lessons-1250000000/lobby/storage-probe?uploads ")
        for each in connections
    )


def test_a_bucket_of_the_vendor_has_a_host_of_its_own(target: MakeTarget) -> None:
    assert target(endpoint=None, prefix=("a", "b")).url == (
        "https://lessons-1250000000.cos.ap-singapore.myqcloud.com/a/b/storage-probe"
    )


def test_no_secret_is_in_what_a_target_shows(target: MakeTarget) -> None:
    assert not set(WRITE_ONLY) & set(repr(target()).replace("'", " ").split())


def test_a_store_that_names_the_very_region_means_the_key_pair(
    serve: Callable[[int, str], str], target: MakeTarget
) -> None:
    body = error("AccessDenied", more=f"<Region>{REGION}</Region>")
    assert probe(target(endpoint=serve(403, body))) == Refused(
        "AccessDenied", "told", "in-the-header"
    )


@pytest.mark.parametrize(
    ("code", "elsewhere"),
    [("PermanentRedirect", True), ("AuthorizationHeaderMalformed", False)],
)
def test_a_region_that_no_store_names_is_unknown(
    serve: Callable[[int, str], str], target: MakeTarget, code: str, elsewhere: bool
) -> None:
    assert probe(target(endpoint=serve(400, error(code)))) == Refused(
        code, "told", "in-the-header", "", elsewhere
    )


@pytest.fixture
def upload_and() -> Iterator[Callable[[int, str], str]]:
    """Start a store that begins every upload, and answers an abort with this; its URL."""
    with ExitStack() as servers:

        def start(status: int, body: str) -> str:
            class Beginning(Handler):
                def do_POST(self) -> None:
                    self.answer(200, "<UploadId>the/id</UploadId>")

                def do_DELETE(self) -> None:
                    assert self.path.endswith("?uploadId=the%2Fid")
                    self.answer(status, body)

                def answer(self, status: int, body: str) -> None:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body.encode())

            return f"http://127.0.0.1:{servers.enter_context(http_server(Beginning))}"

        yield start


@pytest.mark.parametrize(("status", "body"), [(204, ""), (200, ""), (404, error("NoSuchUpload"))])
def test_an_upload_that_is_gone_was_aborted(
    upload_and: Callable[[int, str], str], target: MakeTarget, status: int, body: str
) -> None:
    assert probe(target(endpoint=upload_and(status, body))) == Accepted()


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [(403, error("AccessDenied"), "AccessDenied"), (502, "", "HTTP status 502")],
)
def test_an_upload_that_may_be_there_is_left_open(
    upload_and: Callable[[int, str], str], target: MakeTarget, status: int, body: str, why: str
) -> None:
    left = target(endpoint=upload_and(status, body))
    assert probe(left) == LeftOpen(left.url, "the/id", why)


def test_a_redirect_is_not_followed(
    upload_and: Callable[[int, str], str], target: MakeTarget
) -> None:
    class Redirecting(Handler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", upload_and(204, ""))
            self.send_header("Content-Length", "0")
            self.end_headers()

    with http_server(Redirecting) as port:
        assert unproven(target(endpoint=f"http://127.0.0.1:{port}")).startswith("HTTP status 307")


def test_an_access_key_that_no_header_can_have_proves_nothing(target: MakeTarget) -> None:
    assert unproven(target(access_key="ключ")) == "UnicodeEncodeError"


def test_a_bucket_is_one_part_of_the_path(target: MakeTarget) -> None:
    odd = target(endpoint="https://store/", bucket="a/b c", prefix=())
    assert odd.url == "https://store/a%2Fb%20c/storage-probe"
