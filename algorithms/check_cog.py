"""``checkcog``: will the service ingest these files?"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.files import FOLDER, FileAlgorithm, telling_errors
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.geometry import geometry_of
from sentinel_workbench.core.services.cog_batch import CogReport, check_files, check_together, write_documents
from sentinel_workbench.core.services.file_check import common_folder
from sentinel_workbench.core.services.tile_discovery import ENDINGS, discover_tiles

OUTPUT, THOROUGH, TEMPLATE, REPORT = "OUTPUT", "THOROUGH", "TEMPLATE", "REPORT"
_TEXT, _WHOLE, _REAL, _TRUTH = QVariant.String, QVariant.Int, QVariant.Double, QVariant.Bool
_FIELDS = (
    ("path", _TEXT), ("good", _TRUTH), ("rules", _TEXT), ("problems", _TEXT), ("remedies", _TEXT), ("warnings", _TEXT),
    ("width", _WHOLE), ("height", _WHOLE), ("bands", _WHOLE), ("sample_type", _TEXT), ("epsg", _WHOLE),
    ("tile_width", _WHOLE), ("tile_height", _WHOLE), ("overviews", _WHOLE), ("compression", _TEXT),
    ("no_data", _REAL), ("header_bytes", _WHOLE),
)  # fmt: skip


class CheckCogAlgorithm(FileAlgorithm):
    """A verdict over each file."""

    def name(self) -> str:
        return "checkcog"

    def displayName(self) -> str:
        return "Check COG"

    def shortHelpString(self) -> str:
        return (
            "Checks files against every rule of the service before they are ingested: internal tiles, order of "
            "overviews and header, compression, sample type, bands, coordinate reference system, place. Each broken "
            "rule comes with its reason and remedy.\n\n"
            "The result is a layer of the files' footprints; files that do not say where they lie are rows without a "
            "shape.\n\n"
            "Thorough also decodes every block: only that finds damaged pixels.\n\n"
            "With a template such as */tile_(BAND).tif the files of the folder are also checked together: the same "
            "extent within a tile, the same bands and sample types in all tiles."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_files()
        self.addParameter(QgsProcessingParameterBoolean(THOROUGH, "Thorough: decode every block", False))
        self.addParameter(QgsProcessingParameterString(TEMPLATE, "Template of a tile's files", None, False, True))
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, "Checked files", polygons))
        self.addParameter(QgsProcessingParameterFileDestination(REPORT, "Report", "JSON (*.json)", None, True))
        for name in ("FILES", "GOOD", "BAD"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with telling_errors():
            paths = self.read_files(values, context, ENDINGS)
            thorough = self.parameterAsBoolean(values, THOROUGH, context)
            reports = check_files(paths, thorough, FeedbackProgress(feedback), lambda one: _tell(one, feedback))
            apart = self._check_together(values, context, dict(zip(paths, reports)), feedback)
            report_path = self.parameterAsFileOutput(values, REPORT, context)
            if report_path:
                write_documents(reports, Path(report_path))
        sink, target = self._sink(values, context)
        for report in reports:
            sink.addFeature(_feature(report), QgsFeatureSink.Flag.FastInsert)
        good = sum(report.is_good for report in reports)
        feedback.pushInfo(f"{len(reports)} files: {good} good, {len(reports) - good} with problems.")
        if apart:
            feedback.pushInfo(f"{apart} tiles have files that do not fit together.")
        return {OUTPUT: target, REPORT: report_path, "FILES": len(reports), "GOOD": good, "BAD": len(reports) - good}

    def _check_together(
        self,
        values: Mapping[str, Any],
        context: QgsProcessingContext,
        reports: Mapping[Path, CogReport],
        feedback: QgsProcessingFeedback,
    ) -> int:
        """Tell what tiles break; how many do."""
        template = self.parameterAsString(values, TEMPLATE, context).strip()
        if not template:
            return 0
        root = Path(self.parameterAsFile(values, FOLDER, context) or common_folder(list(reports)))
        named = {path.relative_to(root).as_posix(): one for path, one in reports.items() if root in path.parents}
        discovery = discover_tiles(named, template)
        for one in (*discovery.unmatched, *discovery.uneven):
            feedback.pushWarning(f"{one.name}: {one.reason}")
        if not discovery.tiles:
            raise InvalidInput("template", f"No file fits the template '{template}'.", "Correct it.")
        found = check_together(discovery, named)
        for path, problems in found.items():
            for problem in problems:
                feedback.reportError(f"{path}: {problem.message} {problem.remedy}")
        return sum(1 for problems in found.values() if problems)

    def _sink(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[QgsFeatureSink, str]:
        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.MultiPolygon, crs)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(values, OUTPUT))
        return sink, target


def _tell(report: CogReport, feedback: QgsProcessingFeedback) -> None:
    for problem in report.problems:
        feedback.reportError(f"{report.path}: {problem.message} {problem.remedy}")
    for warning in report.warnings:
        feedback.pushWarning(f"{report.path}: {warning.message} {warning.remedy}")


def _feature(report: CogReport) -> QgsFeature:
    feature, facts = QgsFeature(), report.facts
    texts = [
        ", ".join(dict.fromkeys(problem.rule for problem in report.problems)),
        " ".join(problem.message for problem in report.problems),
        " ".join(dict.fromkeys(problem.remedy for problem in report.problems)),
        " ".join(warning.message for warning in report.warnings),
    ]
    numbers: List[Any] = [None] * (len(_FIELDS) - 6)
    if facts is not None:
        numbers = [
            facts.width, facts.height, facts.bands, facts.sample_type, facts.epsg, facts.tile_width, facts.tile_height,
            facts.overview_count, facts.compression, facts.nodata, facts.header_bytes,
        ]  # fmt: skip
        if facts.footprint:
            geometry = geometry_of(facts.footprint)
            geometry.convertToMultiType()
            feature.setGeometry(geometry)
    feature.setAttributes([report.path, report.is_good, *texts, *numbers])
    return feature
