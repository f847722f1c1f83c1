"""Which collection of an open catalog is to be a connection."""

from __future__ import annotations

from typing import List, Optional, Sequence

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.open_sources import OpenSource
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.records import StacCollection
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr


class OpenDataDialog(QDialog):
    """Two pickers and what it means."""

    def __init__(self, catalogs: Sequence[str], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("open_data_dialog")
        self.setWindowTitle(tr("Open data (STAC)"))
        self.resize(440, 240)
        self.catalog_combo = roomy_combo("open_catalog_combo")
        self.catalog_combo.addItems(list(catalogs))
        self.collection_combo = roomy_combo("open_collection_combo")
        about = QLabel(tr(
            "Your scripts run on this computer, over the files of an open archive; only the pixels they need are "
            "read. No account."
        ))
        about.setWordWrap(True)
        self.note = quiet_label()
        self.note.setObjectName("open_data_note")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("&Use"))
        grid = FormGrid()
        grid.add_field(tr("Cata&log"), self.catalog_combo)
        grid.add_field(tr("C&ollection"), self.collection_combo)
        grid.add_note(self.note)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def show_collections(self, collections: Sequence[StacCollection], note: str) -> None:
        """Offer the collections; the one chosen before stays where it is among them."""
        before = self.collection_combo.currentData()
        self.collection_combo.clear()
        for collection in collections:
            self.collection_combo.addItem(collection.title, collection.collection_id)
        self.collection_combo.setCurrentIndex(max(0, self.collection_combo.findData(before)) if collections else -1)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(collections))
        self.note.setText(note)


class OpenDataController:
    """One dialog's life; ``run`` returns what was chosen."""

    def __init__(self, backend: Backend, parent: Optional[QWidget] = None) -> None:
        self._backend, self._store = backend, CatalogStore()
        self._asking: Optional[RunningWork] = None
        self._round = 0
        self.dialog = OpenDataDialog([catalog.title for catalog in self._store.all()], parent)
        self.dialog.catalog_combo.currentTextChanged.connect(self.show_catalog)
        self.dialog.finished.connect(lambda *_: self._stop())
        self.show_catalog(self.dialog.catalog_combo.currentText())

    def run(self) -> Optional[OpenSource]:
        """The chosen collection, None when the user thought better of it."""
        accepted = self.dialog.exec() == QDialog.DialogCode.Accepted
        chosen = self.chosen() if accepted else None
        self.dialog.deleteLater()
        return chosen

    def chosen(self) -> OpenSource:
        """What the pickers say."""
        combo = self.dialog.collection_combo
        return OpenSource(self.dialog.catalog_combo.currentText(), combo.currentData() or "", combo.currentText())

    def show_catalog(self, title: str) -> None:
        """Offer the collections known of a catalog; of others, ask for them."""
        self._stop()
        catalog = self._store.find(title)
        if catalog is None:
            return
        known = known_catalogs().get(catalog.preset)
        if known is not None:
            found = [StacCollection(one.collection_id, one.title) for one in known.collections if one.windows]
            self.dialog.show_collections(found, tr(
                "Collections whose bands are known; others are in the Search tab.") if found else tr(
                "Its Sentinel-2 scenes are JPEG 2000 files, which can't be read in parts; Earth Search has the same "
                "scenes. Other collections of it are in the Search tab."))
            return
        self.dialog.show_collections((), tr("Asking for its collections…"))
        this_round = self._round
        self._asking = self._backend.run_open(
            tr("Listing collections"), catalog, lambda services, progress: services.catalog.collections(progress),
            lambda listed: self._take(this_round, listed), lambda error: self._fail(this_round, error),
        )

    def _take(self, this_round: int, listed: Sequence[StacCollection]) -> None:
        if this_round == self._round:
            found: List[StacCollection] = list(listed)
            self.dialog.show_collections(found, "" if found else tr("The catalog lists no collections."))

    def _fail(self, this_round: int, error: WorkbenchError) -> None:
        if this_round == self._round:
            self.dialog.show_collections((), str(error))

    def _stop(self) -> None:
        self._round += 1
        work, self._asking = self._asking, None
        if work is not None:
            work.cancel()
