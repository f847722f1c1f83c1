"""Adds series to the project a few layers at a time, so that the window never stalls."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Callable, Iterator, List, Optional

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.results import SeriesResult
from sentinel_workbench.core.qgis.layers import SeriesLayering, Stretches, measure_series

BUDGET_S = 0.02
"""How long one turn may take before QGIS gets its window back."""


class LayeringQueue:
    """Works off additions in the order they were asked for. Main thread."""

    def __init__(self, on_error: Callable[[WorkbenchError], None]) -> None:
        self._on_error = on_error
        self._waiting: List[Iterator[None]] = []
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def add(self, result: SeriesResult, tables: Optional[Path], stretches: Optional[Stretches]) -> None:
        """Add a series; the group appears at once, its layers in the next turns of the event loop.

        Raises:
            WorkbenchError: the first layers can't be opened.
        """
        measured = measure_series(result) if stretches is None else stretches
        steps = SeriesLayering(result, QgsProject.instance(), tables, measured).run()
        if _advance(steps):
            self._waiting.append(steps)
            self._timer.start()

    def stop(self) -> None:
        """Drop what is not added yet."""
        self._timer.stop()
        self._waiting.clear()

    def _turn(self) -> None:
        try:
            unfinished = _advance(self._waiting[0])
        except WorkbenchError as error:
            unfinished = False
            self._on_error(error)
        if not unfinished:
            self._waiting.pop(0)
        if not self._waiting:
            self._timer.stop()


def _advance(steps: Iterator[None]) -> bool:
    """Run steps until the budget is spent; False when there are none left."""
    deadline = time.monotonic() + BUDGET_S
    return any(time.monotonic() > deadline for _ in steps)
