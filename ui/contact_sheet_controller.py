"""Opens contact sheets, has their pictures made in the background, adds and saves what is chosen."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Callable, Dict, List, Optional

from qgis.PyQt.QtCore import QObject, QSize, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.contact_sheet import (
    PICTURE_PX,
    caption_of,
    compose_sheet,
    only_slots,
    outputs_of,
    shrink_images,
)
from sentinel_workbench.core.qgis.pictures import MeasuredImage, draw_picture
from sentinel_workbench.ui.backend import Backend, DeliveredSeries, RunningWork
from sentinel_workbench.ui.contact_sheet import ContactSheet
from sentinel_workbench.ui.download import Download
from sentinel_workbench.ui.file_saving import ChooseFile
from sentinel_workbench.ui.sheet_saving import choose_sheet_file, save_under
from sentinel_workbench.ui.translation import tr


class ContactSheets(QObject):
    """The windows that are open.

    Args:
        parent: of the windows.
        backend: works in the background and adds layers.
        zoom: shows a place on the map.
        choose_file: asks for the file to write; "" when the user does not want to.
    """

    message = pyqtSignal(str, bool)
    """A sentence for the message bar; True when it is an error."""

    def __init__(
        self,
        parent: QWidget,
        backend: Backend,
        zoom: Callable[[BBox], None],
        choose_file: Optional[ChooseFile] = None,
    ) -> None:
        super().__init__(parent)
        self._parent, self._backend, self._zoom = parent, backend, zoom
        self._choose_file = choose_file or choose_sheet_file
        self._open: List[_OpenSheet] = []

    def show(self, download: Download) -> ContactSheet:
        """Open a window for what is done of an order."""
        if download.delivered is None:
            raise ValueError("Nothing is done yet.")
        sheet = _OpenSheet(self, self._parent, self._backend, download.delivered)
        self._open.append(sheet)
        sheet.window.zoom_asked.connect(
            lambda slot: self._zoom(sheet.delivered.result.images[slot].order.grid.bbox))
        sheet.window.add_asked.connect(lambda slots: self._add(sheet, slots))
        sheet.window.save_asked.connect(lambda: self._save(sheet))
        sheet.window.finished.connect(lambda _result: self._close(sheet))
        sheet.window.show()
        sheet.draw()
        return sheet.window

    def shut_down(self) -> None:
        """Close every window."""
        for sheet in tuple(self._open):
            sheet.window.close()

    def _add(self, sheet: _OpenSheet, slots: List[int]) -> None:
        chosen = only_slots(sheet.delivered.result, slots)
        try:
            self._backend.add_series(DeliveredSeries(chosen, sheet.delivered.folder))
        except WorkbenchError as error:
            self.message.emit(str(error), True)

    def _save(self, sheet: _OpenSheet) -> None:
        window, title = sheet.window, sheet.delivered.result.order.title
        name = self._choose_file(window, title)
        if not name:
            return
        window.note.setText(save_under(compose_sheet(title, window.cells(), window.columns()), name))

    def _close(self, sheet: _OpenSheet) -> None:
        sheet.end()
        self._open.remove(sheet)
        sheet.window.deleteLater()


class _OpenSheet(QObject):
    """One window and the folder of its small copies."""

    def __init__(self, owner: QObject, parent: QWidget, backend: Backend, delivered: DeliveredSeries) -> None:
        super().__init__(owner)
        self.delivered, self._backend = delivered, backend
        result = delivered.result
        self.window = ContactSheet(result.order.title, [caption_of(image) for image in result.images], parent.window())
        self.window.offer_outputs(outputs_of(result))
        self.window.output_chosen.connect(lambda _identifier: self.draw())
        self._folder = Path(tempfile.mkdtemp(prefix="workbench-sheet-"))
        self._work: Optional[RunningWork] = None
        self._waiting: Dict[int, MeasuredImage] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_next)

    def draw(self) -> None:
        """Make the pictures of the chosen output."""
        self._stop()
        result, identifier, folder = self.delivered.result, self.window.output, self._folder / self.window.output
        folder.mkdir(exist_ok=True)
        self.window.note.setText(tr("Drawing…"))
        self._work = self._backend.run_alone(
            tr("Contact sheet"), lambda progress: shrink_images(result, identifier, folder, progress), self._take,
            lambda error: self.window.note.setText(str(error)),
        )

    def end(self) -> None:
        """Stop, and remove the copies."""
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.deleteLater()

    def _stop(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
        self._timer.stop()
        self._waiting.clear()

    def _take(self, measured: Dict[int, MeasuredImage]) -> None:
        self._work, self._waiting = None, dict(measured)
        self._timer.start()

    def _draw_next(self) -> None:
        """One picture for each turn of the event loop."""
        if not self._waiting:
            self._timer.stop()
            self.window.note.setText("")
            return
        slot = next(iter(self._waiting))
        measured = self._waiting.pop(slot)
        try:
            self.window.show_picture(slot, draw_picture(measured, QSize(PICTURE_PX, PICTURE_PX)))
        except WorkbenchError as error:
            self._backend.log(str(error))

