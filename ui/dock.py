"""The dock: connection above, tabs below."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis
from qgis.gui import QgsDockWidget, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.core.qgis.folders import history_folder
from sentinel_workbench.core.services.byoc_use import OwnSource
from sentinel_workbench.core.services.history import OrderHistory
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.connection_bar import ConnectionBar, FirstRunBanner
from sentinel_workbench.ui.connections_controller import ConnectionsController
from sentinel_workbench.ui.connections_keeper import ConnectionsKeeper
from sentinel_workbench.ui.contact_sheet_controller import ContactSheets
from sentinel_workbench.ui.downloads_controller import DownloadsController
from sentinel_workbench.ui.downloads_panel import DownloadsPanel
from sentinel_workbench.ui.history_keeper import HistoryKeeper
from sentinel_workbench.ui.imagery_controller import ImageryController
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.map_zoom import zoom_to
from sentinel_workbench.ui.mydata_controller import MyDataController
from sentinel_workbench.ui.mydata_panel import MyDataPanel
from sentinel_workbench.ui.open_images import OpenImages
from sentinel_workbench.ui.own_collection import OwnCollectionFinder
from sentinel_workbench.ui.parcels_controller import ParcelsController
from sentinel_workbench.ui.parcels_panel import ParcelsPanel
from sentinel_workbench.ui.search_controller import SearchController
from sentinel_workbench.ui.search_panel import SearchPanel
from sentinel_workbench.ui.season_controller import SeasonWindows
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.usage_controller import UsageController

WIDTH_PX = 380
_MESSAGE_S = 8


class WorkbenchDock(QgsDockWidget):
    """Everything the user sees beside the map. Call ``shut_down`` before removing it."""

    def __init__(
        self,
        backend: Backend,
        canvas: QgsMapCanvas,
        message_bar: Optional[QgsMessageBar] = None,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(tr("Sentinel Workbench"), parent)
        self.setObjectName("SentinelWorkbenchDock")
        self._backend, self._message_bar = backend, message_bar
        self._bar, self._banner = ConnectionBar(), FirstRunBanner()
        self.imagery_panel, self.downloads_panel = ImageryPanel(), DownloadsPanel()
        self.mydata_panel, self.search_panel, self.parcels_panel = MyDataPanel(), SearchPanel(), ParcelsPanel()
        self._build()
        self.imagery = ImageryController(self.imagery_panel, backend, canvas)
        keeper = HistoryKeeper(OrderHistory(history_folder()), backend, self)
        self.downloads = DownloadsController(self.downloads_panel, backend, keeper=keeper)
        self.usage = UsageController(self.downloads_panel.usage, backend)
        self.sheets = ContactSheets(self, backend, lambda bbox: zoom_to(canvas, bbox))
        self.mydata = MyDataController(self.mydata_panel, backend)
        self.search = SearchController(self.search_panel, backend, canvas)
        self.seasons = SeasonWindows(self, backend, canvas)
        self.parcels = ParcelsController(self.parcels_panel, backend, canvas, self.seasons)
        self.connections = ConnectionsKeeper(backend, self._bar, self._banner, self.edit_connections)
        self.open_images = OpenImages(self.imagery, self.imagery_panel, backend, self.connections)
        self.own_collections = OwnCollectionFinder(
            self.imagery_panel, backend, self._use_source, self._show_message
        )
        self.imagery.ordered.connect(self._start_order)
        self.imagery.message.connect(self._show_message)
        self.downloads.message.connect(self._show_message)
        self.downloads.ended.connect(self.usage.after_order)
        self.downloads.sheet_asked.connect(self.sheets.show)
        self.downloads_panel.script_asked.connect(self._show_in_script)
        self.sheets.message.connect(self._show_message)
        self.mydata.message.connect(self._show_message)
        self.mydata.use_asked.connect(self._use_source)
        self.search.message.connect(self._show_message)
        self.parcels.message.connect(self._show_message)
        self.seasons.message.connect(self._show_message)
        self.search.images_asked.connect(self.open_images.use)
        self.open_images.filled.connect(lambda: self.tabs.setCurrentWidget(self.imagery_panel))
        self.connections.changed.connect(self.imagery.refresh)
        self.connections.changed.connect(self.mydata.follow_connection)
        self.connections.changed.connect(self.parcels.follow_connection)
        self.connections.changed.connect(self.usage.show_units)
        self.connections.hub_ready.connect(self._propose_demo_area)
        self.tabs.currentChanged.connect(self._follow_tab)
        self.imagery.refresh()
        self.usage.show_units()

    def _build(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setObjectName("workbench_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.imagery_panel, tr("Imagery"))
        self.tabs.addTab(self.search_panel, tr("Search"))
        self.tabs.addTab(self.mydata_panel, tr("My data"))
        self.tabs.addTab(self.parcels_panel, tr("Parcels"))
        self.tabs.addTab(self.downloads_panel, tr("Downloads"))
        content = _Content()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(6, 6, 6, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bar)
        layout.addWidget(self._banner)
        layout.addWidget(self.tabs, 1)
        self.setWidget(content)

    def shut_down(self) -> None:
        """Stop work that runs, leave the map and the backend as they were."""
        self.connections.shut_down()
        self.sheets.shut_down()
        self.usage.shut_down()
        self.downloads.shut_down()
        self.mydata.shut_down()
        self.own_collections.shut_down()
        self.search.shut_down()
        self.seasons.shut_down()
        self.parcels.shut_down()
        self.imagery.shut_down()

    def edit_connections(self) -> None:
        """Open the connections dialog."""
        ConnectionsController(self._backend, self).run()
        self.connections.refresh()

    def _start_order(self, order: object, connection_name: str, folder: object) -> None:
        self.downloads.start(order, connection_name, folder)
        self.tabs.setCurrentWidget(self.downloads_panel)

    def _show_in_script(self, number: int, line: int, text: str) -> None:
        self.tabs.setCurrentWidget(self.imagery_panel)
        self.imagery.mend_script(self.downloads.order(number).orders()[0], ScriptProblem(line, text))

    def _follow_tab(self, _index: int) -> None:
        if self.tabs.currentWidget() is self.downloads_panel:
            self.usage.refresh()

    def _use_source(self, source: OwnSource) -> None:
        self.imagery.use_source(source)
        self.tabs.setCurrentWidget(self.imagery_panel)

    def _propose_demo_area(self) -> None:
        corners = self._backend.demo_area()
        if corners is not None:
            self.imagery.area.propose(corners)

    def _show_message(self, text: str, is_error: bool) -> None:
        self._backend.log(text)
        if self._message_bar is not None:
            level = Qgis.MessageLevel.Warning if is_error else Qgis.MessageLevel.Success
            self._message_bar.pushMessage(tr("Sentinel Workbench"), text, level, _MESSAGE_S)


class _Content(QWidget):
    """Asks for the width the dock is drawn for; may become narrower."""

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, 640)
