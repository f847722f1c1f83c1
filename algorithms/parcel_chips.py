"""``parcelchips``: image chips around parcels."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, Mapping

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
    QgsRasterLayer,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.help import LOCAL_HUB_HELP
from sentinel_workbench.algorithms.order import load_later, move_to_group, processed
from sentinel_workbench.algorithms.parcels import (
    RULE_HELP,
    SOURCES_HELP,
    ParcelAlgorithm,
    tell_series,
)
from sentinel_workbench.core.model.chips import Chip, ChipOrder, ChipSeries
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.chip_layers import chip_name, dress_chip, measure_chips, times_of

BANDS, CLEAR_ONLY, FOLDER, LOAD, TITLE, RASTERS = "BANDS", "CLEAR_ONLY", "FOLDER", "LOAD", "TITLE", "RASTERS"


class ChipsAlgorithm(ParcelAlgorithm):
    """Small images around parcels, at all dates or the clear ones."""

    def name(self) -> str:
        return "parcelchips"

    def displayName(self) -> str:
        return "Image chips of parcels"

    def shortHelpString(self) -> str:
        return (
            "Fetches small images around parcels for every date of a period, or only for dates on which a parcel is "
            "clear, and writes them to a folder. Loaded, they are a group that follows the Temporal Controller.\n\n"
            f"{RULE_HELP}\n\n{SOURCES_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_parcels()
        self.addParameter(QgsProcessingParameterString(BANDS, "Bands, such as B08, B04, B03", "B08, B04, B03"))
        self.addParameter(QgsProcessingParameterBoolean(CLEAR_ONLY, "Only dates on which a parcel is clear", True))
        self.add_rule()
        self.addParameter(QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True))
        self.addParameter(QgsProcessingParameterBoolean(LOAD, "Add the chips to the project", True))
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, "Folder for the chips"))
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Chips"))
        for name in ("CHIPS", "DATES", "FAILED", "REQUESTS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))
        self.addParameter(parameters.hub_data())

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder = Path(self.parameterAsString(values, FOLDER, context))
        bands = [word.strip() for word in self.parameterAsString(values, BANDS, context).split(",") if word.strip()]
        order = self.read_order(values, context, feedback, bands)
        with self.chips(values, context, feedback) as source, tempfile.TemporaryDirectory(prefix="parcels-") as work:
            if self.parameterAsBool(values, CLEAR_ONLY, context):
                classes = ChipOrder(order.parcels, order.period)
                clear = self.find_clear(source, classes, self.read_rule(values, context), Path(work), feedback)[1]
                order = ChipOrder(order.parcels, order.period, order.bands, clear)
            series = source.fetch(order, folder, Part(FeedbackProgress(feedback), 0.5, 1.0))
            tell_series(series, feedback)
        if series.failures and not series.chips:
            raise QgsProcessingException(series.failures[0].sentence)
        if self.parameterAsBool(values, LOAD, context):
            load_chips(series, self.parameterAsString(values, TITLE, context).strip() or "Parcel chips", context)
        return {
            FOLDER: str(folder), RASTERS: [str(chip.path) for chip in series.chips], "CHIPS": len(series.chips),
            "DATES": len(series.dates), "FAILED": len(series.failures), "REQUESTS": series.requests,
        }  # fmt: skip


class ChipDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a chip that Processing loads its style, time and place in the group."""

    def __init__(self, chip: Chip, stretch: Any, shown: Any, group: str) -> None:
        super().__init__()
        self._chip, self._stretch, self._shown, self._group = chip, stretch, shown, group

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsRasterLayer):
            dress_chip(layer, self._chip, self._stretch, self._shown)
        move_to_group(context.project(), layer.id(), self._group)


def load_chips(series: ChipSeries, title: str, context: QgsProcessingContext) -> None:
    """Let Processing load chips as a group that follows the Temporal Controller."""
    stretches, shown = measure_chips(series.chips), times_of(series)
    for chip in series.chips:
        name = chip_name(chip, [series.order.parcels[number].pid for number in chip.parcels])
        dresser = ChipDresser(chip, stretches.get(chip.bands), shown[chip.date], title)
        load_later(context, str(chip.path), name, dresser, title)
