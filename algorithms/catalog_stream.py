"""``stacstream``: files of scenes as layers whose pixels stay on their server."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from sentinel_workbench.algorithms.catalog import BANDS, IDS, LOAD, RASTERS, split
from sentinel_workbench.algorithms.catalog_items import ITEMS_HELP, ItemsAlgorithm
from sentinel_workbench.algorithms.definitions import choice, text
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.item_layers import MAX_STREAMED, open_streamed, streams_folder
from sentinel_workbench.core.services.streamed import StreamedRaster

SHOW = "SHOW"
TRUE_COLOUR, COMPOSITE, EACH = WAYS = ("true colour", "composite", "each")


class StreamAlgorithm(ItemsAlgorithm):
    """Puts scenes of a file of items on the map without downloading them."""

    def name(self) -> str:
        return "stacstream"

    def displayName(self) -> str:
        return "Show scenes from their server (STAC)"

    def shortHelpString(self) -> str:
        return (
            "Shows scenes as layers whose pixels come from their server as the map needs them; nothing is downloaded "
            f"before. {ITEMS_HELP}\n\n"
            "'true colour' takes red, green and blue with their reflectance, or the catalog's own picture. 'composite' "
            "makes the named bands the bands of one layer, 'each' a layer of each.\n\n"
            "Projects refer to small files in the profile that hold no signature and no key. Files in storage that "
            "wants a key are read with the one named below, until QGIS ends or the plugin is unloaded."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_items()
        self.addParameter(text(IDS, "Ids of the scenes to show (all when empty)"))
        self.addParameter(choice(SHOW, "Layers", WAYS, TRUE_COLOUR))
        self.addParameter(QgsProcessingParameterString(
            BANDS, "Bands, such as B08, B04, B03, or keys of assets (not for true colour)", None, optional=True))
        self.addParameter(QgsProcessingParameterBoolean(LOAD, "Add the layers to the project", True))
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Layers"))
        self.addOutput(QgsProcessingOutputNumber("FAILED", "Failed"))
        self.add_access()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        made: List[StreamedRaster] = []
        failed: List[str] = []
        with self.catalog() as catalog:
            items = self.read_items(catalog, values, context, feedback)
            wanted = self._wanted(values, context)
            if len(items) * len(wanted) > MAX_STREAMED:
                raise QgsProcessingException(
                    f"{len(items) * len(wanted)} layers at once are too many. Name ids, up to {MAX_STREAMED} layers.")
            for item in items:
                for bands in wanted:
                    if feedback.isCanceled():
                        raise QgsProcessingException("Cancelled.")
                    feedback.setProgress(100.0 * (len(made) + len(failed)) / (len(items) * len(wanted)))
                    try:
                        made.append(catalog.stream(item, bands, streams_folder()) if bands
                                    else catalog.stream_true_colour(item, streams_folder()))
                    except WorkbenchError as error:
                        failed.append(f"{item.item_id}: {error}")
                        feedback.reportError(failed[-1])
        if not made:
            raise QgsProcessingException(failed[0] if failed else "There is no scene of these ids.")
        if self.parameterAsBool(values, LOAD, context):
            self._load(made, context)
        return {RASTERS: [str(one.path) for one in made], "FAILED": len(failed)}

    def _wanted(self, values: Mapping[str, Any], context: QgsProcessingContext) -> List[Tuple[str, ...]]:
        """The bands of each layer of a scene; none for true colour."""
        way = self.parameterAsEnumString(values, SHOW, context)
        bands = split(self.parameterAsString(values, BANDS, context))
        if way == TRUE_COLOUR:
            return [()]
        if not bands:
            raise QgsProcessingException("No band is named. Name one or more, such as B08, B04, B03.")
        return [bands] if way == COMPOSITE else [(band,) for band in bands]

    def _load(self, made: List[StreamedRaster], context: QgsProcessingContext) -> None:
        """Opened here, since Processing itself would fetch pixels to choose a stretch."""
        for streamed in made:
            layer = open_streamed(streamed)
            layer.moveToThread(context.thread())
            context.temporaryLayerStore().addMapLayer(layer)
            details = QgsProcessingContext.LayerDetails(streamed.title, context.project(), RASTERS)
            context.addLayerToLoadOnCompletion(layer.id(), details)
