"""The one layer that shows a preview, replaced in its place."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsLayerTreeLayer, QgsProject, QgsRasterLayer

from sentinel_workbench.core.qgis.layers import open_raster
from sentinel_workbench.core.qgis.pictures import MeasuredImage

_MARK = "sentinelworkbench/preview"


class PreviewLayer:
    """On top of the layers, or where the user moved it. Main thread.

    Args:
        project: gets the layer.
        name: of the layer.
    """

    def __init__(self, project: QgsProject, name: str) -> None:
        self._project, self._name = project, name

    def find(self) -> Optional[QgsRasterLayer]:
        """The layer, or None; also one that a saved project brought along."""
        for layer in self._project.mapLayers().values():
            if isinstance(layer, QgsRasterLayer) and layer.customProperty(_MARK):
                return layer
        return None

    def show(self, measured: MeasuredImage) -> QgsRasterLayer:
        """Show an image, whatever the time the map shows.

        Raises:
            DamagedFile: it does not open; the layer stays as it was.
        """
        layer = open_raster(measured.image, measured.identifier, self._name, measured.stretch)
        layer.temporalProperties().setIsActive(False)
        layer.setCustomProperty(_MARK, True)
        earlier = self.find()
        self._project.addMapLayer(layer, False)
        root = self._project.layerTreeRoot()
        node = root.findLayer(earlier.id()) if earlier is not None else None
        if node is None:
            root.insertLayer(0, layer)
        else:
            parent, row = node.parent(), node.parent().children().index(node)
            shown: QgsLayerTreeLayer = parent.insertLayer(row, layer)
            shown.setItemVisibilityChecked(node.itemVisibilityChecked())
            shown.setExpanded(node.isExpanded())
        if earlier is not None:
            self._project.removeMapLayer(earlier.id())
        return layer

    def remove(self) -> None:
        """Take the layer away."""
        layer = self.find()
        if layer is not None:
            self._project.removeMapLayer(layer.id())
