"""Runs orders and tells the Downloads tab how they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.services.history import new_key
from sentinel_workbench.core.services.history_records import KeptOrder
from sentinel_workbench.ui.backend import Backend, DeliveredSeries, SeriesCallbacks
from sentinel_workbench.ui.download import Download
from sentinel_workbench.ui.download_texts import (
    counts_text,
    ended_text,
    error_sentences,
    facts_text,
    slot_label,
    state_text,
)
from sentinel_workbench.ui.downloads_panel import DownloadsPanel, OrderKind
from sentinel_workbench.ui.history_keeper import HistoryKeeper
from sentinel_workbench.ui.translation import tr


class DownloadsController(QObject):
    """Between the backend's tasks and the panel.

    Args:
        panel: the view.
        backend: runs orders.
        keeper: keeps them across restarts, or None.
        open_url: shows a folder.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
        sheet_asked(object): a ``Download`` whose images shall be seen side by side.
        ended(): an order ended, so that units and cache are others now.
    """

    message = pyqtSignal(str, bool)
    sheet_asked = pyqtSignal(object)
    ended = pyqtSignal()

    def __init__(
        self,
        panel: DownloadsPanel,
        backend: Backend,
        open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl,
        keeper: Optional[HistoryKeeper] = None,
    ) -> None:
        super().__init__(panel)
        self._panel, self._backend, self._open_url, self._keeper = panel, backend, open_url, keeper
        self._downloads: Dict[int, Download] = {}
        self._count = 0
        self._open = True
        panel.cancel_asked.connect(self.cancel)
        panel.retry_asked.connect(self.retry)
        panel.add_asked.connect(self.add_to_map)
        panel.folder_asked.connect(self.open_folder)
        panel.sheet_asked.connect(lambda number: self.sheet_asked.emit(self._downloads[number]))
        panel.remove_asked.connect(self.remove)
        panel.order_selected.connect(self._show_actions)
        if keeper is not None:
            keeper.load(self._take_history)

    def shut_down(self) -> None:
        """Stop what runs and listen no more; what is done is kept for the next time."""
        self._open = False
        for download in self._downloads.values():
            if download.work is not None:
                download.work.cancel()
                self._keep(download)
        if self._keeper is not None:
            self._keeper.shut_down()

    def start(self, order: SeriesOrder, connection_name: str, folder: Optional[Path]) -> int:
        """Run an order; returns its number."""
        now = dt.datetime.now(dt.timezone.utc)
        download = Download(order, connection_name, folder, new_key(now), now)
        number = self._add(download, newest=True)
        self._keep(download, at_once=True)
        self._run(number, range(len(order.slots)))
        return number

    def order(self, number: int) -> SeriesOrder:
        """What was ordered."""
        return self._downloads[number].order

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
        folder = self._downloads[number].files_folder()
        if folder is not None:
            self._open_url(QUrl.fromLocalFile(str(folder)))

    def remove(self, number: int) -> None:
        """Forget an order that does not run; its files stay."""
        download = self._downloads[number]
        if download.running:
            return
        del self._downloads[number]
        if self._keeper is not None:
            self._keeper.forget(download.key)
        self._panel.remove_order(number)

    def _add(self, download: Download, newest: bool) -> int:
        number, self._count = self._count, self._count + 1
        self._downloads[number] = download
        self._panel.add_order(number, download.order.title, [slot_label(s) for s in download.order.slots], newest)
        return number

    def _take_history(self, kept: List[KeptOrder]) -> None:
        """Show orders of earlier sessions below those of this one, a few at a time."""
        if not self._open or not kept:
            return
        if kept[0].key not in {download.key for download in self._downloads.values()}:
            download = Download.of_kept(kept[0])
            number = self._add(download, newest=False)
            for slot in range(len(download.order.slots)):
                if slot in download.images:
                    self._show_image(number, slot, download.images[slot])
                else:
                    self._panel.show_slot(number, slot, None, tr("not done"))
            self._show_order(number, download.delivered.error or error_sentences(download.delivered))
        QTimer.singleShot(0, lambda: self._take_history(kept[1:]))

    def _keep(self, download: Download, at_once: bool = False) -> None:
        if self._keeper is not None:
            self._keeper.note(download.key, download.kept, at_once)

    def _run(self, number: int, slots: Sequence[int]) -> None:
        download = self._downloads[number]
        whole = len(slots) == len(download.order.slots)
        for slot in slots:
            download.fractions[slot] = 0.0
            download.images.pop(slot, None)
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
        if not self._open or slot in download.images:
            return
        download.fractions[slot] = fraction
        self._panel.show_slot(number, slot, fraction, text or tr("{percent} %").format(percent=int(100 * fraction)))
        self._show_order(number)

    def _on_image(self, number: int, slot: int, result: ImageResult) -> None:
        if self._open:
            self._show_image(number, slot, result)
            self._show_order(number)
            self._keep(self._downloads[number])

    def _show_image(self, number: int, slot: int, result: ImageResult) -> None:
        download = self._downloads[number]
        download.images[slot] = result
        download.fractions[slot] = 1.0
        self._panel.show_slot(number, slot, None, state_text(result), result.error or "")

    def _on_ended(self, number: int, delivered: DeliveredSeries) -> None:
        if not self._open:
            return
        download = self._downloads[number]
        told_by_another = download.cancelling and bool(delivered.result.stopped_by)
        download.work, download.delivered = None, delivered
        for slot, result in enumerate(delivered.result.images):
            self._show_image(number, slot, result)
        self._keep(download, at_once=True)
        self._show_order(number, delivered.error or error_sentences(delivered))
        if download.count(State.DONE):
            self.add_to_map(number)
        if delivered.result.stopped_by:
            self._stop_others(download.connection_name)
        told = delivered.error or delivered.result.stopped_by or ended_text(download)
        if told and not told_by_another:
            self.message.emit(told, bool(delivered.error or download.count(State.FAILED)))
        self.ended.emit()

    def _stop_others(self, connection_name: str) -> None:
        """Nothing more can succeed there now: orders under way would only be refused; Retry goes on with them."""
        for number, download in self._downloads.items():
            if download.running and download.connection_name == connection_name and not download.cancelling:
                self.cancel(number)

    def _show_order(self, number: int, details: str = "") -> None:
        download = self._downloads[number]
        fraction = sum(download.fractions) / len(download.order.slots) if download.running else None
        kind = OrderKind.RUNNING if download.running else OrderKind.UNFINISHED if download.unfinished() \
            else OrderKind.DONE
        self._panel.show_facts(number, facts_text(download), kind)
        self._panel.show_order(number, fraction, counts_text(download), details)
        if self._panel.selected_order() == number:
            self._show_actions(number)

    def _show_actions(self, number: int) -> None:
        download = self._downloads[number]
        running = tr("This order is still running.")
        nothing = running if download.running else tr("No image of this order is done.")
        done = not download.running and download.delivered is not None and download.count(State.DONE) > 0
        self._panel.show_actions({
            "cancel": (download.running and not download.cancelling, tr("This order is not running.")),
            "retry": self._can_retry(download),
            "add": (done, nothing),
            "folder": (download.files_folder() is not None, nothing),
            "sheet": (done, nothing),
            "remove": (not download.running, running),
        })

    def _can_retry(self, download: Download) -> Tuple[bool, str]:
        if download.running:
            return False, tr("This order is still running.")
        if not download.unfinished():
            return False, tr("Nothing failed.")
        there = any(c.name == download.connection_name for c in self._backend.connections())
        reason = tr("The connection '{name}' is not there now. Start or make it again.")
        return there, "" if there else reason.format(name=download.connection_name)
