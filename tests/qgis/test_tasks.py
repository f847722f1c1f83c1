"""Work in the background: nothing raises out of it, everything comes back on the main thread."""

from __future__ import annotations

import threading
import time

import pytest
from qgis.core import QgsApplication
from qgis.PyQt import sip
from sample_series import series

from sentinel_workbench.core.errors import Cancelled, DiskFull, WorkbenchError
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import wait
from sentinel_workbench.core.qgis import lost_tasks, tasks
from sentinel_workbench.core.qgis.tasks import SeriesTask, WorkTask, add_task


class Heard:
    """Signals of a task with the thread they arrived in."""

    def __init__(self, task):
        self.events = []
        for name in ("succeeded", "failed", "cancelled_by_user", "settled"):
            getattr(task, name).connect(lambda *values, name=name: self.note(name, *values))

    def note(self, name, *values):
        self.events.append((name, *values))
        assert threading.current_thread() is threading.main_thread()

    @property
    def names(self):
        return [event[0] for event in self.events]


def settle(qtbot, task):
    heard = Heard(task)
    with qtbot.waitSignal(task.settled, timeout=5000):
        add_task(task)
    return heard


def test_a_result_arrives_on_the_main_thread(qgis_app, qtbot):
    heard = settle(qtbot, WorkTask("work", lambda progress: threading.current_thread().name))
    assert heard.names == ["succeeded", "settled"]
    assert heard.events[0][1] != threading.main_thread().name


def test_known_and_unforeseen_errors_become_sentences(qgis_app, qtbot):
    def full(progress):
        raise DiskFull("The disk is full.", "Make room.")

    assert str(settle(qtbot, WorkTask("work", full)).events[0][1]) == "The disk is full. Make room."
    error = settle(qtbot, WorkTask("work", lambda progress: 1 / 0)).events[0][1]
    assert isinstance(error, WorkbenchError) and "division by zero" in error.message


def test_cancel_ends_running_work_at_once(qgis_app, qtbot):
    task = WorkTask("work", lambda progress: wait(progress, 60))
    heard = Heard(task)
    add_task(task)
    qtbot.waitUntil(lambda: task.status() == task.TaskStatus.Running)
    began = time.monotonic()
    with qtbot.waitSignal(task.settled, timeout=5000):
        task.cancel()
    assert time.monotonic() - began < 20
    assert heard.names == ["cancelled_by_user", "settled"]


def test_work_cancelled_in_the_queue_settles_too(qgis_app, qtbot):
    gate = threading.Event()
    busy = [WorkTask("busy", lambda progress: gate.wait(60)) for _ in range(64)]
    for task in busy:
        add_task(task)
    late = WorkTask("late", lambda progress: 1)
    heard = Heard(late)
    add_task(late)
    with qtbot.waitSignal(late.settled, timeout=5000):
        late.cancel()
    assert heard.names == ["cancelled_by_user", "settled"]
    gate.set()
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0, timeout=10_000)


def test_silenced_work_tells_nobody(qgis_app, qtbot):
    task = WorkTask("work", lambda progress: wait(progress, 0.1))
    heard = Heard(task)
    add_task(task)
    task.silence()
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0, timeout=5000)
    assert heard.names == ["settled"]


class FakeServices:
    """Answers with a ready-made result, slot by slot."""

    def __init__(self, result, cancelled=False):
        self._result, self._cancelled, self.asked = result, cancelled, None
        self.series = self

    def fetch(self, order, progress, on_image=None, on_progress=None, **more):
        self.asked = more
        if self._cancelled:
            raise Cancelled()
        for slot, image in enumerate(self._result.images):
            on_progress(slot, 0.5, "Half")
            on_image(slot, image)
        return self._result


@pytest.fixture()
def result(tmp_path):
    (tmp_path / "made").mkdir()
    return series(tmp_path / "made", 3, failed=(1,))


def run_series(qtbot, task):
    ended, done, progressed = [], [], []
    task.ended.connect(lambda outcome, error: ended.append((outcome, error)))
    task.image_done.connect(lambda slot, image: done.append((slot, image.state)))
    task.image_progress.connect(lambda slot, fraction, message: progressed.append((slot, fraction)))
    with qtbot.waitSignal(task.settled, timeout=5000):
        add_task(task)
    assert len(ended) == 1
    return ended[0], done, progressed


def test_a_series_is_delivered_with_tables_and_stretch(qgis_app, qtbot, result, tmp_path):
    folder = tmp_path / "out"
    (outcome, error), done, progressed = run_series(qtbot, SeriesTask(FakeServices(result), result.order, folder))
    assert error == "" and outcome.folder == folder and outcome.tables.exists()
    assert done == [(0, State.DONE), (1, State.FAILED), (2, State.DONE)]
    assert progressed == [(0, 0.5), (1, 0.5), (2, 0.5)]
    assert sorted(path.suffix for path in folder.iterdir()) == [".gpkg", ".tif", ".tif"]
    assert outcome.stretches["default"].limits == (None, None, None)


def test_a_retry_asks_only_for_some_slots(qgis_app, qtbot, result):
    services = FakeServices(result)
    run_series(qtbot, SeriesTask(services, result.order, only=[1], previous=result))
    assert services.asked == {"only": (1,), "previous": result}


def test_a_full_disk_keeps_the_images(qgis_app, qtbot, result, tmp_path, monkeypatch):
    def full(*arguments):
        raise DiskFull("The disk is full.", "Make room.")

    monkeypatch.setattr(tasks, "write_tables", full)
    (outcome, error), _, _ = run_series(qtbot, SeriesTask(FakeServices(result), result.order, tmp_path / "out"))
    assert error == "The disk is full. Make room."
    assert outcome.result.images[0].rasters["default"].exists() and outcome.tables is None


def test_a_cancelled_series_still_ends(qgis_app, qtbot, result):
    ended, _, _ = run_series(qtbot, SeriesTask(FakeServices(result, cancelled=True), result.order))
    assert ended == (None, "")


def test_cancelling_what_is_over_does_nothing(qgis_app, qtbot):
    task = WorkTask("Quick", lambda progress: 5)
    with qtbot.waitSignal(task.settled, timeout=5000):
        add_task(task)
    qtbot.waitUntil(lambda: sip.isdeleted(task), timeout=5000)  # QGIS's task manager deletes it
    task.cancel()


@pytest.fixture
def impatient(monkeypatch):
    """A watch that looks all the time."""
    monkeypatch.setattr(lost_tasks, "LOOK_MS", 10)
    return lost_tasks.TaskWatch()


def test_a_task_that_qgis_lost_is_started_again(qgis_app, qtbot, impatient):
    """It was never handed over, which is what a lost one looks like."""
    task = WorkTask("work", lambda progress: progress.report(0.5, "half") or 7)
    heard = Heard(task)
    with qtbot.waitSignal(task.settled):
        impatient.add(task)
    assert [name for name in heard.names if name != "progressed"] == ["succeeded", "settled"]
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert heard.names.count("settled") == 1 and not task.waits()


def test_a_lost_task_is_cancelled_before_and_while_another_does_its_work(qgis_app, qtbot, impatient):
    early, begun = WorkTask("early", lambda progress: 1), threading.Event()
    heard = Heard(early)
    early.cancel()
    early.finished(False)
    assert heard.names == ["cancelled_by_user", "settled"] and not early.run_by(early)

    def work(progress):
        begun.set()
        wait(progress, 60)

    late = WorkTask("late", work)
    heard = Heard(late)
    impatient.add(late)
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(late.settled):
        late.cancel()
    assert heard.names == ["cancelled_by_user", "settled"]


def test_work_is_never_done_twice(qgis_app, qtbot, impatient):
    """Whoever comes second, the task itself or who stands in for it, does and tells nothing."""
    done = []
    task = WorkTask("work", done.append)
    heard = Heard(task)
    impatient.add(task)
    add_task(task)
    qtbot.waitUntil(lambda: "settled" in heard.names)
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert len(done) == 1 and heard.names.count("settled") == 1
    assert not task.run_by(object())
