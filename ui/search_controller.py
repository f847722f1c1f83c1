"""Decides for the Search tab: which catalog and collection, what is asked, and what came."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services.stac_search import FoundScenes, SceneSearch
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.records import StacCollection
from sentinel_workbench.core.stac.service import FILTER, QUERY, SORT, StacService
from sentinel_workbench.core.stac.static import schemas_of
from sentinel_workbench.ui import search_memory
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.catalogs_controller import CatalogsController
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.scenes_controller import ScenesController, Search
from sentinel_workbench.ui.search_area import SearchArea
from sentinel_workbench.ui.search_conditions import Queryables
from sentinel_workbench.ui.search_panel import SearchPanel
from sentinel_workbench.ui.translation import tr

_LONGEST_NOTE = 160
Listed = Tuple[Optional[StacService], Sequence[StacCollection]]


class SearchController(QObject):
    """Keeps the form in step with the catalogs; nothing is asked before the tab is looked at.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
        images_asked(object): a ``Search`` whose collection shall be the source of images.
    """

    message = pyqtSignal(str, bool)
    images_asked = pyqtSignal(object)

    def __init__(self, panel: SearchPanel, backend: Backend, canvas: QgsMapCanvas) -> None:
        super().__init__(panel)
        self._panel, self._form, self._backend = panel, panel.form, backend
        self._store = CatalogStore()
        self._listed: Dict[SavedCatalog, Listed] = {}
        self._asked_for: Optional[SavedCatalog] = None
        self._queried: Tuple[Optional[SavedCatalog], str] = (None, "")
        self._queryables: Queryables = {}
        self._of_scenes: Queryables = {}
        self.area = SearchArea(panel.form.area, canvas, lambda: self.area.show())
        self._jobs, self._asking = PaneJobs(backend.run_open, self), PaneJobs(backend.run_open, self)
        self._queries = PaneJobs(backend.run_open, self)
        self.scenes = ScenesController(panel, backend, self._jobs, self.area)
        self._connect()
        self._fill_catalogs(self._store.current_title())
        search_memory.recall(self._form)

    def _connect(self) -> None:
        panel, form = self._panel, self._form
        panel.shown.connect(self.look)
        panel.search_asked.connect(self.search)
        panel.stop_asked.connect(self.stop)
        panel.results_asked.connect(lambda: panel.show_results(True))
        form.changed.connect(self.area.show)
        form.catalog_chosen.connect(self.choose_catalog)
        form.catalogs_asked.connect(self.edit_catalogs)
        form.collection_chosen.connect(self._follow_collection)
        form.more_box.collapsedStateChanged.connect(lambda _collapsed: self._follow_collection())
        self._jobs.progressed.connect(panel.show_progress)
        self._jobs.changed.connect(lambda: None if self._jobs.busy else panel.show_progress(None))
        self._jobs.failed.connect(self._fail)
        self._asking.failed.connect(self._tell_not_listed)
        self.scenes.message.connect(self.message)
        self.scenes.images_asked.connect(self.images_asked)

    def shut_down(self) -> None:
        """Stop what runs, leave the map as it was."""
        for jobs in (self._jobs, self._asking, self._queries):
            jobs.end()
        self.scenes.shut_down()
        self.area.shut_down()

    def look(self) -> None:
        """The user looks at the tab: list the collections of the catalog unless that was done."""
        catalog = self.catalog()
        if catalog is not None and catalog not in self._listed and catalog != self._asked_for:
            self._list(catalog)

    def catalog(self) -> Optional[SavedCatalog]:
        """The chosen catalog."""
        return self._store.find(self._form.catalog_combo.currentText())

    def choose_catalog(self, title: str) -> None:
        """Another catalog: its own collections and properties."""
        self._store.choose(title)
        self._panel.show_message("")
        self._of_scenes = {}
        self._show_catalog()
        self.look()

    def edit_catalogs(self) -> None:
        """Open the dialog of catalogs."""
        controller = CatalogsController(self._backend, self._form.catalog_combo.currentText(), self._panel.window())
        self._fill_catalogs(controller.run())
        self.look()

    def _fill_catalogs(self, current: str) -> None:
        self._form.fill_catalogs([catalog.title for catalog in self._store.all()], current)
        self._show_catalog()

    def _show_catalog(self) -> None:
        """What is known of the catalog without asking it."""
        catalog = self.catalog()
        if catalog is None:
            return
        service, collections = self._listed.get(catalog, (None, _known_collections(catalog)))
        wanted = search_memory.recalled_collection(catalog.title) or (
            collections[0].collection_id if catalog.preset and collections else ""
        )
        self._form.fill_collections(collections, wanted)
        self._form.catalog_note.setText(_catalog_words(catalog, service))
        self._follow_collection()

    def _list(self, catalog: SavedCatalog) -> None:
        self._asked_for = catalog
        self._form.catalog_note.setText(tr("Asking for its collections…"))
        self._asking.start(
            tr("Listing collections"), catalog,
            lambda services, progress, _hear: (
                services.catalog.client.open(progress), services.catalog.collections(progress)
            ),
            lambda listed: self._take_listed(catalog, listed),
        )

    def _take_listed(self, catalog: SavedCatalog, listed: Listed) -> None:
        self._asked_for = None
        self._listed[catalog] = listed
        if catalog == self.catalog():
            chosen = self._form.collection_id() or search_memory.recalled_collection(catalog.title)
            self._form.fill_collections(listed[1], chosen)
            self._form.catalog_note.setText(_catalog_words(catalog, listed[0], len(listed[1])))
            self._follow_collection()

    def _tell_not_listed(self, error: WorkbenchError) -> None:
        """Known collections can be searched without the list; a real search will tell more."""
        self._asked_for = None
        self._form.catalog_note.setText(str(error))

    def _follow_collection(self) -> None:
        """Show what the collection is, and learn which properties can be compared once they are of interest."""
        catalog, chosen = self.catalog(), self._form.collection_id()
        self._form.collection_note.setText(_collection_words(self._collection(chosen)))
        self._form.collection_note.setVisible(bool(self._form.collection_note.text()))
        question = (catalog, chosen or "")
        if catalog is None or self._form.more_box.isCollapsed() or chosen is None or question == self._queried:
            return
        self._queried = question
        self._take_queryables({})
        self._queries.start(
            tr("Reading properties"), catalog,
            lambda services, progress, _hear: services.catalog.queryables(chosen or None, progress),
            self._take_queryables,
        )

    def _take_queryables(self, found: Queryables) -> None:
        """Offer what the catalog lists; where it lists none, what its scenes have is better than nothing."""
        self._queryables = found
        self._form.conditions.offer(found or self._of_scenes)

    def _collection(self, collection_id: Optional[str]) -> Optional[StacCollection]:
        catalog = self.catalog()
        listed = self._listed.get(catalog, (None, ()))[1] if catalog is not None else ()
        return next((one for one in listed if one.collection_id == collection_id), None)

    def asked(self) -> SceneSearch:
        """What the form asks now.

        Raises:
            InvalidInput: a field can't be used.
        """
        form = self._form
        chosen = form.collection_id()
        if chosen is None:
            raise InvalidInput(
                "collection", tr("The catalog has no collection '{name}'.").format(
                    name=form.collection_combo.currentText().strip()),
                tr("Choose one of the list, or clear the field for all."),
            )
        ids = tuple(part.strip() for part in form.ids_edit.text().split(",") if part.strip())
        period = None
        if not form.any_time_check.isChecked():
            period = TimeRange.of_days(form.first_edit.date().toPyDate(), form.last_edit.date().toPyDate())
        search = SceneSearch(
            (chosen,) if chosen else (), self.area.place(), period, form.cloud_spin.value(),
            form.conditions.comparisons(), ids, (form.sort_combo.currentData(),), form.page_spin.value(),
            form.maximum_spin.value(), form.fold_check.isChecked(),
        )
        search.query()  # says now what can't be asked
        return search

    def search(self) -> None:
        """Ask the catalog."""
        catalog = self.catalog()
        self._panel.show_message("")
        if catalog is None:
            return
        try:
            asked = self.asked()
        except InvalidInput as problem:
            self._panel.show_message(str(problem))
            return
        search_memory.remember(self._form)
        self._store.choose(catalog.title)
        self._jobs.start(
            tr("Searching {catalog}").format(catalog=catalog.title), catalog,
            lambda services, progress, _hear: services.catalog.search(asked, progress),
            lambda found: self._take_found(catalog, asked, found),
        )

    def stop(self) -> None:
        """Stop what the line at the bottom shows."""
        self._jobs.end()
        self._panel.show_message(tr("Stopped."))

    def _take_found(self, catalog: SavedCatalog, asked: SceneSearch, found: FoundScenes) -> None:
        if not found.items:
            words = [tr("No scene was found."), *found.notes]
            self._panel.show_message(" ".join([*words, tr("Try a longer period, more cloud or a larger area.")]))
            return
        collection = self._collection(asked.collections[0]) if asked.collections else None
        title = collection.title if collection else ", ".join(asked.collections)
        self._of_scenes = schemas_of(found.items)
        self._take_queryables(self._queryables)
        self.scenes.take(Search(catalog, asked, found, title))
        self._panel.offer_results(True)
        self._panel.show_results(True)

    def _fail(self, error: WorkbenchError) -> None:
        self._panel.show_message(str(error))
        self.message.emit(str(error), True)


def _known_collections(catalog: SavedCatalog) -> List[StacCollection]:
    known = known_catalogs().get(catalog.preset)
    return [StacCollection(one.collection_id, one.title) for one in known.collections] if known else []


def _catalog_words(catalog: SavedCatalog, service: Optional[StacService], collections: Optional[int] = None) -> str:
    """How this catalog differs from others, and what is done here because it can't."""
    special: Mapping[str, str] = {
        "earth-search": tr("Public files, no account; prefer collection 1."),
        "earth-search-v0": tr("Public files, no account; about to be switched off, cloud of new scenes unknown."),
        "planetary-computer": tr("Files are signed for you, no account; long searches may time out."),
        "cdse": tr("Every scene of the Sentinels, but as JPEG 2000: to search and list, not to cut."),
    }
    words = [special.get(catalog.preset, "")]
    if collections is not None:
        words.append(tr("Collections: {count}.").format(count=f"{collections:n}"))
    if service is not None and not (service.can(QUERY) or service.can(FILTER)):
        words.append(tr("It can't filter; that is done here."))
    elif service is not None and not service.can(SORT):
        words.append(tr("It can't sort; that is done here."))
    if collections is not None and service is None:
        words.append(tr("Files without a service; they are searched here."))
    return " ".join(filter(None, words))


def _collection_words(collection: Optional[StacCollection]) -> str:
    """Its time and the beginning of its description."""
    if collection is None or not collection.document:
        return ""
    first, last = ((moment or "")[:10] for moment in collection.interval)
    span = tr("{first} to {last}.").format(first=first or "…", last=last or tr("today")) if first or last else ""
    text = " ".join(collection.description.split())
    if len(text) > _LONGEST_NOTE:
        text = text[:_LONGEST_NOTE].rsplit(" ", 1)[0] + "…"
    return f"{span} {text if text != collection.collection_id else ''}".strip()
