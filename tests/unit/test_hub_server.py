"""The hub over real sockets: tokens, limits, malformed HTTP, and the command line."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from hub_fakes import ACCOUNT, MemoryStore, make_hub, make_pool, running_server, scene, valid_request

from sentinel_workbench.localhub.request_body import MAX_BODY_BYTES, MAX_CHUNKS
from sentinel_workbench.localhub.server import HubServer

TOKEN_PATH = "/auth/realms/main/protocol/openid-connect/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LOGIN = f"grant_type=client_credentials&client_id={ACCOUNT.client_id}&client_secret=a+key+for+tests+only"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pool = make_pool(tmp_path_factory.mktemp("data"), size=2, seconds=5)
    with running_server(make_hub(MemoryStore(scene(i) for i in range(3)), pool)) as server:
        yield server
    pool.close()


@pytest.fixture
def connection(server):
    connection = http.client.HTTPConnection(*server.server_address, timeout=120)
    yield connection
    connection.close()


def send(connection, method, path, body=b"", headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response, response.read()


@pytest.fixture
def bearer(connection):
    _, body = send(connection, "POST", "/oauth/token", LOGIN, FORM)
    return {"Authorization": "Bearer " + json.loads(body)["access_token"]}


def order(connection, bearer, path="/api/v1/process", **changes):
    body = json.dumps(valid_request(**changes))
    return send(connection, "POST", path, body, {**bearer, "Content-Type": "application/json", "Accept": "*/*"})


def raw(server, data):
    """Send bytes as they are and read until the hub closes, which it does as we have no more to say."""
    with socket.create_connection(server.server_address, 60) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.mark.parametrize("path", [TOKEN_PATH, "/oauth/token"])
def test_a_token_opens_the_process_api_on_one_connection(server, connection, path):
    response, body = send(connection, "POST", path, LOGIN, FORM)
    token = json.loads(body)
    assert response.status == 200 and token["expires_in"] == 3600 and token["token_type"] == "Bearer"
    assert token["access_token"].count(".") == 2
    link = connection.sock
    for path in ("/api/v1/process", "/process/v1"):
        response, body = order(connection, {"Authorization": f"bearer {token['access_token']}"}, path)
        assert response.status == 200 and body.startswith(b"631x1047 ")
        assert response.getheader("Content-Type") == "image/tiff"
        assert float(response.getheader("x-processingunits-spent")) == 1.25
    assert connection.sock is link, "the connection was not kept alive"


@pytest.mark.parametrize(
    "form, status, error",
    [
        (LOGIN.replace("tests", "guess"), 401, "invalid_client"),
        (LOGIN.replace("tester", "other"), 401, "invalid_client"),
        ("grant_type=client_credentials", 401, "invalid_client"),
        ("grant_type=password&client_id=tester", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
        ("&".join(["a=1"] * 100), 400, "invalid_request"),
    ],
)
def test_refused_logins(connection, form, status, error):
    response, body = send(connection, "POST", TOKEN_PATH, form, FORM)
    assert response.status == status and json.loads(body)["error"] == error
    assert json.loads(body)["error_description"]


def test_credentials_may_come_as_basic(connection):
    import base64

    basic = base64.b64encode(f"{ACCOUNT.client_id}:{ACCOUNT.client_secret}".encode()).decode()
    headers = {**FORM, "Authorization": f"Basic {basic}"}
    assert send(connection, "POST", TOKEN_PATH, "grant_type=client_credentials", headers)[0].status == 200
    headers["Authorization"] = "Basic %%%"
    assert send(connection, "POST", TOKEN_PATH, "grant_type=client_credentials", headers)[0].status == 401


def test_no_token_no_picture(connection):
    for headers in ({}, {"Authorization": "Bearer x.y.z"}):
        response, body = order(connection, headers)
        error = json.loads(body)["error"]
        assert response.status == 401
        assert (error["status"], error["reason"], error["code"]) == (401, "Unauthorized", "COMMON_UNAUTHORIZED")


@pytest.mark.parametrize("script, status", [("throw", 400), ("bug", 500), ("crash", 500), ("paint", 200)])
def test_renders_that_fail_are_answers(connection, bearer, script, status):
    response, body = order(connection, bearer, evalscript=script)
    assert response.status == status
    if status != 200:
        assert json.loads(body)["error"]["code"] == "RENDERER_EXCEPTION"


def test_a_client_that_hangs_up_does_not_keep_its_process(tmp_path):
    """Both processes are busy for ten minutes, with requests of clients that have left."""
    pool = make_pool(tmp_path, size=2, seconds=600)
    with running_server(make_hub(MemoryStore(), pool)) as server:
        connection = http.client.HTTPConnection(*server.server_address, timeout=120)
        _, token = send(connection, "POST", "/oauth/token", LOGIN, FORM)
        bearer = {"Authorization": "Bearer " + json.loads(token)["access_token"]}
        body = json.dumps(valid_request(evalscript="sleep 600")).encode()
        head = f"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {bearer['Authorization']}\r\n"
        for _ in range(2):
            with socket.create_connection(server.server_address) as link:
                link.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                time.sleep(0.2)
        assert order(connection, bearer)[0].status == 200
        connection.close()
    pool.close()


@pytest.mark.parametrize(
    "host, status",
    [
        ("127.0.0.1", 200),
        ("localhost", 200),
        ("LOCALHOST:{port}", 200),
        ("evil.example", 400),
        ("127.0.0.1:1", 400),
        ("evil.example:{port}", 400),
        ("", 400),
        ("127.0.0.1.evil.example", 400),
    ],
)
def test_only_names_of_this_machine_are_served(server, connection, host, status):
    response, _ = send(connection, "GET", "/", headers={"Host": host.format(port=server.server_address[1])})
    assert response.status == status


CHUNKED = b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: %s\r\n\r\n"


@pytest.mark.parametrize(
    "data, status",
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\n", 413),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), 413),
        (CHUNKED % b"chunked" + b"x\r\n", 400),
        (CHUNKED % b"chunked" + b"-1\r\n\r\n", 400),
        (CHUNKED % b"chunked" + b"2\r\nabc\r\n0\r\n\r\n", 400),
        (CHUNKED % b"chunked" + b"1" * 5000, 400),
        (CHUNKED % b"chunked" + b"0\r\n" + b"X: y\r\n" * 200, 400),
        (CHUNKED % b"chunked" + b"%x\r\n" % (MAX_BODY_BYTES + 1), 413),
        (CHUNKED % b"chunked" + b"fffffffffffffff\r\n", 413),
        (CHUNKED % b"chunked" + b"1\r\nx\r\n" * (MAX_CHUNKS + 1), 413),
        (CHUNKED % b"gzip, chunked" + b"0\r\n\r\n", 400),
        (CHUNKED % b"identity" + b"0\r\n\r\n", 400),
        (CHUNKED % b"chunked\r\nTransfer-Encoding: chunked" + b"0\r\n\r\n", 400),
        (CHUNKED % b"chunked\r\nContent-Length: 5" + b"0\r\n\r\n", 400),
        (b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\n\r\n", 415),
        (b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET /nothing/%ff%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
        (b"GET /nothing/\xff\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: user@127.0.0.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1/x\r\n\r\n", 400),
        (b"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: +1\r\n\r\nx", 400),
        (b"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1, 1\r\n\r\nx", 400),
        (b"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0x1\r\n\r\nx", 400),
        (b"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \xb2\r\n\r\nxx", 400),
    ],
)
def test_malformed_http_is_answered_in_json(server, data, status):
    head, _, body = raw(server, data).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head[:80]
    assert json.loads(body)["error"]["status"] == status


def chunked(body, size=7):
    """``body`` in pieces, with what the standard allows around them."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%X;note=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nX-Sum: 1\r\n\r\n"


def test_bodies_may_come_in_chunks(server, bearer):
    """As .NET, Go and Node send what they write while they go; the next request begins where the chunks end."""
    head = f"POST /process/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {bearer['Authorization']}\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: Chunked\r\n\r\n"
    picture = head.encode() + chunked(json.dumps(valid_request()).encode())
    received = raw(server, picture * 2 + PIPELINED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"200"] * 3


@pytest.mark.parametrize("framing", [b"Content-Length: 50\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n32\r\n"])
def test_a_body_that_stops_short_ends_the_connection_quietly(server, capfd, framing):
    data = b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n" + framing + b"short"
    with socket.create_connection(server.server_address, 5) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        assert link.recv(1000) == b""
    assert "Traceback" not in capfd.readouterr().err


PIPELINED = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_requests_sent_at_once_are_answered_in_their_order(server):
    absent = PIPELINED.replace(b"GET /", b"GET /nothing")
    received = raw(server, PIPELINED * 5 + absent + PIPELINED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200"] * 5 + [b"404", b"200"]


def test_a_client_may_ask_before_it_sends_its_body(server):
    head = b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with socket.create_connection(server.server_address, 5) as link:
        link.sendall(head % len(LOGIN))
        assert link.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(LOGIN.encode())
        assert link.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_sends_too_much_reads_why(server):
    body = b" " * (MAX_BODY_BYTES + 1_000_000)
    connection = http.client.HTTPConnection(*server.server_address, timeout=120)
    response, answer = send(connection, "POST", "/oauth/token", body)
    connection.close()
    assert response.status == 413 and json.loads(answer)["error"]["status"] == 413


def test_the_largest_body_is_read(connection, bearer):
    filler = b'{"filler": "%s", ' % (b"x" * (MAX_BODY_BYTES - 2000))
    body = filler + json.dumps(valid_request()).encode()[1:]
    response, _ = send(connection, "POST", "/process/v1", body, {**bearer, "Accept": "*/*"})
    assert response.status == 200
    wide = b'{"input": [%s]}' % b",".join([b"{}"] * 4_000_000)
    response, answer = send(connection, "POST", "/process/v1", wide, bearer)
    assert response.status == 400 and b"must be an object" in answer


class Impatient(HubServer):
    """A hub that soon loses its patience and has few places."""

    idle_limit_s = 30.0
    request_limit_s = 0.5
    max_connections = 4


@pytest.fixture
def impatient(server):
    with running_server(server.hub, Impatient) as impatient:
        yield impatient


def trickled(server, data, pause_s=0.1):
    """Send ``data`` byte by byte until the hub has had enough; what it said then."""
    with socket.create_connection(server.server_address, 10) as link:
        link.settimeout(pause_s)
        received = b""
        for byte in data:
            try:
                link.sendall(bytes([byte]))
                received += link.recv(1000)
                return received
            except socket.timeout:
                continue
            except ConnectionError:
                return received
    raise AssertionError("the hub waited to the end")


def test_a_head_that_trickles_ends_the_connection(impatient):
    assert trickled(impatient, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 20) == b""


def test_a_body_that_trickles_is_refused(impatient, capfd):
    head = b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(impatient.server_address, 10) as link:
        link.sendall(head + b"grant")
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += link.recv(1000)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert "Traceback" not in capfd.readouterr().err


def test_patience_starts_anew_with_each_request(impatient):
    with socket.create_connection(impatient.server_address, 10) as link:
        for _ in range(3):
            link.sendall(PIPELINED)
            assert link.recv(1000).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.3)


def test_more_clients_than_places_are_told(impatient):
    links = [socket.create_connection(impatient.server_address, 10) for _ in range(4)]
    try:
        for link in links:
            link.sendall(PIPELINED)
            assert link.recv(1000).startswith(b"HTTP/1.1 200 ")
        with socket.create_connection(impatient.server_address, 10) as late:
            assert late.recv(1000).startswith(b"HTTP/1.1 503 ")
        links.pop().close()
        deadline = time.monotonic() + 30
        answer = b""
        while not answer.startswith(b"HTTP/1.1 200 ") and time.monotonic() < deadline:
            with socket.create_connection(impatient.server_address, 10) as again:
                try:
                    again.sendall(PIPELINED)
                    answer = again.recv(1000)
                except ConnectionError:
                    continue
        assert answer.startswith(b"HTTP/1.1 200 ")
    finally:
        for link in links:
            link.close()


class ServeProcess:
    """``serve`` as a process of its own, on an empty folder."""

    def __init__(self, data, *options, env=None):
        command = [sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--data", str(data), "--workers", "1"]
        self.process = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        self.address = json.loads(self.process.stdout.readline() or b"{}")

    def children(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as listing:
            return [int(child) for child in listing.read().split()]

    def end(self):
        self.process.kill()
        return self.process.communicate()


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as state:
            return state.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def login(address, client_id=None, client_secret=None):
    host = address["url"].split("//")[1]
    connection = http.client.HTTPConnection(host, timeout=60)
    fields = f"client_id={client_id or address['client_id']}&client_secret={client_secret or address['client_secret']}"
    response, _ = send(connection, "POST", TOKEN_PATH, f"grant_type=client_credentials&{fields}", FORM)
    connection.close()
    return response.status


@pytest.mark.parametrize("how", ["term", "int", "stdin"])
def test_serve_tells_its_address_and_ends_cleanly(tmp_path, how):
    hub = ServeProcess(tmp_path, "--port", "0", "--exit-with-stdin")
    try:
        assert set(hub.address) == {"url", "token_url", "client_id", "client_secret", "scenes", "parcels"}
        assert hub.address["url"].startswith("http://127.0.0.1:") and login(hub.address) == 200
        children = hub.children()
        assert children
        if how == "stdin":
            hub.process.stdin.close()
        else:
            hub.process.send_signal(signal.SIGTERM if how == "term" else signal.SIGINT)
        assert hub.process.wait(60) == 0
        deadline = time.monotonic() + 30
        while any(alive(pid) for pid in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(alive(pid) for pid in children)
    finally:
        hub.process.kill()
        hub.process.wait()
        hub.process.stdout.close()
        hub.process.stderr.close()


def test_a_killed_hub_leaves_no_process_behind(tmp_path):
    hub = ServeProcess(tmp_path)
    children = hub.children()
    hub.end()
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children and not any(alive(pid) for pid in children)


def test_credentials_of_a_file_and_of_the_environment(tmp_path):
    path = tmp_path / "account.json"
    path.write_text(json.dumps({"client_id": "me", "client_secret": "mine"}))
    environment = {"SENTINEL_WORKBENCH_HUB_CLIENT_ID": "you", "SENTINEL_WORKBENCH_HUB_CLIENT_SECRET": "yours"}
    for options, expected in ((("--credentials", str(path)), ("me", "mine")), ((), ("you", "yours"))):
        hub = ServeProcess(tmp_path, *options, env=environment)
        try:
            assert (hub.address["client_id"], hub.address["client_secret"]) == expected
            assert login(hub.address) == 200 and login(hub.address, client_secret="guess") == 401
        finally:
            hub.end()


@pytest.mark.parametrize(
    "options, status, words",
    [
        (["serve", "--data", "/nowhere/at/all"], 1, "does not exist"),
        (["serve", "--data", ".", "--port", "99999"], 2, "0..65535"),
        (["serve", "--data", ".", "--credentials", "/nowhere"], 1, "/nowhere"),
        ([], 2, "required"),
    ],
)
def test_wrong_arguments_end_with_one_sentence(tmp_path, options, status, words):
    command = [sys.executable, "-m", "sentinel_workbench.localhub", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=30)
    assert done.returncode == status and words in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_said(tmp_path, server):
    port = str(server.server_address[1])
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--data", str(tmp_path), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and f"Port {port}" in done.stderr and "Traceback" not in done.stderr


def test_ingest_says_what_it_registered_and_serve_offers_it(tmp_path):
    from osgeo import gdal, osr

    folder = tmp_path / "scenes" / "20190102T070000"
    folder.mkdir(parents=True)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32738)
    for band in ("B02", "B04"):
        raster = gdal.GetDriverByName("GTiff").Create(str(folder / f"{band}.tif"), 8, 8, 1, gdal.GDT_UInt16)
        raster.SetGeoTransform((600000, 10, 0, 8200000, 0, -10))
        raster.SetProjection(reference.ExportToWkt())
        raster.GetRasterBand(1).Fill(1000)
        raster = None
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "ingest", str(tmp_path / "scenes")]
    command += ["--data", str(tmp_path / "hub")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["scenes"] == 1 and report["first"].startswith("2019-01-02") and len(report["extent"]) == 4
    hub = ServeProcess(tmp_path / "hub")
    try:
        link = http.client.HTTPConnection(hub.address["url"].split("//")[1], timeout=30)
        fields = f"client_id={hub.address['client_id']}&client_secret={hub.address['client_secret']}"
        _, body = send(link, "POST", TOKEN_PATH, f"grant_type=client_credentials&{fields}", FORM)
        bearer = {"Authorization": "Bearer " + json.loads(body)["access_token"]}
        _, body = send(link, "GET", "/catalog/v1/collections", headers=bearer)
        assert [c["id"] for c in json.loads(body)["collections"]] == [report["collection"]]
        bounds = {
            "bbox": [600000, 8199920, 600080, 8200000],
            "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/32738"},
        }
        script = (
            "//VERSION=3\nfunction setup() { return {input: [{bands: ['B04'], units: 'DN'}],"
            " output: {bands: 1, sampleType: 'UINT16'}} }\nfunction evaluatePixel(s) { return [s.B04] }"
        )
        wanted = {"input": {"bounds": bounds, "data": [{"type": report["collection"]}]}, "evalscript": script}
        wanted["output"] = {"width": 8, "height": 8}
        response, body = send(link, "POST", "/process/v1", json.dumps(wanted), {**bearer, "Accept": "image/tiff"})
        assert response.status == 200, body
        path = tmp_path / "answer.tif"
        path.write_bytes(body)
        picture = gdal.Open(str(path))
        assert picture.ReadAsArray().tolist() == [[1000] * 8] * 8
        assert picture.GetGeoTransform() == (600000, 10, 0, 8200000, 0, -10)
        link.close()
    finally:
        hub.end()
