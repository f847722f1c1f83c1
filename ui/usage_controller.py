"""Tells units spent and the cache's size, keeps the cache below its limit, clears it."""

from __future__ import annotations

from typing import Callable, List, Optional

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QLocale, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.cache_keeping import CacheKeeping
from sentinel_workbench.core.qgis.preferences import GB, Preferences
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.costs import spent_text
from sentinel_workbench.ui.limits_dialog import LimitsDialog
from sentinel_workbench.ui.questions import ask
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.usage_box import UsageBox

Job = Callable[[CacheKeeping], int]


class UsageController(QObject):
    """Looks at the disk in the background only.

    Args:
        box: the view.
        backend: tells units and runs jobs.
        confirm: asks before the cache is cleared.
    """

    changed = pyqtSignal()
    """The limits may be others."""

    def __init__(
        self, box: UsageBox, backend: Backend, confirm: Callable[[QWidget, str, str, str], bool] = ask
    ) -> None:
        super().__init__(box)
        self._box, self._backend, self._confirm = box, backend, confirm
        self._size_bytes: Optional[int] = None
        self._works: List[RunningWork] = []
        self._dialog: Optional[LimitsDialog] = None
        box.limits_button.clicked.connect(self.edit_limits)
        self._show_cache()

    def shut_down(self) -> None:
        """Look no more."""
        for work in self._works:
            work.cancel()
        self._works.clear()

    def refresh(self) -> None:
        """Tell the units spent with the current connection, and measure the cache."""
        self.show_units()
        self._run(tr("Measuring the cache"), CacheKeeping.measure)

    def after_order(self) -> None:
        """Units and cache changed; the cache may be above its limit."""
        self.show_units()
        self._run(tr("Keeping the cache below its limit"), CacheKeeping.trim)

    def show_units(self) -> None:
        """Tell the units spent with the current connection."""
        connection = self._backend.current_connection()
        self._box.units_label.setVisible(connection is not None)
        if connection is not None:
            self._box.units_label.setText(spent_text(connection.name, self._backend.spending(connection.name)))

    def edit_limits(self) -> None:
        """Let the user change the limits or clear the cache."""
        self._dialog = LimitsDialog(Preferences(), self._cache_text(), self._box.window())
        self._dialog.clear_asked.connect(self.clear)
        if self._dialog.exec() == LimitsDialog.DialogCode.Accepted:
            self._dialog.keep()
            self.changed.emit()
            self.after_order()
        self._dialog.deleteLater()
        self._dialog = None

    def clear(self) -> None:
        """Empty the cache, once the user agrees."""
        keeping = CacheKeeping(QgsProject.instance())
        question = tr("Remove all downloaded images from the cache? Files saved to folders stay.")
        if keeping.shown:
            question += "\n\n" + tr("{count} images of this project lie in the cache and would be lost.").format(
                count=keeping.shown)
        if self._confirm(self._dialog or self._box, tr("Clear the cache"), question, tr("Clear")):
            self._run(tr("Clearing the cache"), CacheKeeping.clear)

    def _run(self, title: str, job: Job) -> None:
        """Jobs may overlap: the cache takes that, and each tells the size it left."""
        keeping = CacheKeeping(QgsProject.instance())

        def end() -> None:
            self._works = [work for work in self._works if work is not running]

        def take(size_bytes: int) -> None:
            end()
            self._size_bytes = size_bytes
            self._show_cache()

        def fail(error: WorkbenchError) -> None:
            end()
            self._box.cache_label.setText(str(error))

        running = self._backend.run_alone(title, lambda _progress: job(keeping), take, fail)
        self._works.append(running)

    def _show_cache(self) -> None:
        self._box.cache_label.setText(self._cache_text())
        if self._dialog is not None:
            self._dialog.cache_label.setText(self._cache_text())

    def _cache_text(self) -> str:
        if self._size_bytes is None:
            return tr("Cache: not measured yet")
        limit = Preferences().cache_limit_gb
        if not limit:
            return tr("Cache: {size}").format(size=_size(self._size_bytes))
        return tr("Cache: {size} of {most}").format(size=_size(self._size_bytes), most=_size(limit * GB))


def _size(size_bytes: float) -> str:
    return QLocale().formattedDataSize(int(size_bytes), 1, QLocale.DataSizeFormat.DataSizeSIFormat)
