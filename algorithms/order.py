"""What both algorithms do: capture settings and secrets on the main thread, then work in whichever thread it is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Set, Tuple

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.core.errors import Cancelled, InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.qgis.folders import cache_folder, demo_folder
from sentinel_workbench.core.qgis.layers import SLOT_PROPERTY, dress_raster, layer_name
from sentinel_workbench.core.qgis.styles import Stretch


class FeedbackProgress:
    """Processing's feedback as the services' progress."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback

    def report(self, fraction: float, message: str = "") -> None:
        self._feedback.setProgress(100.0 * fraction)
        if message:
            self._feedback.setProgressText(message)

    def cancelled(self) -> bool:
        return self._feedback.isCanceled()


class OrderAlgorithm(QgsProcessingAlgorithm):
    """Base of the algorithms that send an order."""

    def __init__(self) -> None:
        super().__init__()
        self._captured: Optional[Tuple[api.Connection, api.Credentials, api.ServiceSettings]] = None
        self._hub: Optional[LocalHub] = None
        self._refused: Optional[WorkbenchError] = None
        self._settings: Optional[api.ServiceSettings] = None

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return "Imagery"

    def groupId(self) -> str:
        return "imagery"

    def tags(self) -> List[str]:
        return ["sentinel", "satellite", "process api", "evalscript", "cloud", "time series", "mosaic", "copernicus"]

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: whatever needs QGIS's settings or its credential store."""
        name = self.parameterAsString(values, parameters.CONNECTION, context).strip()
        try:
            self._capture(name, self.parameterAsString(values, parameters.HUB_DATA, context).strip())
        except WorkbenchError as error:
            self._refused = error  # raised by ``services``: Processing swallows the text of what is raised here
        return True

    def checkParameterValues(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[bool, str]:
        """Refuse what can't succeed before anything runs."""
        good, reason = super().checkParameterValues(values, context)
        if not good:
            return good, reason
        try:
            self.read_order(values, context)
        except WorkbenchError as error:
            return False, str(error)
        return True, ""

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Any:
        """The order the values describe."""
        raise NotImplementedError

    @contextmanager
    def services(self, feedback: QgsProcessingFeedback) -> Iterator[api.Services]:
        """The services of the chosen connection; a local hub of its own runs as long as they are used."""
        try:
            if self._refused:
                raise self._refused
            if self._hub:
                connection = self._hub.start(FeedbackProgress(feedback))
                services = api.build_services(connection, self._hub.credentials, self._settings)
            else:
                services = api.build_services(*self._captured)
            try:
                yield services
            finally:
                services.close()
        except Cancelled as stop:
            raise QgsProcessingException("Cancelled. What was done is kept in the cache.") from stop
        except WorkbenchError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            if self._hub:
                self._hub.stop()

    def _capture(self, name: str, hub_data: str) -> None:
        if name.casefold() in (parameters.LOCAL_HUB, "local", ""):
            self._hub = LocalHub(Path(hub_data) if hub_data else demo_folder(), with_demo_scenes=not hub_data)
            self._settings = api.ServiceSettings(cache_folder())
            return
        connection = ConnectionStore().find(name)
        if connection is None:
            saved = ", ".join(["local hub", *(c.name for c in ConnectionStore().all())])
            raise InvalidInput("connection", f"There is no connection '{name}'.", f"Use one of: {saved}.")
        credentials = CredentialStore().find(name, connection.auth_config_id)
        self._captured = (connection, credentials, api.settings_for(connection))


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
        _waiting.discard(self)
        if isinstance(layer, QgsRasterLayer):
            layer.setName(layer_name(self._image, self._identifier))
            dress_raster(layer, self._image, self._identifier, self._stretch)
            layer.setCustomProperty(SLOT_PROPERTY, self._slot)
        if self._group:
            move_to_group(context.project(), layer.id(), self._group)


class TableGrouper(QgsProcessingLayerPostProcessorInterface):
    """Puts a table that Processing loads into the series' group."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._group = group

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        _waiting.discard(self)
        move_to_group(context.project(), layer.id(), self._group)


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
