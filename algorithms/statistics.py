"""``sentinelworkbench:statistics``: a table of intervals and polygons by the Statistical API."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRange,
    QgsProcessingParameterString,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.area_parameters import place_parameters, read_areas, size_parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, choice, day, is_given, suggested
from sentinel_workbench.algorithms.help import AREA_HELP, INPUTS_HELP, LOCAL_HUB_HELP
from sentinel_workbench.algorithms.order import OrderAlgorithm
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.orders import MOSAICKING_ORDERS
from sentinel_workbench.core.model.statistics import StatisticalOrder
from sentinel_workbench.core.qgis.temporal import to_qdatetime
from sentinel_workbench.core.services.area_statistics import (
    StatisticsRow,
    histogram_text,
    interval_units,
    likely_intervals,
    make_statistical_order,
    measure_areas,
    most_intervals,
    statistics_rows,
)

INTERVAL, PERCENTILES, BINS, RANGE, OUTPUT = "INTERVAL", "PERCENTILES", "HISTOGRAM_BINS", "HISTOGRAM_RANGE", "OUTPUT"
MOST_POLYGONS = 5000
_FIELDS = (
    ("area", QVariant.Int), ("name", QVariant.String), ("from", QVariant.DateTime), ("to", QVariant.DateTime),
    ("output", QVariant.String), ("band", QVariant.String), ("min", QVariant.Double), ("max", QVariant.Double),
    ("mean", QVariant.Double), ("stdev", QVariant.Double), ("samples", QVariant.Int), ("no_data", QVariant.Int),
)  # fmt: skip


class PlacedStatistics(NamedTuple):
    """Areas, what is asked of each, and the units one interval with one scene costs in each."""

    areas: List[api.Area]
    orders: List[StatisticalOrder]
    units: List[float]
    percentiles: Tuple[float, ...]


class StatisticsAlgorithm(OrderAlgorithm):
    """A row for each polygon, interval, output and band."""

    def name(self) -> str:
        return "statistics"

    def displayName(self) -> str:
        return "Statistics of polygons"

    def shortHelpString(self) -> str:
        return (
            "Asks the Statistical API what an evalscript's outputs are over polygons, interval by interval: least, "
            "greatest and mean value, standard deviation, pixels with and without data, percentiles and a histogram. "
            "A table with a row for each polygon, interval, output and band; intervals without scenes have none.\n\n"
            "A script without the output dataMask, which the service needs, gets one where it is a plain script of one "
            "input; pixels without data are then left out.\n\n"
            "Intervals are durations of whole days at least: P1D, P10D, P1M. A last one that the period cuts short "
            f"counts.\n\n{AREA_HELP}\n\n{INPUTS_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        shared = (
            parameters.connection(), parameters.collection(), parameters.script("vegetation_index"),
            *place_parameters("Polygons, instead of the area"), *size_parameters(),
            day(parameters.START, "First day"), day(parameters.END, "Last day (belongs to it)"),
            suggested(INTERVAL, "Interval", "P1D", ("P1D", "P5D", "P10D", "P1M")),
            choice(parameters.ORDER, "Which scene lies on top", MOSAICKING_ORDERS, "leastCC"), parameters.cloud(),
            *parameters.input_parameters(),
            QgsProcessingParameterString(PERCENTILES, "Percentiles, such as 5, 50, 95", None, False, True),
            advanced(QgsProcessingParameterNumber(BINS, "Bins of a histogram", whole, None, True, 1, 10000)),
            advanced(QgsProcessingParameterRange(RANGE, "Range of the histogram", real, None, True)),
            parameters.hub_data(),
            QgsProcessingParameterFeatureSink(OUTPUT, "Statistics", QgsProcessing.SourceType.TypeVector),
        )
        for parameter in shared:
            self.addParameter(parameter)
        for name in ("ROWS", "FAILED", "PROCESSING_UNITS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> PlacedStatistics:
        """What the values ask.

        Raises:
            InvalidInput: a value that can't be used.
        """
        period = parameters.read_period(self, values, context)
        interval = self.parameterAsString(values, INTERVAL, context).strip()
        percentiles = read_percentiles(self.parameterAsString(values, PERCENTILES, context))
        histogram = self._read_histogram(values, context)
        areas = read_areas(self, values, context, MOST_POLYGONS)
        images = [parameters.read_image_order(self, values, context, area) for area in areas]
        orders = [make_statistical_order(image, period, interval, percentiles, histogram) for image in images]
        return PlacedStatistics(areas, orders, [interval_units(image) for image in images], percentiles)

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.services(feedback) as services:
            asked = self.read_order(values, context)
            most, likely = most_intervals(asked.orders[0]), likely_intervals(asked.orders[0])
            feedback.pushInfo(
                f"{len(asked.orders)} requests of at most {most} intervals. About {likely * sum(asked.units):.2f} "
                f"processing units with a scene every five days, at most {most * sum(asked.units):.2f} with one each."
            )
            average = sum(asked.units) / len(asked.units) * likely
            progress = FeedbackProgress(feedback)
            measured = measure_areas(services.client, asked.areas, asked.orders, progress, average)
            units = services.client.meter.total
        rows = list(statistics_rows(measured))
        failed = _tell_failures(rows, feedback)
        if failed and failed == len(rows):
            raise QgsProcessingException(rows[0].error)
        if not rows:
            feedback.pushWarning("There are no scenes: no interval has statistics.")
        target = self._write(rows, asked.percentiles, values, context)
        feedback.pushInfo(f"{len(rows) - failed} rows, {failed} failed; {units:.2f} processing units spent.")
        return {OUTPUT: target, "ROWS": len(rows) - failed, "FAILED": failed, "PROCESSING_UNITS": units}

    def _read_histogram(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Optional[api.Histogram]:
        if not is_given(values, BINS):
            if is_given(values, RANGE):
                raise InvalidInput("histogram", f"{RANGE} is given without {BINS}.", f"Give {BINS} too.")
            return None
        limits: Sequence[Optional[float]] = (None, None)
        if is_given(values, RANGE):
            limits = self.parameterAsRange(values, RANGE, context)
        return api.Histogram(self.parameterAsInt(values, BINS, context), low=limits[0], high=limits[1])

    def _write(
        self, rows: Sequence[StatisticsRow], percentiles: Sequence[float], values: Mapping[str, Any],
        context: QgsProcessingContext,
    ) -> str:
        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        for percent in percentiles:
            fields.append(QgsField(f"p{percent:g}".replace(".", "_"), QVariant.Double))
        for name in ("histogram", "error"):
            fields.append(QgsField(name, QVariant.String))
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.NoGeometry)
        for row in rows:
            feature = QgsFeature(fields)
            feature.setAttributes(_cells(row, percentiles))
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return target


def _cells(row: StatisticsRow, percentiles: Sequence[float]) -> List[Any]:
    """Moments without a single value are NULL."""
    slot = [to_qdatetime(row.period.start), to_qdatetime(row.period.end)] if row.period else [None, None]
    known = row.statistics
    if known is None:
        return [row.number, row.area.name, *slot, *[None] * (len(_FIELDS) - 4 + len(percentiles) + 1), row.error]
    moments: List[Optional[float]] = [known.minimum, known.maximum, known.mean, known.deviation]
    ranks: List[Optional[float]] = [known.percentiles.get(percent) for percent in percentiles]
    if not known.has_data:
        moments, ranks = [None] * len(moments), [None] * len(ranks)
    counts = [known.samples, known.without_data]
    return [row.number, row.area.name, *slot, row.output, row.band, *moments, *counts, *ranks,
            histogram_text(known), None]


def _tell_failures(rows: Sequence[StatisticsRow], feedback: QgsProcessingFeedback) -> int:
    failed = [row for row in rows if row.error]
    for row in failed:
        place = f"{row.area.name or row.number}" + (f", {row.period.label()}" if row.period else "")
        feedback.reportError(f"{place}: {row.error}")
    return len(failed)


def read_percentiles(text: str) -> Tuple[float, ...]:
    """Numbers separated by commas, semicolons or blanks.

    Raises:
        InvalidInput: they are none.
    """
    try:
        return tuple(dict.fromkeys(float(word) for word in re.split(r"[,;\s]+", text) if word))
    except ValueError as error:
        raise InvalidInput("percentiles", f"'{text}' are not numbers.", "Write them as 5, 50, 95.") from error
