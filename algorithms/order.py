"""What the algorithms of an order do: refuse what can't succeed, and dress what Processing loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Set, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.connected import ConnectedAlgorithm
from sentinel_workbench.algorithms.parameters import USERDATA
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.layers import SLOT_PROPERTY, dress_raster, layer_name
from sentinel_workbench.core.qgis.styles import Stretch
from sentinel_workbench.core.qgis.tables import relate_loaded
from sentinel_workbench.core.services.userdata import write_userdata


class OrderAlgorithm(ConnectedAlgorithm):
    """Base of the algorithms that send an order."""

    def group(self) -> str:
        return "Imagery"

    def groupId(self) -> str:
        return "imagery"

    def tags(self) -> List[str]:
        return ["sentinel", "satellite", "process api", "evalscript", "cloud", "time series", "mosaic", "copernicus"]

    def checkParameterValues(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[bool, str]:
        """Refuse what can't succeed before anything runs."""
        good, reason = super().checkParameterValues(values, context)
        if not good:
            return good, reason
        try:
            self.check_order(self.read_order(values, context))
        except WorkbenchError as error:
            return False, str(error)
        return True, ""

    def check_order(self, order: Any) -> None:
        """Refuse what the service would refuse.

        Raises:
            InvalidInput: the field is named.
        """

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Any:
        """The order the values describe."""
        raise NotImplementedError

    def write_userdata(
        self, values: Mapping[str, Any], context: QgsProcessingContext, images: Sequence[api.ImageResult],
        name: str = "",
    ) -> Mapping[str, str]:
        """Write the user data where the values want them; ``name`` becomes part of the file's.

        Raises:
            WorkbenchError: the file can't be written.
        """
        wanted = self.parameterDefinition(USERDATA) and self.parameterAsFileOutput(values, USERDATA, context)
        if not wanted:
            return {}
        path = Path(wanted)
        write_userdata(images, path.with_name(f"{path.stem}_{name}{path.suffix}") if name else path)
        return {USERDATA: str(path)}


_waiting: Set[QgsProcessingLayerPostProcessorInterface] = set()
"""Post-processors until they have run: Processing itself keeps no reference to them."""


class RasterDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a raster that Processing loads its style, time, metadata and place in the group."""

    def __init__(
        self, image: api.ImageResult, identifier: str, stretch: Optional[Stretch], group: Optional[str], slot: int
    ) -> None:
        super().__init__()
        self._image, self._identifier, self._stretch, self._group = image, identifier, stretch, group
        self._slot = slot

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsRasterLayer):
            layer.setName(layer_name(self._image, self._identifier))
            dress_raster(layer, self._image, self._identifier, self._stretch)
            layer.setCustomProperty(SLOT_PROPERTY, self._slot)
        if self._group:
            move_to_group(context.project(), layer.id(), self._group)


class TableGrouper(QgsProcessingLayerPostProcessorInterface):
    """Puts a table that Processing loads into the series' group and relates it to that of the images."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._group = group

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        move_to_group(context.project(), layer.id(), self._group)
        if context.project() and isinstance(layer, QgsVectorLayer):
            relate_loaded(context.project(), layer)


def move_to_group(project: Optional[QgsProject], layer_id: str, title: str) -> None:
    """Move a layer's entry into the group ``title``, made on top when missing."""
    root = project.layerTreeRoot() if project else None
    node = root.findLayer(layer_id) if root else None
    if node is None:
        return
    group = root.findGroup(title) or root.insertGroup(0, title)
    group.addChildNode(node.clone())
    node.parent().removeChildNode(node)


def load_later(context: QgsProcessingContext, uri: str, name: str, processor: Any, group: Optional[str]) -> None:
    """Let Processing load ``uri`` into the project at the end; nothing happens where there is no project."""
    if context.project() is None:
        return
    details = QgsProcessingContext.LayerDetails(name, context.project(), name)
    if group and hasattr(details, "groupName"):
        details.groupName = group
    process_later(details, processor)
    context.addLayerToLoadOnCompletion(uri, details)


def process_later(details: QgsProcessingContext.LayerDetails, processor: Any) -> None:
    """Let Processing call ``processor`` when the layer is loaded."""
    _waiting.add(processor)
    details.setPostProcessor(processor)


def processed(processor: Any) -> None:
    """``processor`` has run; it is kept no longer."""
    _waiting.discard(processor)
