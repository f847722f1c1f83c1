"""``sclhistogram`` and ``parcelseries``: tables about parcels, date by date."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, Mapping, Sequence, Tuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, is_given
from sentinel_workbench.algorithms.help import LOCAL_HUB_HELP
from sentinel_workbench.algorithms.parcels import (
    RULE_HELP,
    SOURCES_HELP,
    TOUCHED,
    ParcelAlgorithm,
    need_geopackage,
    tell_failures,
    tell_series,
)
from sentinel_workbench.algorithms.statistics import PERCENTILES, read_percentiles
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.chips import ChipOrder
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.services.index_scripts import Index, apply_index, read_index
from sentinel_workbench.core.services.parcel_series import PERCENTS, SERIES, SeriesRun, check_percents, write_series
from sentinel_workbench.core.services.parcel_tables import PARCELS as PARCELS_TABLE
from sentinel_workbench.core.services.scl_histogram import HistogramRun, Verdict
from sentinel_workbench.core.services.scl_tables import HISTOGRAMS, write_histograms

OUTPUT, CSV, BANDS, INDICES, CLEAR_ONLY = "OUTPUT", "CSV", "BANDS", "INDICES", "CLEAR_ONLY"


class TableAlgorithm(ParcelAlgorithm):
    """Base of both: a table into a GeoPackage and CSV."""

    def add_tables(self, title: str) -> None:
        """Where the table goes, and the outputs."""
        table = QgsProcessing.SourceType.TypeVector
        self.addParameter(QgsProcessingParameterFileDestination(CSV, "The same as CSV", "CSV (*.csv)", None, True))
        self.addParameter(QgsProcessingParameterVectorDestination(OUTPUT, title, table))
        self.addOutput(QgsProcessingOutputVectorLayer("OUTLINES", "Parcels with what is known of each"))
        for name in ("ROWS", "FAILED", "REQUESTS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))
        self.addParameter(parameters.hub_data())

    def targets(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[Path, Any]:
        """Paths of the GeoPackage and of the CSV file, or None."""
        geopackage = need_geopackage(Path(self.parameterAsOutputLayer(values, OUTPUT, context)))
        told = self.parameterAsFileOutput(values, CSV, context) if is_given(values, CSV) else ""
        return geopackage, Path(told) if told else None

    def outputs(self, geopackage: Path, table: str, csv_file: Any, rows: int) -> Dict[str, Any]:
        """What Processing hands on."""
        return {OUTPUT: f"{geopackage}|layername={table}", "OUTLINES": f"{geopackage}|layername={PARCELS_TABLE}",
                CSV: str(csv_file) if csv_file else None, "ROWS": rows}


class HistogramAlgorithm(TableAlgorithm):
    """Scene classes under each parcel at each date, with a verdict."""

    def name(self) -> str:
        return "sclhistogram"

    def displayName(self) -> str:
        return "Clouds over parcels (SCL histograms)"

    def shortHelpString(self) -> str:
        return (
            "Counts the pixels of each Sentinel-2 scene class in every parcel at every date, and says whether the "
            "parcel is clear: a row for each parcel and date with its product, number of pixels, a column for each "
            f"class, the clear share and the verdict.\n\n{RULE_HELP}\n\n{SOURCES_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_parcels()
        self.add_rule()
        self.add_tables("Histograms")
        for name in ("DATES", "CLEAR"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        geopackage, csv_file = self.targets(values, context)
        order, rule = self.read_order(values, context, feedback), self.read_rule(values, context)
        progress = FeedbackProgress(feedback)
        with self.chips(values, context, feedback) as source, tempfile.TemporaryDirectory(prefix="parcels-") as work:
            series = source.fetch(order, Path(work), Part(progress, 0.0, 0.8))
            tell_series(series, feedback)
            run = HistogramRun(order.parcels, series.chips, rule)
            written = write_histograms(run.dates(Part(progress, 0.8, 1.0)), order.parcels, geopackage, csv_file)
            tell_failures(run.failures, order.parcels, feedback)
        failed = len(series.failures) + len(run.failures)
        if failed and not written.rows:
            raise QgsProcessingException([*series.failures, *run.failures][0].sentence)
        told = ", ".join(f"{count} {verdict.value}" for verdict, count in written.verdicts.items())
        feedback.pushInfo(f"{written.rows} rows of {written.dates} dates: {told or 'no image in this period'}.")
        return {
            **self.outputs(geopackage, HISTOGRAMS, csv_file, written.rows), "FAILED": failed, "DATES": written.dates,
            "CLEAR": written.verdicts.get(Verdict.CLEAR, 0), "REQUESTS": series.requests,
        }  # fmt: skip


class SeriesTableAlgorithm(TableAlgorithm):
    """Statistics of bands and indices over each parcel at its clear dates."""

    def name(self) -> str:
        return "parcelseries"

    def displayName(self) -> str:
        return "Bands and indices over parcels"

    def shortHelpString(self) -> str:
        return (
            "Measures bands and indices over every parcel at its clear dates: mean, standard deviation, least and "
            "greatest value, and percentiles; a row for each parcel, date and band.\n\n"
            "An index is one of NDVI, NDWI, NDMI, NBR, NDRE, EVI and SAVI, or a formula such as "
            "ratio = B08 / B04; several are separated by semicolons.\n\n"
            f"{RULE_HELP}\n\n{SOURCES_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_parcels()
        self.addParameter(QgsProcessingParameterString(BANDS, "Bands, such as B04, B08", None, False, True))
        self.addParameter(QgsProcessingParameterString(INDICES, "Indices", "NDVI", False, True))
        self.addParameter(QgsProcessingParameterBoolean(CLEAR_ONLY, "Only dates on which a parcel is clear", True))
        usual = ", ".join(f"{percent:g}" for percent in PERCENTS)
        self.addParameter(advanced(QgsProcessingParameterString(PERCENTILES, "Percentiles", usual, False, True)))
        self.add_rule()
        self.add_tables("Series")

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        geopackage, csv_file = self.targets(values, context)
        order, (bands, indices) = self.read_order(values, context, feedback), self.read_wanted(values, context)
        percents = self.read_percents(values, context)
        progress = FeedbackProgress(feedback)
        with self.chips(values, context, feedback) as source, tempfile.TemporaryDirectory(prefix="parcels-") as work:
            clear = None
            if self.parameterAsBool(values, CLEAR_ONLY, context):
                rule = self.read_rule(values, context)
                clear = self.find_clear(source, order, rule, Path(work, "scl"), feedback)[1]
            needed = tuple(dict.fromkeys([*bands, *(band for index in indices for band in index.bands)]))
            order = ChipOrder(order.parcels, order.period, needed, clear)
            series = source.fetch(order, Path(work, "bands"), Part(progress, 0.5, 0.8))
            tell_series(series, feedback)
            made = [chip for index in indices for chip in apply_index(series.chips, index)]
            names = [*bands, *(name for chip in made for name in chip.bands)]
            touched = self.parameterAsBool(values, TOUCHED, context)
            run = SeriesRun(order.parcels, [*series.chips, *made], touched, percents, names)
            rows = write_series(run.dates(Part(progress, 0.8, 1.0)), order.parcels, geopackage, csv_file, percents)
            tell_failures(run.failures, order.parcels, feedback)
        failed = len(series.failures) + len(run.failures)
        if failed and not rows:
            raise QgsProcessingException([*series.failures, *run.failures][0].sentence)
        feedback.pushInfo(f"{rows} rows of {len(series.dates)} dates.")
        told = self.outputs(geopackage, SERIES, csv_file, rows)
        return {**told, "FAILED": failed, "REQUESTS": series.requests}

    def check(self, values: Mapping[str, Any], context: QgsProcessingContext) -> None:
        """See ``ParcelAlgorithm.check``."""
        super().check(values, context)
        self.read_wanted(values, context)
        self.read_percents(values, context)

    def read_wanted(
        self, values: Mapping[str, Any], context: QgsProcessingContext
    ) -> Tuple[Sequence[str], Sequence[Index]]:
        """Bands and indices to measure.

        Raises:
            InvalidInput: none of either.
        """
        texts = [self.parameterAsString(values, name, context) or "" for name in (BANDS, INDICES)]
        bands = [word.strip() for word in texts[0].replace(";", ",").split(",") if word.strip()]
        indices = [read_index(word) for word in texts[1].split(";") if word.strip()]
        if not bands and not indices:
            raise InvalidInput("bands", "Neither a band nor an index is named.", f"Give {BANDS} or {INDICES}.")
        return bands, indices

    def read_percents(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[float, ...]:
        """Percentiles to measure.

        Raises:
            InvalidInput: they are no numbers from 0 to 100.
        """
        return check_percents(read_percentiles(self.parameterAsString(values, PERCENTILES, context) or ""))
