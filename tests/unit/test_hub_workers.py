"""Render processes: budgets, crashes and replacement."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest
from evalscript_cases import ENGINES
from hub_fakes import make_pool

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.work_folder import remove_leftovers
from sentinel_workbench.localhub.workers import PROCESS, ClientGone, PoolClosed, RenderPool

GRID = PixelGrid(BBox(46, -17, 47, -16), 20, 10)


def request(order):
    return RenderRequest(GRID, (InputData("sentinel-2-l2a"),), order, (ResponseFormat("default", "image/tiff"),))


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    pool = make_pool(tmp_path_factory.mktemp("data"), seconds=1.5, memory_mb=300)
    yield pool
    pool.close()


def process_of(pool):
    return pool.run(PROCESS, request("paint")).body.read_bytes().split()[1]


def test_an_answer_comes_from_a_process_that_serves_again(pool):
    rendered = pool.run(PROCESS, request("paint"))
    assert rendered.body.read_bytes().startswith(b"20x10 ")
    assert rendered.processing_units == 1.25
    assert process_of(pool) == rendered.body.read_bytes().split()[1]


@pytest.mark.parametrize(
    "order, status, code, words",
    [
        ("throw", 400, "RENDERER_EXCEPTION", "TypeError"),
        ("refuse", 400, "RENDERER_EXCEPTION", "must return an array"),
    ],
)
def test_errors_made_on_purpose_leave_the_process_alone(pool, order, status, code, words):
    before = process_of(pool)
    with pytest.raises(HubError) as caught:
        pool.run(PROCESS, request(order))
    assert (caught.value.status, caught.value.code) == (status, code) and words in caught.value.message
    assert process_of(pool) == before


@pytest.mark.parametrize(
    "order, status, words",
    [
        ("sleep 30", 400, "longer than the allowed 1.5 s"),
        ("grow", 400, "more than the allowed 300 MB"),
        ("crash", 500, "exit code 11"),
        ("bug", 500, "ended unexpectedly"),
    ],
)
def test_a_process_over_its_budget_or_dead_costs_one_request_only(pool, order, status, words):
    before = process_of(pool)
    begun = time.monotonic()
    with pytest.raises(HubError) as caught:
        pool.run(PROCESS, request(order))
    assert time.monotonic() - begun < 25, "a process that sleeps on would take longer"
    assert (caught.value.status, caught.value.code) == (status, "RENDERER_EXCEPTION") and words in caught.value.message
    assert process_of(pool) != before


def test_a_client_that_leaves_frees_its_process(pool):
    begun = time.monotonic()
    with pytest.raises(ClientGone):
        pool.run(PROCESS, request("sleep 1.4"), abandoned=lambda: time.monotonic() - begun > 0.3)
    assert process_of(pool)


def test_other_requests_go_on_beside_a_stuck_one(tmp_path):
    pool = make_pool(tmp_path, size=2, seconds=4)
    try:
        pool.run(PROCESS, request("paint"))
        errors = []

        def stuck():
            try:
                pool.run(PROCESS, request("sleep 60"))
            except HubError as error:
                errors.append(error)

        thread = threading.Thread(target=stuck)
        thread.start()
        for _ in range(20):
            assert pool.run(PROCESS, request("paint")).body.exists()
        assert thread.is_alive()
        thread.join(60)
        assert [error.status for error in errors] == [400]
    finally:
        pool.close()


def test_a_closed_pool_leaves_no_process_and_no_file(tmp_path):

    pool = make_pool(tmp_path)
    rendered = pool.run(PROCESS, request("paint"))
    pid = int(rendered.body.read_bytes().split()[1])
    pool.close()
    assert not rendered.body.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(PoolClosed):
        pool.run(PROCESS, request("paint"))


def test_only_old_folders_of_hubs_that_ended_are_removed(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = {"old": f"{ended.pid}-a", "fresh": f"{ended.pid}-b", "running": f"{os.getpid()}-c", "other": "x-d"}
    folders = {key: tmp_path / f"sentinel-workbench-hub-{name}" for key, name in names.items()}
    for key, folder in folders.items():
        folder.mkdir()
        (folder / "part.tif").write_bytes(b"x")
        if key != "fresh":
            os.utime(folder, (1, 1))
    remove_leftovers(tmp_path)
    assert {key for key, folder in folders.items() if folder.exists()} == {"fresh", "running", "other"}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process can't be set here")
def test_scripts_live_in_utc(tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    pool = RenderPool(1, tmp_path, jobs={"hour": "hub_fakes:local_hour"})
    try:
        assert [pool.run("hour", engine) for engine in ENGINES] == [[0, 0]] * len(ENGINES)
    finally:
        pool.close()
