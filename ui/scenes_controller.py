"""Decides what is done with the scenes a search found: layers, files, images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QFileDialog

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.qgis.folders import profile_folder
from sentinel_workbench.core.qgis.footprints import draft_path
from sentinel_workbench.core.qgis.item_layers import MAX_STREAMED, add_clips, add_streamed, show_items, streams_folder
from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.core.services.clip_scene import safe_name
from sentinel_workbench.core.services.stac_footprints import ItemFootprints
from sentinel_workbench.core.services.stac_search import FoundScenes, SceneSearch
from sentinel_workbench.core.services.streamed import StreamedRaster
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.clip_dialog import ClipChoice, ClipDialog
from sentinel_workbench.ui.clip_work import CutScenes, area_words, cut_scenes, keep_folder, kept_folder
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.scene_files import hosts_of, nothing_readable, offered_files
from sentinel_workbench.ui.scene_layers_dialog import SceneLayersDialog
from sentinel_workbench.ui.scene_pictures import ScenePictures
from sentinel_workbench.ui.search_area import SearchArea
from sentinel_workbench.ui.search_panel import SearchPanel
from sentinel_workbench.ui.search_results import ACTIONS
from sentinel_workbench.ui.translation import tr


@dataclass(frozen=True)
class Search:
    """A search that found something.

    Attributes:
        catalog: where.
        asked: what for.
        found: the scenes.
        title: of the collection, ``""`` when several were searched.
    """

    catalog: SavedCatalog
    asked: SceneSearch
    found: FoundScenes
    title: str = ""


class ScenesController(QObject):
    """The page of results.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
        images_asked(object): the ``Search`` whose collection shall be the source of images.
    """

    message = pyqtSignal(str, bool)
    images_asked = pyqtSignal(object)

    def __init__(self, panel: SearchPanel, backend: Backend, jobs: PaneJobs, area: SearchArea) -> None:
        super().__init__(panel)
        self._panel, self._pane, self._jobs, self._area = panel, panel.results, jobs, area
        self._search: Optional[Search] = None
        self._pictures = ScenePictures(self._pane.table, PaneJobs(backend.run_open, self), self._catalog)
        self._pane.asked.connect(self._act)
        jobs.changed.connect(self._follow)
        self._follow()

    def shut_down(self) -> None:
        """Fetch no more pictures."""
        self._pictures.shut_down()

    def take(self, search: Search) -> None:
        """Show what a search found."""
        self._search = search
        self._pane.show_items(search.found.items, str(search.found))
        notes = list(search.found.notes)
        if not search.found.complete:
            notes.append(tr("The search ended at the maximum of {count}; raise it under 'More conditions'.").format(
                count=f"{search.asked.max_results or len(search.found.items):n}"))
        self._pane.show_note(" ".join(notes))
        self._follow()

    def _catalog(self) -> Optional[SavedCatalog]:
        return self._search.catalog if self._search else None

    def _act(self, what: str) -> None:
        actions: Dict[str, Callable[[], None]] = {
            "selected": self._follow, "back": lambda: self._panel.show_results(False), "zoom": self._zoom,
            "footprints": self.map_footprints, "save": self._ask_file, "true_colour": self.add_true_colour,
            "add": self._ask_layers, "clip": self._ask_clip, "images": self._ask_images,
        }  # fmt: skip
        actions[what]()

    def _chosen(self) -> List[StacItem]:
        """The selected scenes, all when none is selected."""
        return self._pane.selected() or self._pane.table.items()

    def map_footprints(self) -> None:
        """Show the scenes as a layer."""
        items, search = self._pane.table.items(), self._search
        if search is None:
            return
        title = tr("{collection} scenes ({catalog})").format(
            collection=search.title or tr("All collections"), catalog=search.catalog.title
        )
        path = _footprints_path(title)

        def work(services: Any, progress: Any, _hear: Any) -> ItemFootprints:
            path.parent.mkdir(parents=True, exist_ok=True)
            return services.catalog.footprints(items, draft_path(path), progress)

        def done(written: ItemFootprints) -> None:
            show_items(written, path, title, QgsProject.instance())
            text = tr("Footprints on the map: {count}.").format(count=f"{written.items - written.without_shape:n}")
            without = tr("Scenes without a shape: {count}.").format(count=f"{written.without_shape:n}")
            self._tell(f"{text} {without}" if written.without_shape else text)

        self._run(tr("Writing footprints"), work, done)

    def _ask_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self._panel.window(), tr("Save scenes"), kept_folder() + "/scenes.geojson", tr("GeoJSON (*.geojson *.json)")
        )
        if path:
            self.save(Path(path if Path(path).suffix else f"{path}.geojson"))

    def save(self, path: Path) -> None:
        """Save the selected scenes, or all, as an item collection."""
        items = self._chosen()
        self._run(
            tr("Saving scenes"), lambda services, _progress, _hear: services.catalog.save(items, path),
            lambda _path: self._tell(tr("Scenes saved in {path}: {count}.").format(count=len(items), path=path)),
        )

    def add_true_colour(self) -> None:
        """Show the selected scenes in their own colours."""
        self._add_views(lambda item, services, progress: [
            services.catalog.stream_true_colour(item, streams_folder(), progress)])

    def _ask_layers(self) -> None:
        items = self._pane.selected()
        names, titles = offered_files(items)
        if not names:
            self._tell(nothing_readable(items), True)
            return
        dialog = SceneLayersDialog(names, titles, len(items), self._panel.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.add_layers(dialog.files(), dialog.composite())
        dialog.deleteLater()

    def add_layers(self, files: Sequence[str], composite: Optional[Tuple[str, str, str]] = None) -> None:
        """Show files of the selected scenes, or three of them as a colour picture."""

        wanted = [tuple(composite)] if composite else [(name,) for name in files]

        def views(item: StacItem, services: Any, progress: Any) -> List[StreamedRaster]:
            return [services.catalog.stream(item, bands, streams_folder(), progress) for bands in wanted]

        self._add_views(views, len(wanted))

    def _add_views(
        self, views: Callable[[StacItem, Any, Any], List[StreamedRaster]], layers_each: int = 1
    ) -> None:
        items = self._pane.selected()
        if len(items) * layers_each > MAX_STREAMED:
            self._tell(tr("{count} layers at once are too many; select fewer scenes, up to {most} layers.").format(
                count=len(items) * layers_each, most=MAX_STREAMED), True)
            return

        def work(services: Any, progress: Any, _hear: Any) -> List[StreamedRaster]:
            found: List[StreamedRaster] = []
            for number, item in enumerate(items):
                progress.report(number / len(items), tr("Opening {name}").format(name=item.item_id))
                found += views(item, services, progress)
            return found

        def done(found: List[StreamedRaster]) -> None:
            for streamed in found:
                add_streamed(streamed, QgsProject.instance())
            self._tell(tr("Layers put on the map: {count}.").format(count=len(found)))

        self._run(tr("Opening files"), work, done, items)

    def _ask_clip(self) -> None:
        items = self._pane.selected()
        names, titles = offered_files(items)
        try:
            areas = self._area.clip_areas()
            if not names:
                raise InvalidInput("bands", nothing_readable(items))
        except InvalidInput as problem:
            self._tell(str(problem), True)
            return
        is_polygon = any(area.geometry is not None for area in areas)
        dialog = ClipDialog(
            names, titles, len(items), area_words(areas), is_polygon, kept_folder(), self._panel.window()
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.clip(dialog.choice())
        dialog.deleteLater()

    def clip(self, choice: ClipChoice) -> None:
        """Cut files of the selected scenes to the area, and save them."""
        items = self._pane.selected()
        try:
            areas = self._area.clip_areas()
            orders = [choice.order(items, area) for area in areas]
        except InvalidInput as problem:
            self._tell(str(problem), True)
            return
        keep_folder(choice.folder)

        def work(services: Any, progress: Any, _hear: Any) -> CutScenes:
            return cut_scenes(orders, choice, services, progress)

        self._run(tr("Cutting files"), work, lambda cut: self._take_cut(cut, choice), items)

    def _take_cut(self, cut: CutScenes, choice: ClipChoice) -> None:
        if choice.to_map:
            for result, stretches in zip(cut.results, cut.stretches):
                title = " ".join(filter(None, (result.order.area.name, ", ".join(choice.bands))))
                add_clips(result, QgsProject.instance(), title, stretches)
        self._tell(str(cut), cut.failed)
        self._panel.show_message("\n".join(filter(None, (str(cut), cut.sentences()))))

    def _ask_images(self) -> None:
        if self._search is None:
            return
        items = self._search.found.items
        if not any(offered_files([item])[0] for item in items):
            self._tell(nothing_readable(items), True)
            return
        self.images_asked.emit(self._search)

    def _zoom(self) -> None:
        chosen = self._pane.selected()
        if chosen and chosen[0].bbox is not None:
            self._area.zoom(chosen[0].bbox)

    def _run(
        self, title: str, work: Callable[[Any, Any, Any], Any], done: Callable[[Any], None],
        items: Sequence[StacItem] = (),
    ) -> None:
        if self._search is None:
            return
        self._panel.show_message("")

        def take(value: Any) -> None:
            try:
                done(value)
            except WorkbenchError as error:
                self._panel.show_message(str(error))
                self.message.emit(str(error), True)

        self._jobs.start(title, self._search.catalog, work, take, hosts=hosts_of(items))

    def _tell(self, text: str, is_error: bool = False) -> None:
        if is_error:
            self._panel.show_message(text)
        self.message.emit(text, is_error)

    def _follow(self) -> None:
        """Which buttons can be pressed, and why not."""
        busy = tr("Wait until the work below ends, or stop it.") if self._jobs.busy else ""
        picked = busy or ("" if self._pane.selected() else tr("Select scenes in the table first."))
        reasons = {name: busy for name in ACTIONS}
        reasons.update({name: picked for name in ("true_colour", "add", "clip")})
        if not busy and self._search is not None and len(self._search.asked.collections) != 1:
            reasons["images"] = tr("Search in one collection first.")
        self._pane.show_actions(reasons)


def _footprints_path(title: str) -> Path:
    """Where the footprints of searches of this title lie."""
    return profile_folder() / "footprints" / f"{safe_name(title)}.gpkg"
