"""Decides for the dialog of catalogs: what is saved, what a test says."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.stac.service import FILTER, QUERY
from sentinel_workbench.ui.backend import Backend, Light
from sentinel_workbench.ui.catalogs_dialog import CatalogsDialog
from sentinel_workbench.ui.entry_test import EntryTest
from sentinel_workbench.ui.questions import ask
from sentinel_workbench.ui.translation import tr


class CatalogsController:
    """One dialog's life; ``run`` returns the title of the catalog to use."""

    def __init__(self, backend: Backend, current: str, parent: Optional[QWidget] = None) -> None:
        self._backend, self._store = backend, CatalogStore()
        self._shown: Optional[SavedCatalog] = None
        self._chosen = current
        self.dialog = dialog = CatalogsDialog(parent)
        self._test = EntryTest(dialog)
        dialog.selected.connect(self._show)
        dialog.add_asked.connect(self._show_new)
        dialog.remove_asked.connect(self._remove)
        dialog.save_asked.connect(self.save)
        dialog.test_asked.connect(self.test)
        dialog.finished.connect(lambda *_: self._test.stop())
        self._fill(current)

    def run(self) -> str:
        """Show the dialog until it is closed."""
        self.dialog.exec()
        self.dialog.deleteLater()
        return self._chosen

    def _fill(self, title: str) -> None:
        titles = [catalog.title for catalog in self._store.all()]
        chosen = title if title in titles else titles[0]
        self.dialog.show_names(titles, chosen)
        self._show(chosen)

    def _show(self, title: str) -> None:
        self._test.stop()
        self._shown = self._store.find(title)
        self.dialog.show_catalog(self._shown)
        self.dialog.show_verdict(Light.UNKNOWN, "")

    def _show_new(self) -> None:
        self._test.stop()
        self._shown = None
        self.dialog.show_names([catalog.title for catalog in self._store.all()], "")
        self.dialog.show_catalog(None)
        self.dialog.show_verdict(Light.UNKNOWN, "")
        self.dialog.name_edit.setFocus()

    def _entered(self) -> SavedCatalog:
        return self.dialog.entered(self._shown.preset if self._shown else "")

    def save(self) -> None:
        """Keep what is typed, and use it."""
        try:
            catalog = self._entered()
            if self._shown is None and self._store.find(catalog.title) is not None:
                raise InvalidInput(
                    "name", tr("There is a catalog '{name}' already.").format(name=catalog.title),
                    tr("Choose another name."),
                )
            self._store.save(catalog, self._shown.title if self._shown else None)
        except InvalidInput as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        self._chosen = catalog.title
        self._fill(catalog.title)
        self.dialog.show_verdict(Light.OK, tr("Saved; searches go there now."))

    def _remove(self) -> None:
        if self._shown is None:
            return
        question = tr("Forget the catalog '{name}'?").format(name=self._shown.title)
        if ask(self.dialog, tr("Remove catalog"), question, tr("Remove")):
            self._store.delete(self._shown.title)
            self._fill("")

    def test(self) -> None:
        """Ask for the landing page and the collections."""
        self._test.stop()
        try:
            catalog = self._entered()
        except InvalidInput as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        title = tr("Testing {name}").format(name=catalog.title)
        self._test.start(catalog.url, lambda done, failed: self._backend.run_open(
            title, catalog, _describe, done, failed))


def _describe(services: Any, progress: Progress) -> str:
    """One sentence about what answered.

    Raises:
        WorkbenchError: no catalog, or no access.
    """
    service = services.catalog.client.open(progress)
    collections = services.catalog.collections(progress)
    if not collections and service is not None:
        raise WorkbenchError(
            tr("{title} answers, but lists no collections.").format(title=service.title), tr("Check the address.")
        )
    if service is None:
        text = tr("Files of a catalog; they are searched here. Collections: {count}.")
    elif service.can(QUERY) or service.can(FILTER):
        text = tr("{title} answers and can filter by properties. Collections: {count}.")
    else:
        text = tr("{title} answers; it can't filter, which is done here. Collections: {count}.")
    return text.format(title=service.title if service else "", count=f"{len(collections):n}")
