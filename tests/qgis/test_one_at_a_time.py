"""Never more than one piece of work under way, and only the last wish counts."""

from __future__ import annotations

import threading
from typing import List

import pytest
from qgis.core import QgsApplication

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.progress import wait
from sentinel_workbench.core.qgis.task_desk import TaskDesk
from sentinel_workbench.ui.one_at_a_time import Asked, OneAtATime


class Desk:
    """Just enough of a backend: real tasks without services."""

    def __init__(self) -> None:
        self.tasks = TaskDesk()
        self.refused = False

    def run(self, title, connection_name, work, on_done, on_error, on_progress=None):
        def find():
            if self.refused:
                raise WorkbenchError("There is no connection.")

        return self.tasks.run_with(title, find, work, on_done, on_error, on_progress)


class Jobs:
    """Counts how many run at once."""

    def __init__(self, backend) -> None:
        self.backend, self.requests = backend, OneAtATime(backend)
        self.lock, self.running, self.most = threading.Lock(), 0, 0
        self.begun: List[str] = []
        self.done: List[str] = []
        self.errors: List[str] = []

    def ask(self, name: str, seconds: float = 0.0, error: str = "") -> None:
        def work(_services, progress):
            with self.lock:
                self.running += 1
                self.most = max(self.most, self.running)
                self.begun.append(name)
            try:
                wait(progress, seconds)
                if error:
                    raise WorkbenchError(error)
            finally:
                with self.lock:
                    self.running -= 1
            return name

        self.requests.start(Asked(name, "hub", work, self.done.append, lambda e: self.errors.append(str(e))))


@pytest.fixture
def jobs(qgis_app):
    desk = Desk()
    jobs = Jobs(desk)
    yield jobs
    desk.tasks.stop()
    QgsApplication.taskManager().cancelAll()


def test_a_new_wish_ends_the_one_before_and_only_the_last_is_heard(jobs, qtbot):
    jobs.ask("first", 30)
    qtbot.waitUntil(lambda: jobs.running == 1, timeout=5000)
    for name in "abcdef":
        jobs.ask(name, 30)
    jobs.ask("last")
    qtbot.waitUntil(lambda: jobs.done == ["last"], timeout=5000)
    assert jobs.most == 1 and jobs.begun == ["first", "last"] and not jobs.errors
    assert not jobs.requests.busy


def test_quick_wishes_in_a_row_never_overlap(jobs, qtbot):
    for number in range(40):
        jobs.ask(str(number), 0.02)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: jobs.done[-1:] == ["39"], timeout=10_000)
    assert jobs.most == 1


def test_nothing_is_heard_after_stop_and_a_later_wish_is(jobs, qtbot):
    jobs.ask("first", 30)
    qtbot.waitUntil(lambda: jobs.running == 1, timeout=5000)
    jobs.ask("second")
    jobs.requests.stop()
    qtbot.waitUntil(lambda: not jobs.requests.busy, timeout=5000)
    jobs.ask("third")
    qtbot.waitUntil(lambda: jobs.done == ["third"], timeout=5000)
    assert jobs.begun == ["first", "third"]


def test_errors_are_told_and_do_not_block(jobs, qtbot):
    jobs.ask("bad", error="The service is not available.")
    qtbot.waitUntil(lambda: bool(jobs.errors), timeout=5000)
    jobs.backend.refused = True
    jobs.ask("refused")
    qtbot.waitUntil(lambda: len(jobs.errors) == 2, timeout=5000)
    jobs.backend.refused = False
    jobs.ask("good")
    qtbot.waitUntil(lambda: jobs.done == ["good"], timeout=5000)
    assert jobs.errors == ["The service is not available.", "There is no connection."]


def test_work_that_waits_in_the_queue_is_not_waited_for(jobs, qtbot):
    """All workers of QGIS are busy: the cancelled one never began, so the next may be asked for at once."""
    gate, crowd = threading.Event(), TaskDesk()
    count = QgsApplication.taskManager().count()
    for number in range(64):
        crowd.run_with(f"crowd {number}", lambda: None, lambda _s, _p: gate.wait(20), lambda _v: None, lambda _e: None)
    try:
        qtbot.waitUntil(lambda: QgsApplication.taskManager().count() >= count + 1, timeout=5000)
        jobs.ask("queued")
        jobs.ask("next")
        assert jobs.requests.busy
    finally:
        gate.set()
    qtbot.waitUntil(lambda: jobs.done == ["next"], timeout=20_000)
    assert jobs.begun == ["next"] and jobs.most == 1
