"""Small pictures of scenes, fetched in the background for the rows that are looked at, and no others."""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QObject, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QImage

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.core.services.parallel import Crew
from sentinel_workbench.core.services.stac_footprints import thumbnail_of
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.scene_table import PICTURE_PX, Key, SceneTable, key_of
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 150
_AT_ONCE = 24
_PARALLEL = 4
Picture = Tuple[Key, QImage]


class ScenePictures(QObject):
    """Fetches what the table asks for, the rows seen last first."""

    def __init__(self, table: SceneTable, jobs: PaneJobs, catalog: Callable[[], Optional[SavedCatalog]]) -> None:
        super().__init__(table)
        self._table, self._jobs, self._catalog = table, jobs, catalog
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._fetch)
        table.picture_wanted.connect(self._settle.start)
        jobs.heard.connect(lambda picture: table.put_picture(*picture))

    def shut_down(self) -> None:
        """Fetch no more."""
        self._settle.stop()
        self._jobs.end()

    def _fetch(self) -> None:
        catalog = self._catalog()
        if self._jobs.busy or catalog is None:
            return
        wanted = [(item, thumbnail_of(item)) for item in self._table.take_wanted(_AT_ONCE)]
        links = [(key_of(item), address) for item, address in wanted if address]
        if links:
            self._jobs.start(
                tr("Fetching pictures"), catalog,
                lambda services, progress, hear: _fetch_all(services, links, progress, hear),
                lambda _done: self._settle.start(), hosts=tuple(address for _, address in links),
            )


def _fetch_all(
    services: Any, links: Sequence[Tuple[Key, str]], progress: Progress, hear: Callable[[Picture], None]
) -> None:
    crew: Crew[QImage] = Crew(_PARALLEL, "pictures")
    with crew:
        crew.start([lambda address=address: _fetch_one(services, address, progress) for _, address in links])
        for ended in crew.ended():
            if progress.cancelled():
                return
            for number, future in ended:
                image = future.result()
                if not image.isNull():
                    hear((links[number][0], image))


def _fetch_one(services: Any, address: str, progress: Progress) -> QImage:
    """The picture, a null one when there is none to be had: a missing thumbnail is no news."""
    try:
        image = QImage.fromData(services.picture(address, progress))
    except WorkbenchError:
        return QImage()
    if image.isNull():
        return image
    size = QSize(2 * PICTURE_PX, 2 * PICTURE_PX)
    return image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
