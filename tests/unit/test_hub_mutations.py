"""Ten thousand changed requests: every answer is a valid one or a clear refusal, never a failure or a hang."""

from __future__ import annotations

import http.client
import json
import random
import socket
from urllib.parse import quote, urlencode

import pytest
from mutations import HubUnderTest, make_scenes, mutated_request, run_campaign, specimens

from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.oauth import random_account
from sentinel_workbench.localhub.serving import LocalHub
from sentinel_workbench.localhub.workers import RenderBudget

SEED = 20190131


@pytest.fixture(scope="module")
def under_test(tmp_path_factory):
    return HubUnderTest(tmp_path_factory.mktemp("mutations"))


@pytest.mark.parametrize("specimen", specimens(), ids=lambda specimen: specimen.name)
def test_the_requests_are_valid_before_they_are_changed(under_test, specimen, monkeypatch):
    monkeypatch.setattr(under_test.pool, "every", 1)
    answer = under_test.answer(specimen)
    assert answer.status in (200, 201, 204) or (specimen.name == "tile" and answer.status == 409), answer.body
    answer.discard()


def test_ten_thousand_mutations(under_test):
    seen = run_campaign(under_test, SEED, 10_000)
    assert under_test.pool.done > 50
    for name, statuses in seen.items():
        assert 401 in statuses and {400, 404} & set(statuses), f"the mutations of '{name}' were too tame: {statuses}"
        assert {200, 201, 204} & set(statuses), f"the mutations of '{name}' left nothing valid: {statuses}"


def sent(link, request):
    """The request as it is over a socket, whatever its headers hold."""
    target = quote(request.path, safe="/") + (f"?{urlencode(request.query)}" if request.query else "")
    head = f"{request.method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(request.body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    link.sendall(head.encode("latin-1") + b"\r\n" + request.body)
    response = http.client.HTTPResponse(link, method=request.method)
    response.begin()
    return response.status, response.read()


def test_some_hundred_mutations_over_the_socket(tmp_path, capfd):
    data = make_scenes(tmp_path)
    kinds = [s for s in specimens() if "{" not in s.path + json.dumps(s.document)]
    account = random_account()
    with LocalHub(data, account, workers=1, budget=RenderBudget(20, 1024)) as hub:
        form = f"grant_type=client_credentials&client_id={account.client_id}&client_secret={account.client_secret}"
        port = int(hub.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 30) as link:
            login = next(s for s in kinds if s.name == "login")
            _, body = sent(link, HubRequest("POST", login.path, {}, login.headers, form.encode()))
        bearer = "Bearer " + json.loads(body)["access_token"]
        seen = set()
        for number in range(600):
            request = mutated_request(kinds[number % len(kinds)], random.Random(f"{SEED}/{number}"), bearer)
            with socket.create_connection(("127.0.0.1", port), 60) as link:
                status, body = sent(link, request)
            seen.add(status)
            assert 200 <= status < 300 or 400 <= status < 500, (number, status, body[:500], request.body[:2000])
    assert {200, 400, 401} <= seen
    assert "Traceback" not in capfd.readouterr().err
