"""Layers that came with a project and need an access key: told once, and read again by a right-click."""

from __future__ import annotations

from typing import Any, Sequence

from qgis.core import Qgis, QgsMapLayer, QgsMapLayerType, QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.keyed_layers import (
    catalog_url_of,
    keyed_layers,
    lacks_key,
    restore_layers,
    saved_storage,
)
from sentinel_workbench.core.services.given_keys import can_give_keys, take_keys_back
from sentinel_workbench.ui.translation import tr

_TITLE = "Sentinel Workbench"
_SECONDS = 15


class KeyActions(QObject):
    """An entry in the context menu of layers that are read with an access key.

    Args:
        iface: of QGIS.
    """

    def __init__(self, iface: Any) -> None:
        super().__init__(iface.mainWindow())
        self._iface = iface
        self.action = QAction(tr("Read with its access key"), self)
        self.action.setObjectName("layer_read_with_key")
        self.action.triggered.connect(lambda _checked=False: self.restore(iface.activeLayer()))
        iface.addCustomActionForLayerType(self.action, tr("Sentinel Workbench"), QgsMapLayerType.RasterLayer, False)
        QgsProject.instance().layersAdded.connect(self._watch)
        QgsProject.instance().readProject.connect(self._tell)
        self._watch(list(QgsProject.instance().mapLayers().values()))
        self._tell()

    def remove(self) -> None:
        """Take the entry away, and the keys GDAL was given."""
        QgsProject.instance().layersAdded.disconnect(self._watch)
        QgsProject.instance().readProject.disconnect(self._tell)
        self._iface.removeCustomActionForLayerType(self.action)
        self.action.deleteLater()
        self.deleteLater()
        take_keys_back()

    def restore(self, layer: Any) -> None:
        """Read a layer, and the others of its catalog, with the key that is saved for it."""
        url = catalog_url_of(layer) if layer is not None else ""
        if not url:
            return
        try:
            restore_layers(keyed_layers(QgsProject.instance(), url), saved_storage(url))
        except WorkbenchError as problem:
            self._iface.messageBar().pushMessage(_TITLE, str(problem), Qgis.MessageLevel.Warning, _SECONDS)

    def _watch(self, layers: Sequence[QgsMapLayer]) -> None:
        for layer in layers:
            if catalog_url_of(layer):
                self._iface.addCustomActionForLayer(self.action, layer)

    def _tell(self, *_: Any) -> None:
        waiting = [layer for layer in keyed_layers(QgsProject.instance()) if lacks_key(layer)]
        if waiting and can_give_keys():
            text = tr("Layers that need their access key: {count}. Right-click one: Sentinel Workbench > {entry}.")
            self._iface.messageBar().pushMessage(
                _TITLE, text.format(count=len(waiting), entry=self.action.text()), Qgis.MessageLevel.Info, _SECONDS)
