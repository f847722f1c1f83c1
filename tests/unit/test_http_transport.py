"""The transport against a real server on 127.0.0.1."""

from __future__ import annotations

import io
import json
import socket
import threading
import time

import pytest
from stand_in import StandIn

from sentinel_workbench.core.errors import (
    Cancelled,
    ConnectionFailed,
    DiskFull,
    InvalidInput,
    TimedOut,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.http.transport import HttpRequest, NetworkSettings, RequestsTransport
from sentinel_workbench.core.progress import Silent, Watched

BODY = json.dumps({"output": {"width": 64, "height": 64}}).encode()


@pytest.fixture
def hub():
    with StandIn() as server:
        server.valid_tokens.add("pass")
        yield server


@pytest.fixture
def transport():
    made = RequestsTransport(NetworkSettings(connect_timeout_s=2, read_timeout_s=5))
    yield made
    made.close()


def ask(hub, path="/api/v1/process"):
    headers = {"Authorization": "Bearer pass", "Accept": "image/png", "Content-Type": "application/json"}
    return HttpRequest("POST", hub.url + path, headers, BODY)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_body_goes_to_the_sink_and_headers_are_lower_case(hub, transport):
    sink = io.BytesIO()
    response = transport.send(ask(hub), Silent(), sink)
    assert (response.status, response.content_type, response.content) == (200, "image/png", b"")
    assert response.headers["x-processingunits-spent"] == "2.5"
    assert sink.getvalue().startswith(b"\x89PNG") and response.size_bytes == len(sink.getvalue())
    assert response.start == sink.getvalue()[:16]


def test_an_error_body_never_reaches_the_sink(hub, transport):
    hub.faults.server_errors = 1
    sink = io.BytesIO()
    response = transport.send(ask(hub), Silent(), sink)
    assert response.status == 500 and sink.getvalue() == b"" and b"Internal error" in response.content


def test_one_thread_keeps_one_connection(hub, transport):
    for _ in range(10):
        transport.send(ask(hub), Silent())
    assert hub.seen.connections == 1


def test_threads_share_no_session_and_leave_no_more_connections_than_threads(hub, transport):
    hub.faults.delay_s = 0.01
    threads = [
        threading.Thread(target=lambda: [transport.send(ask(hub), Silent()) for _ in range(5)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hub.seen.requests == 20 and hub.seen.connections <= 4


@pytest.mark.parametrize("fault", ["truncated", "truncated_chunked"])
def test_a_truncated_body_is_an_unexpected_answer(hub, transport, fault):
    setattr(hub.faults, fault, 1)
    with pytest.raises(UnexpectedAnswer, match="broke off"):
        transport.send(ask(hub), Silent(), io.BytesIO())
    assert transport.send(ask(hub), Silent(), io.BytesIO()).status == 200


def test_a_dropped_connection(hub, transport):
    hub.faults.dropped = 1
    with pytest.raises(ConnectionFailed, match="dropped"):
        transport.send(ask(hub), Silent())


def test_nobody_listens(transport):
    url = f"http://127.0.0.1:{free_port()}/api/v1/process"
    with pytest.raises(ConnectionFailed, match="refused") as caught:
        transport.send(HttpRequest("POST", url), Silent())
    assert url in str(caught.value) and caught.value.advice


def test_a_host_that_does_not_exist(transport):
    with pytest.raises(ConnectionFailed, match="not found.*spelling"):
        transport.send(HttpRequest("GET", "https://nowhere.invalid/x"), Silent())


@pytest.mark.parametrize("url", ["nowhere", "http://", "ftp://example.org/x", "http://exa mple.org"])
def test_not_a_url(transport, url):
    with pytest.raises(WorkbenchError) as caught:
        transport.send(HttpRequest("GET", url), Silent())
    assert isinstance(caught.value, (InvalidInput, ConnectionFailed))


def test_a_silent_server_times_out(hub):
    hub.faults.silent = True
    transport = RequestsTransport(NetworkSettings(read_timeout_s=0.3))
    with pytest.raises(TimedOut, match="did not answer in time"):
        transport.send(ask(hub), Silent())


def test_a_body_that_stalls_times_out(hub):
    hub.faults.stall_body = True
    transport = RequestsTransport(NetworkSettings(read_timeout_s=0.3))
    with pytest.raises(TimedOut):
        transport.send(ask(hub), Silent(), io.BytesIO())


@pytest.mark.parametrize("fault", ["silent", "stall_body"])
def test_cancel_returns_at_once_while_the_server_is_silent(hub, transport, fault):
    transport.send(ask(hub), Silent())
    setattr(hub.faults, fault, True)
    progress = Watched()
    threading.Timer(0.2, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        transport.send(ask(hub), progress, io.BytesIO())
    assert time.monotonic() - began < 15, "the server says nothing for a minute"
    setattr(hub.faults, fault, False)
    assert transport.send(ask(hub), Silent()).status == 200


def test_cancel_returns_at_once_while_connecting():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        progress = Watched()
        threading.Timer(0.2, progress.cancel).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            RequestsTransport(NetworkSettings(connect_timeout_s=30)).send(HttpRequest("GET", url), progress)
        assert time.monotonic() - began < 15
        for client in waiting:
            client.close()


def test_the_watching_thread_goes_when_nothing_is_under_way(hub, transport, monkeypatch):
    monkeypatch.setattr("sentinel_workbench.core.http.interruptible.LINGER_S", 0.1)
    transport.send(ask(hub), Silent())
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(t.name == "workbench-http-watch" for t in threading.enumerate()):
        time.sleep(0.05)
    assert not any(t.name == "workbench-http-watch" for t in threading.enumerate())
    assert transport.send(ask(hub), Silent()).status == 200


def test_a_full_disk_is_no_network_error(hub, transport):
    with open("/dev/full", "wb", buffering=0) as sink, pytest.raises(DiskFull, match="/dev/full"):
        transport.send(ask(hub), Silent(), sink)


def test_a_proxy_that_refuses(hub):
    settings = NetworkSettings(proxies={"https": f"http://user:pass-phrase@127.0.0.1:{free_port()}"})
    with pytest.raises(ConnectionFailed, match="proxy") as caught:
        RequestsTransport(settings).send(HttpRequest("GET", "https://example.org/"), Silent())
    assert "pass-phrase" not in str(caught.value) and "pass-phrase" not in repr(settings)


def test_a_proxy_that_wants_a_password():
    def refuse(listener):
        client, _ = listener.accept()
        client.recv(4096)
        client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        client.close()

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        threading.Thread(target=refuse, args=(listener,), daemon=True).start()
        settings = NetworkSettings(proxies={"https": f"http://127.0.0.1:{listener.getsockname()[1]}"})
        with pytest.raises(ConnectionFailed, match="user name and password") as caught:
            RequestsTransport(settings).send(HttpRequest("GET", "https://example.org/"), Silent())
        assert not caught.value.transient


def test_this_machine_is_reached_without_the_proxy(hub):
    settings = NetworkSettings(proxies={"http": f"http://127.0.0.1:{free_port()}"})
    assert RequestsTransport(settings).send(ask(hub), Silent()).status == 200


def test_the_environment_does_not_mix_in(hub, transport, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    transport.send(ask(hub), Silent())
    assert hub.seen.headers[-1]["authorization"] == "Bearer pass"


def test_a_request_hides_its_headers():
    assert "Bearer" not in repr(HttpRequest("GET", "http://x/", {"Authorization": "Bearer abc"}, b"client_secret=q"))
