"""A connection that breaks: only what fails before the request's body is sent was not executed."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from capture.certificate_authority import Authority, authority
from trtc_webrecord.api import transport
from trtc_webrecord.api.codes import remedy_for
from trtc_webrecord.api.key_pair import Credential
from trtc_webrecord.api.transport import Transport
from trtc_webrecord.errors import ConfigError, NotSent, Unanswered, Untrusted
from unit.api_bench import Bench

# urllib3 leaves a socket whose handshake failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

GARBAGE = b"\x15\x03\x03\x00\x02\x02\x28" * 4
"""TLS alerts that nobody has encrypted."""


Behaviour = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Start a TCP server that handles each connection by a behaviour; its host and port."""
    with ExitStack() as listeners:

        def start(behave: Behaviour) -> str:
            listener = listeners.enter_context(socket.create_server(("127.0.0.1", 0)))

            def accept() -> None:
                with suppress(OSError):
                    while True:
                        client, _ = listener.accept()
                        with client, suppress(OSError, EOFError):
                            behave(client)

            threading.Thread(target=accept, daemon=True).start()
            return f"localhost:{listener.getsockname()[1]}"

        yield start


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()


def request_of(client: socket.socket) -> bytes:
    """What arrives up to the end of the request's body."""
    received = b""
    while not received.endswith(b"}"):
        block = client.recv(65536)
        if not block:
            raise EOFError
        received += block
    return received


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("certificates"), "localhost")


def post(endpoint: str) -> None:
    try:
        Transport(endpoint, "ap-singapore", timeout=5).post(
            "StartWebRecord", {"RecordId": "lobby-1"}, Credential("the-id", "the-key"), lambda: 0
        )
    finally:
        gc.collect()


def after_tls(
    certificates: Authority, behave: Callable[[ssl.SSLSocket, socket.socket], None]
) -> Behaviour:
    """A connection that shakes hands, then does `behave` with the encrypted and the raw socket."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificates.server)

    def handle(client: socket.socket) -> None:
        raw = client.dup()
        with raw, context.wrap_socket(client, server_side=True) as secure:
            behave(secure, raw)

    return handle


def read_then_garbage(secure: ssl.SSLSocket, raw: socket.socket) -> None:
    request_of(secure)
    raw.sendall(GARBAGE)


def read_then_reset(secure: ssl.SSLSocket, raw: socket.socket) -> None:
    request_of(secure)
    reset(raw)


def answer_by_half(secure: ssl.SSLSocket, raw: socket.socket) -> None:
    request_of(secure)
    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    raw.sendall(GARBAGE)


@pytest.mark.parametrize("behave", [read_then_garbage, read_then_reset, answer_by_half])
def test_tls_that_breaks_after_the_request_is_read_may_have_run(
    certificates: Authority,
    serve: Callable[[Behaviour], str],
    monkeypatch: pytest.MonkeyPatch,
    behave: Callable[[ssl.SSLSocket, socket.socket], None],
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.certificate))
    with pytest.raises(Unanswered, match="localhost"):
        post(f"https://{serve(after_tls(certificates, behave))}")


@pytest.mark.parametrize("behave", [reset, lambda client: client.sendall(GARBAGE)])
def test_tls_that_breaks_in_the_handshake_was_not_sent(
    serve: Callable[[Behaviour], str], behave: Behaviour
) -> None:
    with pytest.raises(NotSent):
        post(f"https://{serve(behave)}")


def test_a_certificate_that_is_not_trusted_is_named_and_no_request_is_repeated(
    api_bench: Bench, certificates: Authority, serve: Callable[[Behaviour], str]
) -> None:
    host = serve(after_tls(certificates, read_then_garbage))
    with pytest.raises(Untrusted) as failed:
        api_bench.api(f"https://{host}").stop("task-1")
    assert f"the certificate of {host} is not trusted: " in str(failed.value)
    assert "REQUESTS_CA_BUNDLE" in remedy_for(failed.value)
    assert api_bench.time.now == 0


def test_a_missing_file_of_trusted_certificates_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/company.pem")
    with pytest.raises(ConfigError, match=r"cannot be sent to trtc\.example\.com.*/company\.pem"):
        post("https://trtc.example.com")


def test_a_proxy_that_opens_no_tunnel_means_not_sent(
    serve: Callable[[Behaviour], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def bad_gateway(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    monkeypatch.setenv("HTTPS_PROXY", f"http://{serve(bad_gateway)}")
    with pytest.raises(NotSent, match="ProxyError"):
        post("https://trtc.example.com")


def test_a_name_that_is_not_known_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match="NameResolutionError"):
        post("https://trtc.example.com")


def test_a_connect_that_takes_too_long_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "CONNECT_TIMEOUT", 0.01)
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        with pytest.raises(NotSent, match="ConnectTimeout"):
            post(f"http://127.0.0.1:{full.getsockname()[1]}")
