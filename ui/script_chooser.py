"""Which script the Imagery tab uses: of the library, of the user's own, or a text written for the moment."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

from qgis.PyQt.QtCore import QObject, QSize
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.core.evalscript.script_library import LibraryScript, read_library
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.own_scripts import OwnScripts
from sentinel_workbench.core.qgis.pictures import MeasuredImage, draw_picture, measure_image
from sentinel_workbench.core.services.orders import collection_named
from sentinel_workbench.core.services.preview import preview_order
from sentinel_workbench.core.services.scriptcheck import find_problems
from sentinel_workbench.core.services.webtext import fetch_text
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.script_dialog import ScriptDialog, ScriptTools
from sentinel_workbench.ui.translation import tr

UNSAVED = "unsaved"
PREVIEW_SIZE = QSize(240, 180)
OrderOf = Callable[[str], ImageOrder]
"""Makes the order for a script's text, for a preview."""


class ScriptChooser(QObject):
    """Keeps the scripts on offer and the unsaved one."""

    def __init__(self, backend: Backend, own: Optional[OwnScripts] = None, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._backend, self._own = backend, own or OwnScripts()
        self._library = read_library()
        self._unsaved: Optional[LibraryScript] = None

    def offered(self, collection_id: str) -> List[LibraryScript]:
        """Scripts for a collection: favourites, own ones, the library, and the unsaved one."""
        favourites = self._own.favourites()
        fitting = [script for script in (*self._own.all(), *self._library) if script.fits(collection_id)]
        fitting.sort(key=lambda script: script.name not in favourites)
        return fitting + ([self._unsaved] if self._unsaved else [])

    def find(self, name: Optional[str], collection_id: str) -> LibraryScript:
        """The script of that name, or one without text."""
        found = (script for script in self.offered(collection_id) if script.name == name)
        return next(found, LibraryScript("", tr("No script"), "", (), ""))

    def take_text(self, text: str, collection_id: str) -> str:
        """The name of the script with this text; a text nobody knows becomes the unsaved script."""
        for script in self.offered(collection_id):
            if script.text == text:
                return script.name
        self._unsaved = LibraryScript(UNSAVED, tr("My own script"), tr("Written or loaded by you."), (), text)
        return UNSAVED

    def unsaved_text(self, name: Optional[str]) -> Optional[str]:
        """The text of the unsaved script where ``name`` is that one's, else None."""
        return self._unsaved.text if self._unsaved and name == UNSAVED else None

    def edit(
        self,
        script: LibraryScript,
        collection: Collection,
        inputs: Sequence[DataSource],
        mime: str,
        order_of: OrderOf,
        parent: QWidget,
        problem: Optional[ScriptProblem] = None,
    ) -> Optional[str]:
        """Let the user choose or write; the text, or None when nothing shall change.

        ``inputs`` are the collection and those fused with it. ``problem`` is what the service said of the script; its
        line is shown.
        """
        tools = ScriptTools(
            collection,
            [entry for entry in self._library if entry.fits(collection.collection_id)],
            self._own,
            lambda text: find_problems(text, inputs, mime),
            self._preview(collection.collection_id, order_of),
            self._download if self._backend.current_connection() else None,
        )
        dialog = ScriptDialog(script, tools, parent)
        if problem is not None:
            dialog.editor.show_verdict(problem)
        accepted = dialog.exec() == ScriptDialog.DialogCode.Accepted
        text = dialog.text() if accepted else None
        dialog.deleteLater()
        return text

    def _free_hub(self, collection_id: str) -> Optional[Connection]:
        """A local hub that may hold the collection, the current connection before others; None where there is none.

        What a hub on open data serves is known; what lies in that of the demo scenes, it tells when asked.
        """
        current = self._backend.current_connection()
        hubs = [hub for hub in self._backend.connections() if hub.deployment_id == LOCAL]
        for hub in sorted(hubs, key=lambda one: current is None or one.name != current.name):
            served = self._backend.open_collection(hub.name)
            if served is None or served.collection_id == collection_id:
                return hub
        return None

    def _preview(self, collection_id: str, order_of: OrderOf) -> Optional[Callable[..., RunningWork]]:
        hub = self._free_hub(collection_id)
        if hub is None:
            return None

        def preview(
            text: str, on_picture: Callable[[QImage], None], on_error: Callable[[str], None]
        ) -> Optional[RunningWork]:
            try:
                order = preview_order(order_of(text))
            except InvalidInput as problem:
                on_error(str(problem))
                return None
            return self._backend.run(
                tr("Preview"), hub.name,
                lambda services, progress: _fetch_held(services, order, progress),
                lambda measured: self._show(measured, on_picture, on_error),
                lambda error: on_error(str(error)),
            )

        return preview

    def _show(
        self, measured: MeasuredImage, on_picture: Callable[[QImage], None], on_error: Callable[[str], None]
    ) -> None:
        try:
            on_picture(draw_picture(measured, PREVIEW_SIZE))
        except WorkbenchError as error:
            on_error(str(error))
            return
        if measured.image.notes:
            on_error(" ".join(measured.image.notes))

    def _download(
        self, address: str, on_text: Callable[[str], None], on_error: Callable[[str], None]
    ) -> Optional[RunningWork]:
        connection = self._backend.current_connection()
        if connection is None:
            return None
        return self._backend.run(
            tr("Loading a script"), connection.name,
            lambda services, progress: fetch_text(services.transport, address, progress),
            on_text, lambda error: on_error(str(error)),
        )


def _fetch_held(services: Any, order: ImageOrder, progress: Progress) -> MeasuredImage:
    """The preview from a local hub, which must hold what the order reads.

    Raises:
        InvalidInput: it has no scenes of a collection.
        WorkbenchError: it refused.
    """
    held = {one.collection_id for one in services.client.collections(progress)}
    for collection in [collection_named(source.collection) for source in order.sources]:
        if collection.collection_id not in held:
            sentence = tr("The local hub holds no scenes of {collection}.")
            raise InvalidInput("collection", sentence.format(collection=collection.title))
    return measure_image(services.image.fetch(order, progress))

