"""What stories in a real QGIS window do again and again. Imported inside QGIS only."""

import faulthandler
import json
import os
import time
import traceback
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QApplication, QDialog, QDockWidget
from qgis.utils import iface, plugins

OUT = Path(os.environ["WORKBENCH_STORY_DIR"])
FACTS = {"steps": []}
HEARTBEAT_MS = 10
PATIENCE = 5
"""A machine may be so many times slower than the one whose seconds the stories name."""
_ENDED = ("done", "failed", "cancelled")


def note_error(kind, value, trace, *_words, **_more):
    """QGIS would open a window for an error in Python and wait; the story ends with it instead."""
    FACTS.setdefault("python_errors", []).append("".join(traceback.format_exception(kind, value, trace)))


qgis.utils.showException = note_error


class Heartbeat:
    """The longest time the main thread did not come round."""

    def __init__(self):
        self.longest_ms, self._last = 0.0, time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)

    def start(self):
        self.longest_ms, self._last = 0.0, time.monotonic()
        self._timer.start(HEARTBEAT_MS)

    def forgive(self):
        """Leave out what went by since the last beat: taking a picture is the story's work, not the plugin's."""
        self._last = time.monotonic()

    def stop(self):
        self._timer.stop()
        return round(self.longest_ms, 1)

    def _beat(self):
        now = time.monotonic()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self._last))
        self._last = now


def pause(milliseconds):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(condition, what, timeout_s):
    """Until the state is there; ``timeout_s`` is what it takes at most on an idle machine."""
    deadline = time.monotonic() + PATIENCE * timeout_s
    while not condition():
        assert "python_errors" not in FACTS, FACTS["python_errors"][0]
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE * timeout_s} s in vain: {what}")
        pause(50)


def wait_for_order(dock, orders, timeout_s):
    """The newest of so many orders when all its images have ended: texts of their rows."""
    panel = dock.downloads_panel
    wait_until(lambda: panel.tree.topLevelItemCount() == orders, "the order's row", 10)
    newest = panel.tree.topLevelItem(0)

    def states():
        return [newest.child(row).text(1) for row in range(newest.childCount())]

    wait_until(lambda: all(state.startswith(_ENDED) for state in states()), "the images", timeout_s)
    wait_until(lambda: not panel.buttons["cancel"].isEnabled(), "the end of the order", timeout_s)
    return states()


def picture(widget, name):
    pause(150)
    widget.grab().save(str(OUT / f"{name}.png"))


def screen(name):
    """The whole window with what lies over it."""
    pause(300)
    QApplication.primaryScreen().grabWindow(0).save(str(OUT / f"{name}.png"))


def find(parent, kind, name):
    widget = parent.findChild(kind, name)
    assert widget is not None, f"no {name}"
    return widget


def click(parent, name):
    button = find(parent, QAbstractButton, name)
    assert button.isEnabled(), f"{name} is not enabled: {button.toolTip()}"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def in_dialog(opener, act):
    """Click what opens a modal dialog and act in it; ``act`` closes it."""
    failures, visited, deadline = [], [], time.monotonic() + PATIENCE * 20

    def visit():
        dialog = QApplication.activeModalWidget() or shown_before_executed()
        if dialog is None and time.monotonic() < deadline:
            QTimer.singleShot(200, visit)
            return
        if dialog is None:
            failures.append("no dialog opened")
            return
        try:
            act(dialog)
        except AssertionError as failure:
            failures.append(str(failure))
        finally:
            if dialog.isVisible():
                dialog.reject()
            visited.append(dialog)

    QTimer.singleShot(600, visit)
    opener()
    wait_until(lambda: visited or failures, "the dialog", 30)
    assert not failures, failures


def shown_before_executed():
    """A dialog that was shown first and made modal then, which Qt does not count as active: Processing does so."""
    dialogs = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog))
    return next((dialog for dialog in dialogs if dialog.isVisible() and dialog.isModal()), None)


def show_dock():
    """The plugin's dock in a window of 1280 x 800."""
    iface.mainWindow().resize(1280, 800)
    iface.mainWindow().move(0, 0)
    assert "sentinel_workbench" in plugins, sorted(plugins)
    find(iface.mainWindow(), QAction, "SentinelWorkbenchAction").trigger()
    assert "python_errors" not in FACTS, FACTS["python_errors"][0]
    dock = find(iface.mainWindow(), QDockWidget, "SentinelWorkbenchDock")
    for other in iface.mainWindow().findChildren(QDockWidget):
        if other.objectName() in ("Browser", "Browser2"):
            other.hide()
    wait_until(dock.isVisible, "the dock", 20)
    pause(500)
    return dock


def tell(open_dock, steps):
    """Run the steps, write the facts, end QGIS."""
    try:
        dock = open_dock()
        for step in steps:
            began = time.monotonic()
            step(dock)
            assert "python_errors" not in FACTS, FACTS["python_errors"][0]
            FACTS["steps"].append([step.__name__, round(time.monotonic() - began, 1)])
    except Exception:
        FACTS["failure"] = traceback.format_exc()
        FACTS["tasks"] = [[task.description(), int(task.status()), round(task.progress(), 1)]
                          for task in QgsApplication.taskManager().tasks()]
        with (OUT / "threads.txt").open("w", encoding="utf-8") as file:
            faulthandler.dump_traceback(file)
        screen("failure")
    (OUT / "story.json").write_text(json.dumps(FACTS, indent=1), encoding="utf-8")
    QgsProject.instance().setDirty(False)
    os._exit(0)
