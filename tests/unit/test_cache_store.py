"""The cache: golden names, crash safety, self-healing, many writers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sentinel_workbench.core.cache import store
from sentinel_workbench.core.cache.key import extension_of, request_key
from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.errors import DiskFull, StorageError
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange

URL = "https://services.sentinel-hub.com/api/v1/process"
PAYLOAD = {"input": {"b": [46.16, 1]}, "evalscript": "žluť", "output": {"width": 4}}
HEADERS = {"content-type": "image/tiff", "Authorization": "Bearer abc", "set-cookie": "a=b"}
GRID = PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 631, 1047)
JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")


@pytest.fixture
def cache(tmp_path):
    return ResponseCache(tmp_path / "cache")


def put(cache, payload=PAYLOAD, content=b"image", more=()):
    with cache.begin(URL, payload, "image/tiff") as pending:
        pending.response_path("tiff").write_bytes(content)
        for name in more:
            (pending.folder / name).write_bytes(b"made from it")
        return pending.commit(HEADERS, 200, 0.25)


def order(script="E", source=None, responses=(Response(),)):
    source = source or DataSource("sentinel-2-l1c", JUNE, mosaicking_order="leastCC")
    return ImageOrder(GRID, (source,), script, responses)


@pytest.mark.parametrize(
    "url, payload, key",
    [
        ("www.sentinel-hub.com", {"test": "test"}, "3908682090daba44fca620fc09cc7cfe"),
        ("www.sentinel-hub.com", None, "037b8b189b8012f14873b197b04bc411"),
        (URL, build_payload(order()), "cf1da354e04072e7778f23a25c194f40"),
        (URL, build_payload(order("žluť")), "2026509ed74f058f06b9b28572777928"),
        (
            URL,
            build_payload(order(responses=(Response(), Response("userdata", "application/json")))),
            "b6b504655adcbbefc64bbeed32787be1",
        ),
        (
            URL,
            build_payload(order(source=DataSource("dem", filters={"demInstance": "COPERNICUS_30"}))),
            "b7c0b805f849c1d11f3f07c9ff028ce0",
        ),
    ],
)
def test_names_equal_those_of_sentinelhub_py(url, payload, key):
    assert request_key(url, payload) == key


def test_the_order_of_keys_counts():
    resorted = json.loads(json.dumps(build_payload(order()), sort_keys=True))
    assert resorted == build_payload(order()) and request_key(URL, resorted) != request_key(URL, build_payload(order()))


def test_extensions_are_those_of_sentinelhub_py():
    mimes = ("image/tiff", "image/png", "image/jpeg", "application/json", "application/x-tar")
    assert [extension_of(mime) for mime in mimes] == ["tiff", "png", "jpg", "json", "tar"]


def test_what_was_put_is_found_with_its_further_files(cache):
    assert cache.find(URL, PAYLOAD, "tiff") is None
    put(cache, more=["default.tif"])
    entry = cache.find(URL, PAYLOAD, "tiff")
    assert entry.response.read_bytes() == b"image" and (entry.folder / "default.tif").exists()
    assert entry.folder.name == request_key(URL, PAYLOAD)


def test_the_request_file_is_in_the_format_of_sentinelhub_py_and_holds_no_secret(cache):
    text = (put(cache).folder / "request.json").read_text()
    content = json.loads(text)
    assert text == json.dumps(content, indent=4, sort_keys=True)
    assert content["request"]["url"] == URL and content["request"]["payload"] == PAYLOAD
    assert content["request"]["headers"] == {"content-type": "application/json", "accept": "image/tiff"}
    assert set(content["request"]) == {"url", "payload", "headers", "timestamp"}
    assert content["response"]["status_code"] == 200 and content["response"]["elapsed"] == 0.25
    assert "Bearer" not in text and "cookie" not in text


def test_an_entry_without_commit_leaves_nothing(cache):
    with cache.begin(URL, PAYLOAD, "image/tiff") as pending:
        pending.response_path("tiff").write_bytes(b"half")
    assert list(cache.root.iterdir()) == []


def test_an_error_while_filling_leaves_nothing(cache):
    with pytest.raises(KeyError), cache.begin(URL, PAYLOAD, "image/tiff") as pending:
        pending.response_path("tiff").write_bytes(b"half")
        raise KeyError
    assert list(cache.root.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "response.tiff").write_bytes(b""),
        lambda folder: (folder / "response.tiff").write_bytes(b"ima"),
        lambda folder: (folder / "response.tiff").unlink(),
        lambda folder: (folder / "request.json").unlink(),
        lambda folder: (folder / "request.json").write_text("{"),
        lambda folder: (folder / "request.json").write_text("[]"),
        lambda folder: (folder / "request.json").write_text('{"request": 1}'),
        lambda folder: (folder / "request.json").write_bytes(b"\xff\xfe"),
    ],
)
def test_a_damaged_entry_counts_as_absent_is_removed_and_can_be_put_again(cache, damage):
    folder = put(cache).folder
    damage(folder)
    assert cache.find(URL, PAYLOAD, "tiff") is None
    assert not folder.exists()
    put(cache)
    assert cache.find(URL, PAYLOAD, "tiff").response.read_bytes() == b"image"


def test_an_entry_of_another_request_under_the_same_name_is_not_served(cache):
    folder = put(cache).folder
    state = json.loads((folder / "request.json").read_text())
    state["request"]["payload"]["evalscript"] = "other"
    (folder / "request.json").write_text(json.dumps(state))
    assert cache.find(URL, PAYLOAD, "tiff") is None


def test_asking_for_another_format_does_not_destroy_what_is_there(cache):
    put(cache)
    assert cache.find(URL, PAYLOAD, "png") is None
    assert cache.find(URL, PAYLOAD, "tiff") is not None


def test_an_entry_of_sentinelhub_py_is_used_and_its_length_checked(cache):
    folder = cache.root / request_key(URL, PAYLOAD)
    folder.mkdir(parents=True)
    state = {
        "request": {"url": URL, "payload": PAYLOAD, "headers": {}, "timestamp": "2020-01-01T00:00:00"},
        "response": {"headers": {"Content-Length": "5"}, "status_code": 200, "elapsed": 1.0},
    }
    (folder / "request.json").write_text(json.dumps(state, indent=4, sort_keys=True))
    (folder / "response.tiff").write_bytes(b"image")
    assert cache.find(URL, PAYLOAD, "tiff") is not None
    (folder / "response.tiff").write_bytes(b"imag")
    assert cache.find(URL, PAYLOAD, "tiff") is None


def test_a_full_disk_is_said_and_nothing_is_left(cache):
    def fill_the_disk(pending):
        os.symlink("/dev/full", pending.folder / "request.json")
        pending.response_path("tiff").write_bytes(b"image")
        pending.commit(HEADERS, 200, 0.1)

    with pytest.raises(DiskFull, match="No space"), cache.begin(URL, PAYLOAD, "image/tiff") as pending:
        fill_the_disk(pending)
    assert list(cache.root.iterdir()) == []


def test_a_full_disk_noticed_by_the_caller_becomes_our_error(cache):
    with pytest.raises(DiskFull), cache.begin(URL, PAYLOAD, "image/tiff") as pending:
        os.symlink("/dev/full", pending.response_path("tiff"))
        pending.response_path("tiff").write_bytes(b"image")
    assert list(cache.root.iterdir()) == []


def test_a_root_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Check the folder"):
        ResponseCache(tmp_path / "file" / "cache").begin(URL, PAYLOAD, "image/tiff")


def test_the_richer_of_two_entries_stays(cache):
    with cache.begin(URL, PAYLOAD, "image/tiff") as slow:
        slow.response_path("tiff").write_bytes(b"image")
        put(cache, more=["default.tif"])
        entry = slow.commit(HEADERS, 200, 0.1)
    assert (entry.folder / "default.tif").exists()
    put(cache, more=["default.tif", "result.json"])
    assert (cache.find(URL, PAYLOAD, "tiff").folder / "result.json").exists()
    assert [path.name for path in cache.root.iterdir()] == [request_key(URL, PAYLOAD)]


def test_many_threads_write_the_same_and_read_never_meets_half(cache):
    failures, stop = [], threading.Event()

    def write():
        for _ in range(20):
            put(ResponseCache(cache.root), content=b"x" * 10000)

    def read():
        while not stop.is_set():
            entry = cache.find(URL, PAYLOAD, "tiff")
            if entry is not None and len(entry.response.read_bytes()) != 10000:
                failures.append(entry)

    put(cache, content=b"x" * 10000)
    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert not failures and [path.name for path in cache.root.iterdir()] == [request_key(URL, PAYLOAD)]


WRITER = """
import sys
from pathlib import Path
from sentinel_workbench.core.cache.store import ResponseCache
cache = ResponseCache(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    with cache.begin("u", {"n": number % 50}, "image/tiff") as pending:
        with pending.response_path("tiff").open("wb") as file:
            for _ in range(20):
                file.write(b"x" * 5000)
        pending.commit({}, 200, 0.0)
    older = cache.find("u", {"n": (number + 25) % 50}, "tiff")
    if older:
        cache.remove(older)
    if number == 60:
        print("going", flush=True)
"""


def test_a_killed_process_leaves_only_whole_entries(cache):
    packages = str(Path(store.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": packages}
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(cache.root)], stdout=subprocess.PIPE, env=environment
        )
        assert writer.stdout.readline() == b"going\n"
        time.sleep(0.05)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for folder in cache.root.iterdir():
            if not folder.name.startswith("."):
                assert (folder / "response.tiff").stat().st_size == 100000
                assert json.loads((folder / "request.json").read_text())["response"]["size_bytes"] == 100000


def test_what_dead_processes_left_is_swept_up_later(cache):
    left = cache.root / ".pending-1-x"
    left.mkdir(parents=True)
    put(cache)
    assert left.exists()
    os.utime(left, (time.time() - 7 * 3600,) * 2)
    put(ResponseCache(cache.root))
    assert not left.exists()


def test_pruning_removes_the_longest_unused_first_and_spares_strangers(cache):
    cache.root.mkdir()
    (cache.root / "notes.txt").write_text("mine")
    for number in range(4):
        folder = put(cache, {"n": number}, b"x" * 1000).folder
        os.utime(folder, (1000 + number, 1000 + number))
    cache.find(URL, {"n": 0}, "tiff")
    assert cache.prune(cache.size_bytes() - 1500) == 2
    kept = [number for number in range(4) if cache.find(URL, {"n": number}, "tiff")]
    assert kept == [0, 3]
    cache.clear()
    assert cache.size_bytes() == 0 and [path.name for path in cache.root.iterdir()] == ["notes.txt"]
