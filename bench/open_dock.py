"""How long QGIS waits for the plugin: to import it, and to open its dock for the first time. A process of its own.

    python bench/open_dock.py PROFILE

prints ``{"import_ms", "open_ms", "asked", "visible"}``: the main thread's own time, which other load on the machine
leaves alone, and how many network addresses were opened meanwhile. QGIS is up before the clock starts.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from typing import Any, Callable, List

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = sys.argv[1]

import qgis.gui
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QMainWindow, QToolBar


class Window:
    """As much of QGIS's interface as the plugin asks for when it starts."""

    def __init__(self) -> None:
        self._window, self._canvas = QMainWindow(), qgis.gui.QgsMapCanvas()
        self._window.setCentralWidget(self._canvas)
        self._bar, self._tools = qgis.gui.QgsMessageBar(), QToolBar()
        self._window.resize(1280, 800)
        self._window.show()

    def mainWindow(self) -> QMainWindow:
        return self._window

    def mapCanvas(self) -> qgis.gui.QgsMapCanvas:
        return self._canvas

    def messageBar(self) -> qgis.gui.QgsMessageBar:
        return self._bar

    def addDockWidget(self, area: Any, dock: Any) -> None:
        self._window.addDockWidget(area, dock)

    def removeDockWidget(self, dock: Any) -> None:
        self._window.removeDockWidget(dock)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Menus, tool bars and layer actions, which cost nothing here."""
        return lambda *_: None


def main() -> None:
    """Measure and print."""
    application = QgsApplication([], True)
    application.initQgis()
    window, asked = Window(), _watch_network()
    application.processEvents()
    begun = time.thread_time()
    import sentinel_workbench

    plugin = sentinel_workbench.classFactory(window)
    plugin.initGui()
    imported = time.thread_time()
    while QgsApplication.processingRegistry().providerById("sentinelworkbench") is None:
        application.processEvents()
        time.sleep(0.005)
    begun_to_open = time.thread_time()
    plugin.show_dock()
    application.processEvents()
    opened = time.thread_time()
    visible = plugin.dock.isVisible()
    plugin.unload()
    measured = {"import_ms": 1000 * (imported - begun), "open_ms": 1000 * (opened - begun_to_open)}
    print(json.dumps({**measured, "asked": len(asked), "visible": visible}), flush=True)
    os._exit(0)


def _watch_network() -> List[Any]:
    """Every address the process connects to from now on."""
    asked: List[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        asked.append(address)
        connect(self, address)

    socket.socket.connect = watched
    return asked


if __name__ == "__main__":
    sys.exit(main())
