"""From open data to the Imagery tab: the collection a hub serves, and a search's place, time and cloud."""

from __future__ import annotations

import datetime as dt
from typing import Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.evalscript.generating import generate_script
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.open_sources import OpenSource
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.connections_keeper import ConnectionsKeeper
from sentinel_workbench.ui.imagery_controller import ImageryController
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.scenes_controller import Search

_COLOURS = ("red", "green", "blue")


class OpenImages(QObject):
    """Follows the connection; ``filled`` tells that the Imagery tab is ready to be looked at."""

    filled = pyqtSignal()

    def __init__(
        self, imagery: ImageryController, panel: ImageryPanel, backend: Backend, connections: ConnectionsKeeper
    ) -> None:
        super().__init__(imagery)
        self._imagery, self._panel, self._backend, self._connections = imagery, panel, backend, connections
        self._shown = ""
        self._search: Optional[Search] = None
        connections.changed.connect(self.follow)
        connections.open_ready.connect(self._fill)

    def use(self, search: Search) -> None:
        """Serve the collection of a search, then fill in where and when it looked."""
        self._search = search
        collection_id = search.asked.collections[0]
        self._connections.start_open(OpenSource(search.catalog.title, collection_id, search.title or collection_id))

    def follow(self) -> None:
        """Another connection: offer what its hub serves."""
        connection = self._backend.current_connection()
        name = connection.name if connection else ""
        collection = self._backend.open_collection(name) if name != self._shown else None
        self._shown = name
        if collection is None:
            return
        known = known_collections().get(collection.collection_id)
        self._imagery.use_collection(known or collection)
        if known is None:
            self._imagery.use_own_script(_first_script(collection))

    def _fill(self, _name: str) -> None:
        self.follow()
        search, self._search = self._search, None
        if search is None:
            return
        asked = search.asked
        if isinstance(asked.area, Area):
            self._imagery.area.take(asked.area)
        dates = [item.date.date() for item in search.found.items if item.date is not None]
        if isinstance(asked.period, TimeRange):
            self._panel.use_period(asked.period.start.date(), (asked.period.end - dt.timedelta(seconds=1)).date())
        elif dates:
            self._panel.use_period(min(dates), max(dates))
        if asked.max_cloud_percent is not None:
            self._panel.cloud_spin.setValue(int(asked.max_cloud_percent))
        self._imagery.refresh()
        self.filled.emit()


def _first_script(collection: Collection) -> str:
    """A picture where bands are named like colours, else the first band; numbers as they are stored."""
    names = [band.name for band in collection.bands]
    wanted = _COLOURS if set(_COLOURS) <= set(names) else tuple(names[:1])
    return generate_script(wanted, "FLOAT32", "DN")
