"""``cbmseries``: what a CbM server measured over a parcel, date by date."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.cbm import CBM_HELP, PID, CbmAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import choice, is_given
from sentinel_workbench.algorithms.parcels import need_geopackage
from sentinel_workbench.core.cbm.client import SERIES_KINDS
from sentinel_workbench.core.services.scl_histogram import ClearRule
from sentinel_workbench.core.services.server_series import SERVER_SERIES, write_server_series

KIND, BAND, CSV, OUTPUT = "KIND", "BAND", "CSV", "OUTPUT"


class CbmSeriesAlgorithm(CbmAlgorithm):
    """The server's own time series as a table."""

    def name(self) -> str:
        return "cbmseries"

    def displayName(self) -> str:
        return "Time series of a parcel on a CbM server"

    def shortHelpString(self) -> str:
        return (
            "Asks a CbM server what it measured over a parcel itself: s2 is the bands of Sentinel-2 as digital "
            "numbers, bs the backscatter and c6 the coherence of Sentinel-1, scl the scene classes. A row for each "
            "date and band with count, mean, standard deviation, least and greatest value and quartiles, with the "
            "pixels of each scene class where the server tells them, and whether the parcel is clear by these (no "
            f"shadow, cloud, cirrus or snow).\n\n{CBM_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_server()
        for parameter in (
            QgsProcessingParameterString(PID, "Id of the parcel"),
            choice(KIND, "Kind", SERIES_KINDS, "s2"),
            QgsProcessingParameterString(BAND, "Only this band, such as B04", None, False, True),
            QgsProcessingParameterFileDestination(CSV, "The same as CSV", "CSV (*.csv)", None, True),
            QgsProcessingParameterVectorDestination(OUTPUT, "Series", QgsProcessing.SourceType.TypeVector),
            parameters.hub_data(),
        ):
            self.addParameter(parameter)
        for name in ("ROWS", "DATES"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        geopackage = need_geopackage(Path(self.parameterAsOutputLayer(values, OUTPUT, context)))
        told = self.parameterAsFileOutput(values, CSV, context) if is_given(values, CSV) else ""
        pid, band = (self.parameterAsString(values, name, context).strip() for name in (PID, BAND))
        kind, table = self.parameterAsEnumString(values, KIND, context), self.read_table(values, context)
        with self.client(feedback) as client:
            rows = client.time_series(table, pid, kind, band, kind in ("s2", "scl"), FeedbackProgress(feedback))
            count = write_server_series(rows, pid, kind, ClearRule(), geopackage, Path(told) if told else None)
        dates = len({row.date for row in rows})
        feedback.pushInfo(f"{count} rows of {dates} dates.")
        return {OUTPUT: f"{geopackage}|layername={SERVER_SERIES}", CSV: told or None, "ROWS": count, "DATES": dates}
