"""Runs orders and tells the Downloads tab how they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.ui.backend import Backend, DeliveredSeries, RunningWork, SeriesCallbacks
from sentinel_workbench.ui.downloads_panel import DownloadsPanel
from sentinel_workbench.ui.translation import tr


@dataclass
class _Download:
    """One order as the tab knows it."""

    order: SeriesOrder
    connection_name: str
    folder: Optional[Path]
    fractions: List[float]
    states: Dict[int, State] = field(default_factory=dict)
    work: Optional[RunningWork] = None
    delivered: Optional[DeliveredSeries] = None
    cancelling: bool = False

    @property
    def running(self) -> bool:
        return self.work is not None

    def count(self, state: State) -> int:
        return sum(1 for known in self.states.values() if known is state)

    def unfinished(self) -> Tuple[int, ...]:
        """Slots that failed, were cancelled or never began."""
        return tuple(i for i in range(len(self.order.slots)) if self.states.get(i) is not State.DONE)


class DownloadsController(QObject):
    """Between the backend's tasks and the panel.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
    """

    message = pyqtSignal(str, bool)

    def __init__(
        self, panel: DownloadsPanel, backend: Backend, open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
    ) -> None:
        super().__init__(panel)
        self._panel, self._backend, self._open_url = panel, backend, open_url
        self._downloads: List[_Download] = []
        self._open = True
        panel.cancel_asked.connect(self.cancel)
        panel.retry_asked.connect(self.retry)
        panel.add_asked.connect(self.add_to_map)
        panel.folder_asked.connect(self.open_folder)
        panel.order_selected.connect(self._show_actions)

    def shut_down(self) -> None:
        """Stop what runs and listen no more."""
        self._open = False
        for download in self._downloads:
            if download.work is not None:
                download.work.cancel()

    def start(self, order: SeriesOrder, connection_name: str, folder: Optional[Path]) -> int:
        """Run an order; returns its number."""
        number = len(self._downloads)
        self._downloads.append(_Download(order, connection_name, folder, [0.0] * len(order.slots)))
        self._panel.add_order(number, order.title, [slot_label(slot) for slot in order.slots])
        self._run(number, range(len(order.slots)))
        return number

    def cancel(self, number: int) -> None:
        """Stop an order; what is done is kept."""
        download = self._downloads[number]
        if download.work is not None:
            download.cancelling = True
            download.work.cancel()
            self._show_order(number)

    def retry(self, number: int) -> None:
        """Run the slots again that are not done."""
        download = self._downloads[number]
        if not download.running:
            self._run(number, download.unfinished())

    def add_to_map(self, number: int) -> None:
        """Add what is done to the project."""
        delivered = self._downloads[number].delivered
        if delivered is None:
            return
        try:
            self._backend.add_series(delivered)
        except WorkbenchError as error:
            self.message.emit(str(error), True)

    def open_folder(self, number: int) -> None:
        """Show the files in the system's file browser."""
        folder = self._folder_of(self._downloads[number])
        if folder is not None:
            self._open_url(QUrl.fromLocalFile(str(folder)))

    def _run(self, number: int, slots: Sequence[int]) -> None:
        download = self._downloads[number]
        whole = len(slots) == len(download.order.slots)
        for slot in slots:
            download.fractions[slot] = 0.0
            download.states.pop(slot, None)
            self._panel.show_slot(number, slot, None, tr("waiting"))
        callbacks = SeriesCallbacks(
            lambda slot, fraction, text: self._on_progress(number, slot, fraction, text),
            lambda slot, result: self._on_image(number, slot, result),
            lambda delivered: self._on_ended(number, delivered),
        )
        previous = download.delivered.result if download.delivered else None
        download.cancelling = False
        try:
            download.work = self._backend.run_series(
                download.order, download.connection_name, callbacks, download.folder,
                None if whole else tuple(slots), None if whole else previous,
            )
        except WorkbenchError as error:
            self._show_order(number, str(error))
            self.message.emit(str(error), True)
            return
        self._show_order(number)

    def _on_progress(self, number: int, slot: int, fraction: float, text: str) -> None:
        download = self._downloads[number]
        if not self._open or slot in download.states:
            return
        download.fractions[slot] = fraction
        self._panel.show_slot(number, slot, fraction, text or tr("{percent} %").format(percent=int(100 * fraction)))
        self._show_order(number)

    def _on_image(self, number: int, slot: int, result: ImageResult) -> None:
        if self._open:
            self._take_image(number, slot, result)
            self._show_order(number)

    def _take_image(self, number: int, slot: int, result: ImageResult) -> None:
        download = self._downloads[number]
        download.states[slot] = result.state
        download.fractions[slot] = 1.0
        self._panel.show_slot(number, slot, None, _state_text(result), result.error or "")

    def _on_ended(self, number: int, delivered: DeliveredSeries) -> None:
        if not self._open:
            return
        download = self._downloads[number]
        download.work, download.delivered = None, delivered
        for slot, result in enumerate(delivered.result.images):
            self._take_image(number, slot, result)
        self._show_order(number, delivered.error or _errors(delivered))
        done, failed = download.count(State.DONE), download.count(State.FAILED)
        if done:
            self.add_to_map(number)
        if delivered.error:
            self.message.emit(delivered.error, True)
        elif failed:
            text = tr("{title}: {done} images done, {failed} failed. The Downloads tab says why.")
            self.message.emit(text.format(title=download.order.title, done=done, failed=failed), True)
        elif done:
            text = tr("{title}: {done} images are on the map.")
            self.message.emit(text.format(title=download.order.title, done=done), False)

    def _show_order(self, number: int, details: str = "") -> None:
        download = self._downloads[number]
        total, done = len(download.order.slots), download.count(State.DONE)
        counts = tr("{done} of {total} done").format(done=done, total=total)
        if download.cancelling and download.running:
            counts = tr("stopping…")
        elif not download.running:
            failed = download.count(State.FAILED)
            counts += tr(", {failed} failed").format(failed=failed) if failed else ""
        fraction = sum(download.fractions) / total if download.running else None
        self._panel.show_order(number, fraction, counts, details)
        if self._panel.selected_order() == number:
            self._show_actions(number)

    def _show_actions(self, number: int) -> None:
        download = self._downloads[number]
        finished = tr("This order is not running.")
        running = tr("This order is still running.")
        nothing = tr("No image of this order is done.")
        done = download.delivered is not None and download.count(State.DONE) > 0
        again = bool(download.unfinished())
        self._panel.show_actions({
            "cancel": (download.running and not download.cancelling, finished),
            "retry": (not download.running and again, running if download.running else tr("Nothing failed.")),
            "add": (not download.running and done, running if download.running else nothing),
            "folder": (self._folder_of(download) is not None, running if download.running else nothing),
        })

    @staticmethod
    def _folder_of(download: _Download) -> Optional[Path]:
        delivered = download.delivered
        if delivered is None:
            return None
        if delivered.folder is not None:
            return delivered.folder
        rasters = [path for image in delivered.result.images for path in image.rasters.values()]
        return rasters[0].parent if rasters else None


def slot_label(slot: TimeRange) -> str:
    """``2019-01`` for a calendar month, else ``2019-01-01 to 01-31`` with the year again only when it is another."""
    last = slot.end - dt.timedelta(seconds=1)
    month = slot.start.day == 1 and (slot.start.year, slot.start.month) == (last.year, last.month)
    if month and slot.end.day == 1 and slot.start.time() == slot.end.time() == dt.time(0):
        return f"{slot.start:%Y-%m}"
    ending = f"{last:%m-%d}" if slot.start.year == last.year else f"{last:%Y-%m-%d}"
    return tr("{first} to {last}").format(first=f"{slot.start:%Y-%m-%d}", last=ending)


def _state_text(result: ImageResult) -> str:
    if result.state is State.FAILED:
        return tr("failed: {error}").format(error=result.error or "")
    if result.state is State.CANCELLED:
        return tr("cancelled")
    parts = [tr("done")]
    if result.area_cloud_percent is not None:
        parts.append(tr("{percent} % cloud").format(percent=round(result.area_cloud_percent)))
    if result.from_cache:
        parts.append(tr("from cache"))
    return ", ".join(parts)


def _errors(delivered: DeliveredSeries) -> str:
    sentences = [image.error for image in delivered.result.in_state(State.FAILED) if image.error]
    return "\n".join(dict.fromkeys(sentences))
