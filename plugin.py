"""The plugin as QGIS sees it: a toolbar button, a dock, a Processing provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QApplication

from sentinel_workbench.core.qgis.warm_up import WarmUp, modules_of
from sentinel_workbench.ui.translation import install_translation

HERE = Path(__file__).resolve().parent
MENU = "Sentinel Workbench"
READ_AHEAD = (
    "core/model", "core/http", "core/cache", "core/evalscript", "core/raster", "core/hub", "core/stac", "core/cbm",
    "core/services", "core/qgis", "api", "algorithms", "ui", "backend",
)  # fmt: skip
"""What takes long to import; QGIS starts without waiting for it."""


class SentinelWorkbench:
    """Made by QGIS with its interface, or with None by ``qgis_process``. Loading asks nothing of the network."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._provider: Optional[Any] = None
        self._backend: Optional[Any] = None
        self._dock: Optional[Any] = None
        self._layer_actions: Optional[Any] = None
        self._key_actions: Optional[Any] = None
        self._action: Optional[QAction] = None
        self._translator: Optional[QTranslator] = None
        self._warm_up: Optional[WarmUp] = None

    def initProcessing(self) -> None:
        """Register the algorithms; all that ``qgis_process`` calls."""
        from sentinel_workbench.algorithms.provider import WorkbenchProvider

        self._provider = WorkbenchProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:
        """Put button and menu entry in place; the algorithms follow in a moment, the dock when it is first wanted."""
        self._translator = install_translation()
        self._warm_up = WarmUp(modules_of(READ_AHEAD))
        self._warm_up.ready.connect(self._finish_loading)
        self._warm_up.start()
        icon = QIcon(str(HERE / "resources" / "icons" / "workbench.svg"))
        self._action = QAction(icon, "Sentinel Workbench", self._iface.mainWindow())
        self._action.setObjectName("SentinelWorkbenchAction")
        self._action.setCheckable(True)
        self._action.toggled.connect(self.show_dock)
        self._iface.addRasterToolBarIcon(self._action)
        self._iface.addPluginToRasterMenu(MENU, self._action)

    def unload(self) -> None:
        """Take everything away again, running work and the local hub included."""
        if self._warm_up is not None:
            self._warm_up.ready.disconnect(self._finish_loading)
            self._warm_up.stop()
            self._warm_up = None
        if self._layer_actions is not None:
            self._layer_actions.remove()
            self._layer_actions = None
        self._remove_dock()
        if self._key_actions is not None:  # after the work that could give keys
            self._key_actions.remove()
            self._key_actions = None
        if self._action:
            self._iface.removePluginRasterMenu(MENU, self._action)
            self._iface.removeRasterToolBarIcon(self._action)
            self._action.deleteLater()
            self._action = None
        if self._provider:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._translator:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def show_dock(self, visible: bool = True) -> None:
        """Show or hide the dock."""
        if visible and self._dock is None:
            self._make_dock()
        if self._dock is not None:
            self._dock.setUserVisible(visible)

    @property
    def dock(self) -> Optional[Any]:
        """The dock once it was shown, else None."""
        return self._dock

    @property
    def backend(self) -> Optional[Any]:
        """What the dock works with, while there is one."""
        return self._backend

    def _make_dock(self) -> None:
        from sentinel_workbench.backend import PluginBackend
        from sentinel_workbench.ui.dock import WorkbenchDock

        window = self._iface.mainWindow()
        self._backend = PluginBackend()
        self._dock = WorkbenchDock(self._backend, self._iface.mapCanvas(), self._iface.messageBar(), window)
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._dock.visibilityChanged.connect(self._follow_dock)

    def _finish_loading(self) -> None:
        """Algorithms, and the context menu of layers that came with a project, once the modules are read."""
        from sentinel_workbench.ui.key_actions import KeyActions
        from sentinel_workbench.ui.layer_actions import LayerActions

        self.initProcessing()
        self._layer_actions = LayerActions(
            self._iface, self._edit_order, self._run_again, QApplication.clipboard().setText, self._connection
        )
        self._key_actions = KeyActions(self._iface)

    def _edit_order(self, order: Any) -> None:
        self.show_dock()
        self._dock.tabs.setCurrentWidget(self._dock.imagery_panel)
        self._dock.imagery.requests.edit_order(order)

    def _run_again(self, order: Any) -> None:
        self.show_dock()
        self._dock.imagery.requests.run_again(order)

    def _connection(self) -> Optional[Any]:
        return self._backend.current_connection() if self._backend is not None else None

    def _remove_dock(self) -> None:
        if self._dock is not None:
            self._dock.visibilityChanged.disconnect(self._follow_dock)
            self._dock.shut_down()
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
            self._dock = None
        if self._backend is not None:
            self._backend.shut_down()
            self._backend = None

    def _follow_dock(self, _visible: bool) -> None:
        if self._action and self._dock:
            self._action.blockSignals(True)
            self._action.setChecked(self._dock.isUserVisible())
            self._action.blockSignals(False)
