"""Decides where the chips come from: which connection, catalog or server, and which of its collections."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.stac.bands import SENTINEL2, type_of
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.records import StacCollection
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.catalogs_controller import CatalogsController
from sentinel_workbench.ui.collection_choice import why_unserved
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_finder_controller import ParcelFinderController
from sentinel_workbench.ui.parcel_source import CatalogSource, HubSource, ParcelSource, ServerSource, SourceKind
from sentinel_workbench.ui.parcels_form import ParcelsForm
from sentinel_workbench.ui.translation import tr

_CLASSES = "SCL"
Choices = List[Tuple[str, str]]


class ParcelSourceController(QObject):
    """Fills the upper rows of the form; nothing is asked of a catalog before ``look``.

    ``collections`` are those chosen last, by catalog title, and under "" that of connections.

    Args:
        form: with the rows.
        backend: asks catalogs.
        finder: knows which CbM server is chosen.
    """

    changed = pyqtSignal()

    def __init__(self, form: ParcelsForm, backend: Backend, finder: ParcelFinderController) -> None:
        super().__init__(form)
        self._form, self._backend, self._store = form, backend, CatalogStore()
        self._finder = finder
        self.collections: Dict[str, str] = {}
        self._listed: Dict[SavedCatalog, Sequence[StacCollection]] = {}
        self._asked_for: Optional[SavedCatalog] = None
        self._failed: Dict[SavedCatalog, WorkbenchError] = {}
        self._jobs = PaneJobs(backend.run_open, self)
        self._jobs.failed.connect(self._tell_not_listed)
        finder.changed.connect(self.changed)
        form.source_combo.currentIndexChanged.connect(self._follow_kind)
        form.catalog_combo.activated.connect(lambda _index: self._follow_kind())
        form.catalogs_button.clicked.connect(self.edit_catalogs)
        form.collection_combo.activated.connect(self._take_collection)
        self._fill_catalogs(self._store.current_title())
        self.follow()

    def shut_down(self) -> None:
        """Ask no catalog any more."""
        self._jobs.end()

    def look(self) -> None:
        """The user looks at the tab: list the collections of the catalog where that is of interest."""
        combo = self._form.catalog_combo
        if [combo.itemText(row) for row in range(combo.count())] != [one.title for one in self._store.all()]:
            self._fill_catalogs(combo.currentText())  # another tab may have added one
            self.follow()
        catalog = self.catalog()
        of_interest = self._form.kind is SourceKind.CATALOG and catalog is not None
        if of_interest and catalog not in self._listed and catalog != self._asked_for:
            self._asked_for = catalog
            self._jobs.start(
                tr("Listing collections"), catalog,
                lambda services, progress, _hear: services.catalog.collections(progress),
                lambda listed: self._take_listed(catalog, listed),
            )

    def catalog(self) -> Optional[SavedCatalog]:
        """The chosen catalog."""
        return self._store.find(self._form.catalog_combo.currentText())

    def choose_catalog(self, title: str) -> None:
        """Choose one that is in the list."""
        row = self._form.catalog_combo.findText(title)
        if row >= 0:
            self._form.catalog_combo.setCurrentIndex(row)
            self.follow()

    def edit_catalogs(self) -> None:
        """Open the dialog of catalogs."""
        chosen = CatalogsController(self._backend, self._form.catalog_combo.currentText(), self._form.window()).run()
        self._fill_catalogs(chosen)
        self._follow_kind()

    def source(self) -> ParcelSource:
        """What the form says now.

        Raises:
            InvalidInput: something is missing; the sentence says what to do.
        """
        if self._form.kind is SourceKind.CATALOG:
            return self._catalog_source()
        if self._form.kind is SourceKind.SERVER:
            server = self._finder.server
            if server is None:
                raise InvalidInput("source", tr("No CbM server is chosen."), tr("Add one with 'Edit…'."))
            return ServerSource(server)
        connection, name = self._backend.current_connection(), self._form.collection_combo.currentData()
        if connection is None:
            raise InvalidInput("connection", tr("No connection yet: start the local hub or connect above."))
        unserved = why_unserved(name, connection)
        if unserved:
            raise InvalidInput("collection", unserved)
        collection = self._served().get(name)
        if collection is None or collection.band(_CLASSES) is None:
            raise InvalidInput("collection", *_no_classes(name or connection.name))
        return HubSource(connection.name, collection)

    def follow(self) -> None:
        """Show what the connection above, or the chosen catalog, has."""
        self._form.show_kind()
        kind, catalog = self._form.kind, self.catalog()
        note = ""
        if kind is SourceKind.CONNECTION:
            served = self._served()
            choices = [(name, one.title) for name, one in served.items()]
            self._form.fill_collections(choices, self.collections.get("", ""))
            connection = self._backend.current_connection()
            note = connection.name if connection else tr("No connection yet: start the local hub or connect above.")
        elif kind is SourceKind.CATALOG and catalog is not None:
            self._form.fill_collections(self._choices(catalog), self.collections.get(catalog.title, ""))
            failed = self._failed.get(catalog)
            note = str(failed) if failed else _catalog_note(catalog, self._form.collection_combo.currentData())
        self._form.source_note.setText(note)
        self._form.source_note.setVisible(bool(note))
        self.changed.emit()

    def _follow_kind(self) -> None:
        self.follow()
        self.look()

    def _take_collection(self, _index: int) -> None:
        place = self._form.catalog_combo.currentText() if self._form.kind is SourceKind.CATALOG else ""
        self.collections[place] = self._form.collection_combo.currentData()
        self.follow()

    def _served(self) -> Dict[str, Collection]:
        """Collections with a scene classification; what an open hub serves is all it serves."""
        connection = self._backend.current_connection()
        opened = self._backend.open_collection(connection.name) if connection else None
        if opened is not None:
            return {opened.collection_id: opened}
        return {name: one for name, one in known_collections().items() if one.band(_CLASSES) is not None}

    def _choices(self, catalog: SavedCatalog) -> Choices:
        """Those that look like Sentinel-2 L2A first."""
        known = known_catalogs().get(catalog.preset)
        found: Choices = [(one.collection_id, one.title) for one in known.collections] if known else []
        names = {name for name, _ in found}
        listed = [one for one in self._listed.get(catalog, ()) if one.collection_id not in names]
        more = [(one.collection_id, one.title or one.collection_id) for one in listed]
        return found + sorted(more, key=lambda choice: (type_of(choice[0]) != SENTINEL2, choice[1].lower()))

    def _catalog_source(self) -> CatalogSource:
        catalog, name = self.catalog(), self._form.collection_combo.currentData()
        if catalog is None:
            raise InvalidInput("catalog", tr("No catalog is chosen."), tr("Choose or add one."))
        if not name and catalog in self._failed:
            raise InvalidInput("catalog", self._failed[catalog].message, self._failed[catalog].advice)
        if not name:
            raise InvalidInput(
                "collection", tr("The catalog's collections are not known yet."), tr("Wait, or choose another catalog.")
            )
        return CatalogSource(catalog, name)

    def _fill_catalogs(self, current: str) -> None:
        combo = self._form.catalog_combo
        combo.clear()
        combo.addItems([catalog.title for catalog in self._store.all()])
        combo.setCurrentIndex(max(0, combo.findText(current)))

    def _take_listed(self, catalog: SavedCatalog, listed: Sequence[StacCollection]) -> None:
        self._asked_for = None
        self._failed.pop(catalog, None)
        self._listed[catalog] = listed
        self.follow()

    def _tell_not_listed(self, error: WorkbenchError) -> None:
        """Known collections can be looked at without the list; a real look will tell more."""
        catalog, self._asked_for = self._asked_for, None
        if catalog is not None:
            self._failed[catalog] = error
        self.follow()


def _catalog_note(catalog: SavedCatalog, collection_id: Optional[str]) -> str:
    if catalog.preset == "cdse":
        return tr("Its files are JPEG 2000, which can't be read in parts: choose another catalog to look at parcels.")
    if collection_id is None:
        return tr("Asking for its collections…")
    if type_of(collection_id) != SENTINEL2:
        return " ".join(_no_classes(collection_id))
    return tr("Public files, read around the parcels only.") if catalog.preset else ""


def _no_classes(name: str) -> Tuple[str, str]:
    return (
        tr("'{name}' is not known to have a scene classification (SCL).").format(name=name),
        tr("Choose Sentinel-2 L2A, for without it nobody can say whether a parcel is clear."),
    )
