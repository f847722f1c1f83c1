"""The client against the stand-in: tokens, retries, errors, streaming."""

from __future__ import annotations

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from stand_in import HTML, StandIn, error_body

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectionFailed,
    EvalscriptRejected,
    NetworkError,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.progress import Silent, Watched

PAYLOAD = {"input": {"data": [{"type": "sentinel-2-l2a"}]}, "evalscript": "E", "output": {"width": 16, "height": 16}}
FAST = RetryPolicy(first_delay_s=0.01, rate_limit_delay_s=0.01)


@pytest.fixture
def hub():
    with StandIn() as server:
        yield server


def make_client(hub, secret=None, policy=FAST, **urls):
    connection = Connection("test", **{"base_url": hub.url, "token_url": hub.token_url, **urls})
    transport = RequestsTransport(NetworkSettings(connect_timeout_s=2, read_timeout_s=5))
    return HubClient(
        connection,
        Credentials(hub.client_id, secret or hub.client_secret),
        transport,
        policy=policy,
        tokens=TokenCache(),
    )


def fetch(client, accept="image/tiff", progress=None):
    sink = io.BytesIO()
    return client.process(PAYLOAD, accept, sink, progress or Silent()), sink.getvalue()


def test_a_good_answer(hub):
    answer, body = fetch(make_client(hub))
    assert (answer.content_type, answer.processing_units, answer.attempts) == ("image/tiff", 2.5, 1)
    assert body[:4] == b"II*\x00" and answer.size_bytes == len(body)
    assert hub.seen.bodies[0] == json.dumps(PAYLOAD).encode()
    assert hub.seen.headers[0]["accept"] == "image/tiff"


def test_one_token_for_all_threads(hub):
    hub.faults.token_delay_s = 0.1
    client = make_client(hub)
    with ThreadPoolExecutor(8) as pool:
        assert all(body for _, body in pool.map(lambda _: fetch(client), range(16)))
    assert hub.seen.tokens == 1 and hub.seen.requests == 16


def test_a_wrong_secret_is_asked_about_once_by_all_threads(hub):
    hub.faults.token_delay_s = 0.2
    client = make_client(hub, secret="wrong")

    def attempt(_):
        with pytest.raises(AuthenticationFailed):
            fetch(client)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(6)))
    assert hub.seen.tokens == 1 and hub.seen.requests == 0


def test_clients_of_one_account_share_the_token_but_another_secret_does_not(hub):
    cache = TokenCache()
    connection = Connection("test", base_url=hub.url, token_url=hub.token_url)
    for _ in range(2):
        fetch(HubClient(connection, Credentials(hub.client_id, hub.client_secret), tokens=cache))
    assert hub.seen.tokens == 1
    with pytest.raises(AuthenticationFailed):
        fetch(HubClient(connection, Credentials(hub.client_id, "other"), tokens=cache))


def test_a_refused_token_is_renewed_once(hub):
    client = make_client(hub)
    fetch(client)
    hub.valid_tokens.clear()
    answer, _ = fetch(client)
    assert hub.seen.tokens == 2 and answer.attempts == 2


def test_a_token_refused_again_is_an_error(hub):
    hub.faults.unauthorized = 99
    with pytest.raises(AuthenticationFailed, match="did not accept the token.*same service"):
        fetch(make_client(hub))
    assert hub.seen.tokens == 2 and hub.seen.requests == 2


def test_a_revoked_token_costs_all_threads_one_renewal(hub):
    client = make_client(hub)
    fetch(client)
    hub.valid_tokens.clear()
    hub.faults.token_delay_s = hub.faults.delay_s = 0.1
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: fetch(client), range(6)))
    assert hub.seen.tokens == 2


@pytest.mark.parametrize("lifetime_s, tokens", [(3600, 1), ("3600", 1), (None, 1), (60, 1), (0, 3)])
def test_the_lifetime_is_read_not_assumed(hub, lifetime_s, tokens):
    hub.faults.token_lifetime_s = lifetime_s
    client = make_client(hub)
    for _ in range(3):
        fetch(client)
    assert hub.seen.tokens == tokens


def wait_for_token_request(hub):
    deadline = time.monotonic() + 30
    while not hub.seen.tokens and time.monotonic() < deadline:
        time.sleep(0.01)
    assert hub.seen.tokens == 1


def test_cancel_while_another_thread_fetches_the_token(hub):
    hub.faults.token_delay_s = 20
    client = make_client(hub)
    leader = threading.Thread(target=lambda: fetch(client), daemon=True)
    leader.start()
    wait_for_token_request(hub)
    progress = Watched()
    threading.Timer(0.1, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(client, progress=progress)
    assert time.monotonic() - began < 15


def test_when_the_fetching_thread_is_cancelled_another_takes_over(hub):
    hub.faults.token_delay_s = 1.0
    client, progress = make_client(hub), Watched()

    def cancelled_leader():
        with pytest.raises(Cancelled):
            fetch(client, progress=progress)

    leader = threading.Thread(target=cancelled_leader)
    leader.start()
    wait_for_token_request(hub)
    threading.Timer(0.1, progress.cancel).start()
    assert fetch(client)[1]
    leader.join()
    assert hub.seen.tokens == 2


@pytest.mark.parametrize("fault", ["server_errors", "dropped", "truncated", "truncated_chunked", "rate_limits"])
def test_passing_faults_are_overcome(hub, fault):
    setattr(hub.faults, fault, 2)
    answer, body = fetch(make_client(hub))
    assert answer.attempts == 3 and len(body) == answer.size_bytes and body[:4] == b"II*\x00"


def test_5xx_is_tried_four_times_and_no_more(hub):
    hub.faults.server_errors = 99
    with pytest.raises(ServiceUnavailable, match="HTTP 500.*Internal error"):
        fetch(make_client(hub))
    assert hub.seen.requests == 4


def test_a_corrupt_source_tile_is_tried_once_more(hub):
    hub.faults.server_errors, hub.faults.server_error_message = 99, "Illegal request to https://x. HTTP Status: 404."
    with pytest.raises(ServiceUnavailable):
        fetch(make_client(hub))
    assert hub.seen.requests == 2


def test_429_ends_after_the_allowed_waiting(hub):
    hub.faults.rate_limits = 99
    with pytest.raises(RateLimited, match="You have exceeded your rate limit"):
        fetch(make_client(hub, policy=RetryPolicy(rate_limit_attempts=3, rate_limit_delay_s=0.01)))
    assert hub.seen.requests == 3


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 415, 422])
def test_other_4xx_are_never_repeated(hub, status):
    hub.faults.rejected = error_body(status, "No.")
    with pytest.raises((RequestRejected, PermissionDenied)) as caught:
        fetch(make_client(hub))
    assert hub.seen.requests == 1 and caught.value.status == status
    assert caught.value.url == hub.url + "/api/v1/process" and "No." in str(caught.value)


def test_the_violations_are_shown(hub):
    hub.faults.rejected = error_body(400, "Bad.", errors=[{"parameter": "output->resx", "violation": "too large"}])
    with pytest.raises(RequestRejected, match=r": Bad; output->resx: too large\."):
        fetch(make_client(hub))


@pytest.mark.parametrize(
    "message, line",
    [
        (
            "Failed to evaluate script!\nevalscript.js:20: TypeError: Cannot read property 'B03' of undefined\n x\n ^",
            20,
        ),
        ("Failed to evaluate script! undefined:2: SyntaxError: Unexpected token", 2),
        ("Failed to evaluate script! \nReferenceError: B10 is not defined", None),
        ("Script must return an array.", None),
    ],
)
def test_the_renderer_blames_the_evalscript(hub, message, line):
    hub.faults.rejected = error_body(400, message, "RENDERER_EXCEPTION")
    with pytest.raises(EvalscriptRejected) as caught:
        fetch(make_client(hub))
    assert caught.value.line == line and "evalscript.js" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_band_is_the_scripts_fault_whatever_the_code(hub):
    hub.faults.rejected = error_body(400, "Collection 'S2L1C' has no band 'SCL'.", "COMMON_BAD_PAYLOAD")
    with pytest.raises(EvalscriptRejected, match="has no band 'SCL'"):
        fetch(make_client(hub))


def test_used_up_units_are_no_plain_403(hub):
    hub.faults.rejected = error_body(403, "Insufficient processing units.", "ACCESS_INSUFFICIENT_PROCESSING_UNITS")
    with pytest.raises(QuotaExhausted, match="used up"):
        fetch(make_client(hub))
    assert hub.seen.requests == 1


def test_a_web_page_with_status_200_is_no_image(hub):
    hub.faults.html = 99
    with pytest.raises(UnexpectedAnswer, match="a web page instead of image/tiff"):
        fetch(make_client(hub))
    assert hub.seen.requests == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_not_the_promised_format_are_no_image(hub, body):
    hub.answer = lambda payload, accept: ("image/tiff", body)
    with pytest.raises(UnexpectedAnswer, match="not image/tiff"):
        fetch(make_client(hub))


def test_another_format_than_asked_is_refused(hub):
    hub.answer = lambda payload, accept: ("image/png", b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UnexpectedAnswer, match="image/png instead of image/tiff"):
        fetch(make_client(hub))
    assert fetch(make_client(hub), "*/*")[0].content_type == "image/png"


def test_cancel_while_waiting_to_retry(hub):
    hub.faults.rate_limits, hub.faults.retry_after = 9, "30000"
    progress = Watched()
    threading.Timer(0.2, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(make_client(hub), progress=progress)
    assert time.monotonic() - began < 15, "the server asks for half a minute"


def test_the_connection_that_works(hub):
    report = make_client(hub).test_connection()
    assert report.collections == ("sentinel-2-l2a",) and "1 collections" in str(report)


def test_testing_a_connection_always_proves_the_secret(hub):
    client = make_client(hub)
    client.test_connection()
    hub.client_secret = "changed meanwhile"
    with pytest.raises(AuthenticationFailed):
        client.test_connection()


def closed_url():
    with StandIn() as gone:
        return gone.url


def wrong_connection(hub, kind):
    if kind == "secret":
        return make_client(hub, secret="wrong")
    if kind == "token path":
        return make_client(hub, token_url=hub.url + "/nothing/here")
    if kind == "not a token endpoint":
        hub.faults.token_answer = (200, {"Content-Type": "text/html"}, HTML)
        return make_client(hub)
    if kind == "base URL":
        return make_client(hub, base_url=hub.url + "/nothing")
    if kind == "refused":
        return make_client(hub, token_url=closed_url() + "/token")
    return make_client(hub, token_url="https://nowhere.invalid/token")


@pytest.mark.parametrize(
    "kind, error, words",
    [
        ("secret", AuthenticationFailed, "refused the client id 'stand-in-client' or its secret"),
        ("token path", RequestRejected, "no token endpoint at .*/nothing/here"),
        ("not a token endpoint", UnexpectedAnswer, "not a token URL"),
        ("base URL", RequestRejected, "/nothing/api/v1/catalog/1.0.0/collections was not found.*base URL"),
        ("refused", ConnectionFailed, "refused"),
        ("host", ConnectionFailed, "nowhere.invalid .*not found"),
    ],
)
def test_each_wrong_connection_has_its_own_sentence(hub, kind, error, words):
    with pytest.raises(error, match=words) as caught:
        wrong_connection(hub, kind).test_connection()
    assert caught.value.advice and "stand-in-pass-phrase" not in str(caught.value)
    assert not isinstance(caught.value, NetworkError) or "http" in str(caught.value)


def test_a_token_endpoint_that_is_busy_is_asked_again(hub):
    hub.faults.token_server_errors = 2
    assert fetch(make_client(hub))[1] and hub.seen.tokens == 3


@pytest.mark.parametrize("deployment, collection, host", [
    ("sentinel-hub", "sentinel-2-l2a", "services.sentinel-hub.com"),
    ("sentinel-hub", "landsat-ot-l2", "services-uswest2.sentinel-hub.com"),
    ("sentinel-hub", "sentinel-3-olci", "creodias.sentinel-hub.com"),
    ("sentinel-hub", "byoc-7453e962-0ee5-4f74-8227-89759fbe9ba9", "services.sentinel-hub.com"),
    ("cdse", "landsat-ot-l2", "sh.dataspace.copernicus.eu"),
])
def test_each_collection_has_its_host(deployment, collection, host):
    client = HubClient(Connection.of_deployment(deployment), Credentials("a", "b"))
    assert urlsplit(client.process_url(collection)).netloc == urlsplit(client.cache_url(collection)).netloc == host


def test_a_custom_address_answers_for_everything():
    connection = replace(Connection.of_deployment("sentinel-hub"), base_url="https://proxy.example.org")
    client = HubClient(connection, Credentials("a", "b"))
    assert client.process_url("landsat-ot-l2").startswith("https://proxy.example.org/")
