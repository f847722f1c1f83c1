"""Modules read ahead a few at a time between QGIS's own work, so that neither its start nor the plugin's window waits.

Never in a thread: QGIS imports its own plugins meanwhile, and two imports at once can wait for each other for ever.
"""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Iterator, List, Optional, Sequence

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

BUDGET_S = 0.02
"""How long one turn may take before QGIS gets its window back."""
PACKAGE = "sentinel_workbench"
_ROOT = Path(__file__).resolve().parents[2]


class WarmUp(QObject):
    """Imports modules on the main thread, as many a turn of the event loop as the budget allows.

    Signals:
        ready(): the modules are there, or one can't be imported: who needs it learns why.
    """

    ready = pyqtSignal()

    def __init__(self, modules: Sequence[str], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._steps = _import_each(modules)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def start(self) -> None:
        """Begin with the next turn of the event loop."""
        self._timer.start()

    def stop(self) -> None:
        """Read no more, and tell nobody."""
        self._timer.stop()

    def _turn(self) -> None:
        deadline = time.monotonic() + BUDGET_S
        try:
            if any(time.monotonic() > deadline for _ in self._steps):
                return
        except ImportError:
            pass  # the import that is needed says it again, where it is needed
        self._timer.stop()
        self.ready.emit()


def modules_of(rooms: Sequence[str]) -> List[str]:
    """Names of all modules of ``rooms``, such as ``core/hub``, in that order; the rooms below come first."""
    found: List[str] = []
    for room in rooms:
        place = _ROOT / room
        paths = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        names = (path.relative_to(_ROOT).with_suffix("").as_posix().replace("/", ".") for path in paths)
        found += [f"{PACKAGE}.{name}" for name in names if not name.endswith("__init__")]
    return found


def _import_each(modules: Sequence[str]) -> Iterator[None]:
    for name in modules:
        importlib.import_module(name)
        yield
