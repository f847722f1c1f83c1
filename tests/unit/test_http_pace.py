"""Pacing and retry policy."""

from __future__ import annotations

import io
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from stand_in import StandIn

from sentinel_workbench.core.errors import Cancelled, ConnectionFailed, TimedOut, UnexpectedAnswer
from sentinel_workbench.core.http import retry
from sentinel_workbench.core.http.pace import Pace
from sentinel_workbench.core.http.retry import RetryPolicy, retry_after_s, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.pacing import PaceBook
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.progress import Silent, Watched

REQUEST = HttpRequest("POST", "http://127.0.0.1/x")


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self):
        self.now = 100.0
        self.waits = []

    def __call__(self):
        return self.now

    def wait(self, progress, seconds):
        self.waits.append(seconds)
        self.now += seconds


class Scripted:
    """A transport that answers from a list: statuses, (status, headers, content) or exceptions."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), 0

    def send(self, request, progress, sink=None):
        self.sent += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            if sink is not None:
                sink.write(b"half a body")
            raise answer
        status, headers, content = answer if isinstance(answer, tuple) else (answer, {}, b"")
        if sink is not None and status == 200:
            sink.write(b"whole")
        return HttpResponse(status, headers, content)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("sentinel_workbench.core.http.pace.wait", made.wait)
    monkeypatch.setattr("sentinel_workbench.core.http.retry.wait", made.wait)
    return made


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("3398", 3.398),
        (" 20 ", 0.02),
        ("1.5", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ("", 0),
        (None, 0),
        ("-5", 0),
        ("²", 0),
    ],
)
def test_retry_after_is_milliseconds_or_nothing(header, seconds):
    assert retry_after_s(header) == seconds


def test_429_waits_the_longer_of_own_back_off_and_header(clock):
    refusals = [(429, {"retry-after": value}, b"") for value in ("100", "9000", "0", "999999")]
    assert send_with_retry(Scripted(*refusals, 200), REQUEST, Silent()).status == 200
    expected = [1, 9, 4, 60]
    assert all(e <= w <= e * 1.1 or (e == 60 and w == 60) for w, e in zip(clock.waits, expected)), clock.waits


def test_429_is_bounded_in_number_and_time(clock):
    transport = Scripted((429, {}, b""))
    assert send_with_retry(transport, REQUEST, Silent()).status == 429
    assert transport.sent == 8 and sum(clock.waits) <= 300
    clock.waits.clear()
    transport = Scripted((429, {"retry-after": "60000"}, b""))
    assert send_with_retry(transport, REQUEST, Silent()).status == 429
    assert sum(clock.waits) <= 300 and transport.sent == 6


def test_5xx_backs_off_with_jitter(clock):
    transport = Scripted(503)
    assert send_with_retry(transport, REQUEST, Silent()).status == 503
    assert transport.sent == 4
    assert all(b * 0.7 <= w <= b * 1.3 for w, b in zip(clock.waits, (0.5, 1, 2)))
    first = list(clock.waits)
    clock.waits.clear()
    send_with_retry(Scripted(503), REQUEST, Silent())
    assert clock.waits != first


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 405, 409, 413, 415, 422])
def test_final_answers_are_not_asked_for_again(clock, status):
    transport = Scripted(status)
    assert send_with_retry(transport, REQUEST, Silent()).status == status and transport.sent == 1


def test_the_sink_is_put_back_before_every_attempt(clock):
    sink = io.BytesIO(b"kept")
    sink.seek(4)
    send_with_retry(Scripted(UnexpectedAnswer("broke off"), ConnectionFailed("x"), 200), REQUEST, Silent(), sink)
    assert sink.getvalue() == b"keptwhole"


def test_silence_is_waited_for_twice_at_most(clock):
    transport = Scripted(TimedOut("silence"))
    with pytest.raises(TimedOut):
        send_with_retry(transport, REQUEST, Silent())
    assert transport.sent == 2


def test_hopeless_network_errors_are_not_repeated(clock):
    error = ConnectionFailed("certificate")
    error.transient = False
    transport = Scripted(error)
    with pytest.raises(ConnectionFailed):
        send_with_retry(transport, REQUEST, Silent())
    assert transport.sent == 1


def test_a_429_slows_the_whole_queue(clock):
    pace = Pace(6000, clock=clock)
    send_with_retry(Scripted((429, {"retry-after": "5000"}, b""), 200), REQUEST, Silent(), pace=pace)
    before = clock.now
    pace.acquire(Silent())
    assert before - 100 >= 5 and clock.now - before < 1
    pace.hold(7)
    pace.acquire(Silent())
    assert clock.now - before >= 7


def test_long_waits_are_told(clock):
    told = []
    policy = RetryPolicy(rate_limit_delay_s=10)
    send_with_retry(Scripted(429, 200), REQUEST, Watched(lambda f, message: told.append(message)), policy=policy)
    assert len(told) == 1 and "next try at" in told[0]
    assert retry.ONCE.attempts == 1


def test_the_bucket_lets_a_burst_go_and_then_the_rate(clock):
    pace = Pace(300, burst=10, clock=clock)
    went = []
    for _ in range(30):
        pace.acquire(Silent())
        went.append(clock.now - 100)
    assert went[7] == 0 and went[8] == pytest.approx(0.2) and went[29] == pytest.approx(4.4)


def refusals_at_receipt(arrivals, rate, burst):
    """How many a service refuses that allows ``rate`` a second and ``burst`` at once, as it receives them."""
    level, before, refused = burst, 0.0, 0
    for arrival in sorted(arrivals):
        level, before = min(burst, level + (arrival - before) * rate), arrival
        if level < 1:
            refused += 1
        else:
            level -= 1
    return refused


@pytest.mark.parametrize("rate, burst", [(5, 10), (20, 10), (20, 40), (50, 40), (5, 4), (1, 2)])
def test_requests_that_travel_at_uneven_speed_draw_no_429(clock, rate, burst):
    """We count when we send, the service when it receives: what went first may come in late, and what follows not."""
    for seed in range(20):
        chance, pace, arrivals, began = random.Random(seed), Pace(60 * rate, burst=burst, clock=clock), [], clock.now
        for number in range(200):
            pace.acquire(Silent())
            slow = number < burst or chance.random() < 0.3
            arrivals.append(clock.now + 0.24 * (1.0 if slow else chance.random()))
        assert refusals_at_receipt(arrivals, rate, burst) == 0
        assert clock.now - began <= (200 - burst) / rate + 0.25 + 1 / rate + 0.01, "hardly slower"


def test_units_are_paced_too_and_corrected_afterwards(clock):
    pace = Pace(None, 60, clock=clock)
    for _ in range(5):
        pace.acquire(Silent(), units=2)
    assert clock.now == 100
    pace.acquire(Silent(), units=2)
    assert clock.now == pytest.approx(102)
    pace.settle(predicted=2, spent=12)
    pace.acquire(Silent(), units=0.001)
    assert clock.now == pytest.approx(112.001)


def test_a_request_larger_than_the_bucket_still_goes(clock):
    pace = Pace(None, 60, clock=clock)
    pace.acquire(Silent(), units=500)
    assert clock.now == 100
    pace.acquire(Silent(), units=1)
    assert clock.now == pytest.approx(591)


def test_no_limit_never_waits(clock):
    pace = Pace()
    for _ in range(1000):
        pace.acquire(Silent(), units=100)
    assert clock.waits == []


def test_cancel_ends_the_waiting_for_a_turn():
    pace, progress = Pace(6, burst=1), Watched()
    pace.acquire(progress)
    threading.Timer(0.1, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        pace.acquire(progress)
    assert time.monotonic() - began < 8, "its turn comes after ten seconds"


def test_a_paced_client_draws_no_429_at_the_servers_own_rate():
    payload = {"input": {"data": [{"type": "dem"}]}, "output": {"width": 4, "height": 4}}
    with StandIn() as hub:
        hub.faults.bucket = (20, 10)
        connection = Connection("t", base_url=hub.url, token_url=hub.token_url, requests_per_minute=1200, burst=8)
        client = HubClient(connection, Credentials(hub.client_id, hub.client_secret), tokens=TokenCache())
        began = time.monotonic()
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda _: client.process(payload, "image/png", io.BytesIO(), Silent()), range(50)))
        assert hub.seen.statuses.count(429) == 0 and hub.seen.requests == 50
        assert time.monotonic() - began > 1.9


def test_clients_of_one_account_share_its_pace():
    """Toolbox, console and dock make a client each; the service counts them together."""
    payload = {"input": {"data": [{"type": "dem"}]}, "output": {"width": 4, "height": 4}}
    with StandIn() as hub:
        hub.faults.bucket = (20, 10)
        connection = Connection("t", base_url=hub.url, token_url=hub.token_url, requests_per_minute=1200, burst=8)
        account = Credentials(hub.client_id, hub.client_secret)
        for name in ("dock", "toolbox", "console"):
            client = HubClient(replace(connection, name=name), account)
            with ThreadPoolExecutor(10) as pool:
                list(pool.map(lambda _: client.process(payload, "image/png", io.BytesIO(), Silent()), range(9)))
        assert hub.seen.statuses.count(429) == 0 and hub.seen.requests == 27


def test_other_limits_and_other_accounts_have_a_pace_of_their_own():
    one = Connection("t", base_url="https://a.example", token_url="https://a.example/token", requests_per_minute=60)
    account = Credentials("client", "pass phrase")
    paces = PaceBook()
    assert paces.pace(one, account) is paces.pace(replace(one, name="other"), account)
    assert paces.pace(one, account) is not paces.pace(replace(one, requests_per_minute=300), account)
    assert paces.pace(one, account) is not paces.pace(one, Credentials("another", "pass phrase"))
    assert paces.pace(one, account) is not paces.pace(replace(one, token_url="https://b.example/token"), account)
