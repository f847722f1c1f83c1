"""What the algorithms that work on files share."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Tuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
)

from sentinel_workbench.core.errors import Cancelled, WorkbenchError
from sentinel_workbench.core.services.cog_batch import gather_files

INPUT, FOLDER = "INPUT", "FOLDER"


class FileAlgorithm(QgsProcessingAlgorithm):
    """Base of the algorithms that work on files or all files of a folder."""

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return "My data"

    def groupId(self) -> str:
        return "mydata"

    def tags(self) -> List[str]:
        return ["sentinel", "byoc", "bring your own cog", "cloud optimized geotiff", "validate", "convert", "overviews"]

    def add_files(self) -> None:
        """The parameters that name the files."""
        files = QgsProcessing.SourceType.TypeFile
        self.addParameter(QgsProcessingParameterMultipleLayers(INPUT, "Files", files, None, True))
        behavior = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterFile(FOLDER, "And all in a folder", behavior, optional=True))

    def read_files(
        self, values: Mapping[str, Any], context: QgsProcessingContext, endings: Tuple[str, ...]
    ) -> List[Path]:
        """The files named.

        Raises:
            InvalidInput: there are none.
        """
        files = self.parameterAsFileList(values, INPUT, context) if values.get(INPUT) else []
        return gather_files([file for file in files if file], self.parameterAsFile(values, FOLDER, context), endings)


@contextmanager
def telling_errors() -> Iterator[None]:
    """Errors as Processing shows them."""
    try:
        yield
    except Cancelled as stop:
        raise QgsProcessingException("Cancelled. What was done is kept.") from stop
    except WorkbenchError as error:
        raise QgsProcessingException(str(error)) from error
