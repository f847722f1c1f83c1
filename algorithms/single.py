"""What the algorithms of one image share: fetch it, write a file for each output, load and dress them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, Mapping

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterRasterDestination,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.order import OrderAlgorithm, RasterDresser, load_later, process_later
from sentinel_workbench.algorithms.parameters import MOST_UNITS
from sentinel_workbench.algorithms.telling import quoting_script, tell_image, tell_plans
from sentinel_workbench.core.errors import DiskFull, InvalidInput, StorageError, is_disk_full
from sentinel_workbench.core.qgis.layers import layer_name
from sentinel_workbench.core.qgis.styles import measure_stretch
from sentinel_workbench.core.services.checks import check_order
from sentinel_workbench.core.services.ordertext import as_json

OUTPUT, RASTERS, TILES, SENT = "OUTPUT", "RASTERS", "TILES", "REQUEST_JSON"


class SingleImageAlgorithm(OrderAlgorithm):
    """Base of the algorithms that make one image; several outputs of its script are a file each."""

    def add_results(self, title: str = "Image") -> None:
        """The destination and what is told."""
        self.addParameter(QgsProcessingParameterRasterDestination(OUTPUT, title))
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "A raster for each output of the script"))
        self.addOutput(QgsProcessingOutputString(TILES, "Tiles"))
        self.addOutput(QgsProcessingOutputString(SENT, "The request, for 'Request as it is'"))
        for name in ("AREA_CLOUD_PERCENT", "REQUESTS", "PROCESSING_UNITS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))

    def check_order(self, order: api.ImageOrder) -> None:
        check_order(order)

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        target = Path(self.parameterAsOutputLayer(values, OUTPUT, context))
        with self.services(feedback) as services:
            order = self.read_order(values, context)
            tell_plans([order], feedback, self.parameterAsDouble(values, MOST_UNITS, context))
            with quoting_script(order, feedback):
                result = services.image.fetch(order, FeedbackProgress(feedback))
            files = copy_outputs(result, target)
            told = self.write_userdata(values, context, (result,))
        sentence = tell_image(result, feedback)
        if context.willLoadLayerOnCompletion(str(target)):
            _load(result, files, context)
        return {
            OUTPUT: str(target), RASTERS: [str(path) for path in files.values()], TILES: sentence, **told,
            "REQUESTS": result.requests, "PROCESSING_UNITS": result.processing_units or 0.0,
            "AREA_CLOUD_PERCENT": result.area_cloud_percent, SENT: as_json(order),
        }  # fmt: skip


def _load(result: api.ImageResult, files: Mapping[str, Path], context: QgsProcessingContext) -> None:
    for number, (identifier, path) in enumerate(files.items()):
        dresser = RasterDresser(result, identifier, measure_stretch([path]), None, 0)
        if number == 0:
            process_later(context.layerToLoadOnCompletionDetails(str(path)), dresser)
        else:
            load_later(context, str(path), layer_name(result, identifier), dresser, None)


def copy_outputs(result: api.ImageResult, target: Path) -> Dict[str, Path]:
    """The first output as ``target``, the others beside it as ``<stem>_<output>.tif``; output to path.

    Raises:
        InvalidInput: the target is no GeoTIFF, or the script has no image.
        StorageError: one can't be written.
    """
    if not result.rasters:
        raise InvalidInput("responses", "The request asks for no image.", "Ask for one of the script's outputs.")
    files = {}
    for number, (identifier, source) in enumerate(result.rasters.items()):
        path = target if number == 0 else target.with_name(f"{target.stem}_{identifier}{target.suffix}")
        copy_raster(source, path)
        files[identifier] = path
    return files


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
