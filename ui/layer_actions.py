"""What a right-click on a layer of ours offers: its order, its tiles."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

from qgis.core import QgsMapLayer, QgsMapLayerType, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QMenu

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.qgis.order_property import has_order, order_of
from sentinel_workbench.core.services.order_copies import copy_as_curl, copy_as_json, copy_as_python
from sentinel_workbench.ui.translation import tr

Use = Callable[[ImageOrder], None]


class LayerActions(QObject):
    """Entries in the context menu of the layers panel, for layers that carry an order.

    Args:
        iface: of QGIS.
        edit: fills the form with an order.
        run: sends an order again.
        copy: puts a text on the clipboard.
        connection: the current one.
    """

    def __init__(
        self, iface: Any, edit: Use, run: Use, copy: Callable[[str], None],
        connection: Callable[[], Optional[Connection]],
    ) -> None:
        super().__init__(iface.mainWindow())
        self._iface, self._copy, self._connection = iface, copy, connection
        self._menu = QMenu(tr("Sentinel Workbench"), iface.mainWindow())
        self._actions: List[QAction] = []
        self._add(tr("Edit this order"), "layer_edit_order", lambda layer: self._with_order(layer, edit))
        self._add(tr("Run again"), "layer_run_again", lambda layer: self._with_order(layer, run))
        for text, name, write in (
            (tr("Copy as Python"), "layer_copy_python", copy_as_python),
            (tr("Copy as curl"), "layer_copy_curl", copy_as_curl),
            (tr("Copy as JSON"), "layer_copy_json", copy_as_json),
        ):
            self._add(text, name, lambda layer, write=write: self._with_order(
                layer, lambda order: self._copy(write(order, self._connection()))))
        self._add(tr("Show its tiles"), "layer_show_tiles", show_tiles)
        QgsProject.instance().layersAdded.connect(self._watch)
        self._watch(list(QgsProject.instance().mapLayers().values()))

    def remove(self) -> None:
        """Take the entries away."""
        QgsProject.instance().layersAdded.disconnect(self._watch)
        for action in self._actions:
            self._iface.removeCustomActionForLayerType(action)
            action.deleteLater()
        self._actions.clear()
        self._menu.deleteLater()
        self.deleteLater()

    def _add(self, text: str, name: str, act: Callable[[QgsMapLayer], None]) -> None:
        action = QAction(text, self)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: self._on_current(act))
        self._iface.addCustomActionForLayerType(action, tr("Sentinel Workbench"), QgsMapLayerType.RasterLayer, False)
        self._actions.append(action)

    def _on_current(self, act: Callable[[QgsMapLayer], None]) -> None:
        layer = self._iface.activeLayer()
        if layer is not None:
            act(layer)

    @staticmethod
    def _with_order(layer: QgsMapLayer, act: Use) -> None:
        order = order_of(layer)
        if order is not None:
            act(order)

    def _watch(self, layers: Sequence[QgsMapLayer]) -> None:
        for layer in layers:
            if isinstance(layer, QgsRasterLayer) and has_order(layer):
                for action in self._actions:
                    self._iface.addCustomActionForLayer(action, layer)


def show_tiles(layer: QgsMapLayer) -> None:
    """Make the tiles of the layer's group visible, those of the layer's own image selected."""
    root = QgsProject.instance().layerTreeRoot()
    node = root.findLayer(layer.id())
    group = node.parent() if node else None
    for other in group.findLayers() if group else ():
        table = other.layer()
        if table is not None and table.name() == "tiles":
            other.setItemVisibilityChecked(True)
            table.selectByExpression(f"\"image_id\" = {int(layer.customProperty('sentinelworkbench/slot', -1)) + 1}")
