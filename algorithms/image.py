"""``sentinelworkbench:image``: one image of a period."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, Mapping

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterRasterDestination,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.order import OrderAlgorithm, RasterDresser, process_later
from sentinel_workbench.core.errors import DiskFull, InvalidInput, StorageError, is_disk_full
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.qgis.metadata import tiles_sentence
from sentinel_workbench.core.qgis.styles import measure_stretch

OUTPUT = "OUTPUT"


class ImageAlgorithm(OrderAlgorithm):
    """One mosaic of a period as a GeoTIFF."""

    def name(self) -> str:
        return "image"

    def displayName(self) -> str:
        return "Image"

    def shortHelpString(self) -> str:
        return (
            "Fetches one image: the scenes of a period, least cloudy, most recent or oldest on top, through an "
            "evalscript. The log names the satellite tiles it was made of.\n\n"
            "An image that was fetched before comes from the cache and costs nothing.\n\n"
            "The connection 'local hub' needs no account: it works on demo scenes, or on the folder given below."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        for parameter in parameters.common_parameters():
            self.addParameter(parameter)
        self.addParameter(QgsProcessingParameterRasterDestination(OUTPUT, "Image"))
        self.addOutput(QgsProcessingOutputString("TILES", "Tiles"))
        for name in ("AREA_CLOUD_PERCENT", "REQUESTS", "PROCESSING_UNITS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> api.ImageOrder:
        """The order the values describe.

        Raises:
            InvalidInput: a value that can't be used.
        """
        collection = self.parameterAsString(values, parameters.COLLECTION, context).strip()
        known = known_collections().get(collection)
        period = None if known and known.timeless else parameters.read_period(self, values, context)
        order = parameters.read_image_order(self, values, context, period)
        if len(order.responses) != 1:
            raise InvalidInput("evalscript", "The evalscript has several outputs.", "Use the algorithm for a series.")
        return order

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        target = Path(self.parameterAsOutputLayer(values, OUTPUT, context))
        with self.services(feedback) as services:
            order = self.read_order(values, context)
            result = services.image.fetch(order, FeedbackProgress(feedback))
            ((identifier, source),) = result.rasters.items()
            copy_raster(source, target)
        for note in result.notes:
            feedback.pushWarning(note)
        sentence = tiles_sentence(list(result.tiles))
        if sentence:
            feedback.pushInfo(f"Made of {sentence}.")
        if context.willLoadLayerOnCompletion(str(target)):
            dresser = RasterDresser(result, identifier, measure_stretch([target]), None, 0)
            process_later(context.layerToLoadOnCompletionDetails(str(target)), dresser)
        outputs = {OUTPUT: str(target), "TILES": sentence, "REQUESTS": result.requests}
        outputs["PROCESSING_UNITS"] = result.processing_units or 0.0
        outputs["AREA_CLOUD_PERCENT"] = result.area_cloud_percent
        return outputs


def copy_raster(source: Path, target: Path) -> None:
    """Copy, whole or not at all.

    Raises:
        InvalidInput: the target is no GeoTIFF.
        StorageError: it can't be written.
    """
    if target.suffix.lower() not in (".tif", ".tiff"):
        raise InvalidInput("output", f"{target.name} is not a GeoTIFF.", "Use a name that ends with .tif.")
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if is_disk_full(error):
            raise DiskFull(f"The disk is full; {target} could not be written.", "Make room.") from error
        raise StorageError(f"{target} could not be written: {error.strerror}.", "Choose another place.") from error
