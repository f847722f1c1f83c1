"""How long QGIS's main thread is ever kept from its event loop while a series downloads. A process of its own.

    python bench/stall.py URL TOKEN_URL FOLDER SLOTS

prints ``{"idle_ms", "busy_ms", "beats", "done"}``: the longest gap between two beats of a 5 ms timer without work, and
while SLOTS images of 631 x 1047 px are fetched by the task the dock uses.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from orders import hub_client, series_order, series_service
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer

from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.qgis.tasks import SeriesTask

BEAT_MS, IDLE_MS = 5, 1500


class Heartbeat:
    """A timer of the main thread that remembers its longest gap."""

    def __init__(self) -> None:
        self.longest_s, self.beats, self._last = 0.0, 0, time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now
        self.beats += 1

    def stop(self) -> None:
        """No more beats; counts the time since the last one too."""
        self._beat()
        self._timer.stop()


def idle_gap_s() -> float:
    """The longest gap of a main thread that has nothing to do."""
    loop, heart = QEventLoop(), Heartbeat()
    QTimer.singleShot(IDLE_MS, loop.quit)
    loop.exec()
    heart.stop()
    return heart.longest_s


def busy_gap(address: dict, folder: Path, slots: int) -> Heartbeat:
    """The heartbeat while a series task runs from start to end, with listeners as the dock has them."""
    loop, ended, seen = QEventLoop(), [], []
    services = SimpleNamespace(series=series_service(hub_client(address), folder / "cache"))
    task = SeriesTask(services, series_order(slots, 631, 1047, 3), folder / "rasters")
    task.image_progress.connect(lambda *state: seen.append(state))
    task.image_done.connect(lambda *state: seen.append(state))
    task.ended.connect(lambda outcome, error: (ended.append((outcome, error)), loop.quit()))
    heart = Heartbeat()
    QgsApplication.taskManager().addTask(task)
    loop.exec()
    heart.stop()
    outcome, error = ended[0]
    heart.done = len(outcome.result.in_state(State.DONE)) if outcome else 0
    heart.error = error
    return heart


def main() -> None:
    """Measure and print."""
    url, token_url, folder, slots = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    idle_s = idle_gap_s()
    address = {"url": url, "token_url": token_url, "client_id": "bench", "client_secret": "not-a-secret"}
    heart = busy_gap(address, Path(folder), int(slots))
    result = {
        "idle_ms": 1000 * idle_s, "busy_ms": 1000 * heart.longest_s, "beats": heart.beats,
        "done": heart.done, "error": heart.error,
    }  # fmt: skip
    print(json.dumps(result), flush=True)
    application.exitQgis()


if __name__ == "__main__":
    main()
