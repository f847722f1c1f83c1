"""``makecog``: files the service can ingest, of any raster."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
)

from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.files import FOLDER, FileAlgorithm, telling_errors
from sentinel_workbench.core.services.cog_batch import (
    COMPRESSIONS,
    KINDS,
    RASTERS,
    SAMPLE_TYPES,
    TILE_SIZES,
    CogOptions,
    MadeFile,
    make_files,
)

OUTPUT, KIND, TILE_SIZE, COMPRESSION, NO_DATA = "OUTPUT", "KIND", "TILE_SIZE", "COMPRESSION", "NO_DATA"
CRS, ASSIGNED_CRS, SAMPLE_TYPE, SPLIT = "CRS", "ASSIGNED_CRS", "SAMPLE_TYPE", "SPLIT"
_AS_IT_IS = "as it is"


class MakeCogAlgorithm(FileAlgorithm):
    """COGs that keep every rule, of any raster."""

    def name(self) -> str:
        return "makecog"

    def displayName(self) -> str:
        return "Make COG"

    def shortHelpString(self) -> str:
        return (
            "Converts rasters into COGs that the service can ingest, and checks each before it takes its place. Pixels "
            "keep their values and their grid, unless a coordinate reference system is chosen or the file is in one "
            "the service does not know: then it is reprojected into its UTM zone, or into EPSG:4326 when it is larger "
            "than that.\n\n"
            "Overviews of classes take every second pixel, those of measurements the mean. 'auto' calls classes what "
            "has a colour table, category names or fewer than 8 bits.\n\n"
            "More than ten bands need a file for each band; they are named by the bands' descriptions, or B1, B2, ..."
            "\n\nThe sources are left as they are."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_files()
        self._add_choice(KIND, "Pixels are", list(KINDS))
        self.addParameter(QgsProcessingParameterBoolean(SPLIT, "A file for each band", False))
        real = QgsProcessingParameterNumber.Type.Double
        self.addParameter(QgsProcessingParameterNumber(NO_DATA, "No-data value", real, None, True))
        self._add_choice(SAMPLE_TYPE, "Sample type", [_AS_IT_IS, *SAMPLE_TYPES])
        self.addParameter(QgsProcessingParameterCrs(CRS, "Reproject to", None, True))
        self.addParameter(QgsProcessingParameterCrs(ASSIGNED_CRS, "CRS of files that name none", None, True))
        self._add_choice(TILE_SIZE, "Internal tiles (pixels)", [str(size) for size in TILE_SIZES], "1024")
        self._add_choice(COMPRESSION, "Compression", list(COMPRESSIONS))
        self.addParameter(QgsProcessingParameterFolderDestination(OUTPUT, "Folder of the COGs"))
        self.addOutput(QgsProcessingOutputMultipleLayers("COGS", "COGs"))
        for name in ("MADE", "FAILED"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder = Path(self.parameterAsString(values, OUTPUT, context))
        root = self.parameterAsFile(values, FOLDER, context)
        with telling_errors():
            options = self._options(values, context)
            sources = self.read_files(values, context, RASTERS)
            split = self.parameterAsBoolean(values, SPLIT, context)
            made = make_files(
                sources, folder, options, split, Path(root) if root else None, FeedbackProgress(feedback),
                lambda one: _tell_made(one, feedback),
            )
        failed = [one for one in made if not one.targets]
        feedback.pushInfo(f"{len(made)} files: {len(made) - len(failed)} converted, {len(failed)} failed.")
        if len(failed) == len(made):
            raise QgsProcessingException(failed[0].sentence)
        cogs = [str(target) for one in made for target in one.targets]
        return {OUTPUT: str(folder), "COGS": cogs, "MADE": len(made) - len(failed), "FAILED": len(failed)}

    def _options(self, values: Mapping[str, Any], context: QgsProcessingContext) -> CogOptions:
        sample_type = self.parameterAsEnumString(values, SAMPLE_TYPE, context)
        return CogOptions(
            kind=self.parameterAsEnumString(values, KIND, context),
            tile_px=int(self.parameterAsEnumString(values, TILE_SIZE, context)),
            compression=self.parameterAsEnumString(values, COMPRESSION, context),
            nodata=None if values.get(NO_DATA) is None else self.parameterAsDouble(values, NO_DATA, context),
            crs=self._code(values, CRS, context),
            assigned_crs=self._code(values, ASSIGNED_CRS, context),
            sample_type=None if sample_type == _AS_IT_IS else sample_type,
        )

    def _code(self, values: Mapping[str, Any], name: str, context: QgsProcessingContext) -> Optional[str]:
        crs = self.parameterAsCrs(values, name, context) if values.get(name) else None
        return crs.authid() if crs is not None and crs.isValid() else None

    def _add_choice(self, name: str, title: str, choices: List[str], default: Optional[str] = None) -> None:
        self.addParameter(
            QgsProcessingParameterEnum(name, title, choices, False, default or choices[0], False, True)
        )


def _tell_made(made: MadeFile, feedback: QgsProcessingFeedback) -> None:
    for target in made.targets:
        feedback.pushInfo(f"{made.source} -> {target}")
    if not made.targets:
        feedback.reportError(f"{made.source}: {made.sentence}")
