"""The dialogs of the plugin's algorithms, opened from the dock."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from qgis.core import QgsApplication
from qgis.utils import plugins

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.ui.translation import tr

OpenAlgorithm = Callable[[str, Mapping[str, Any]], None]


def open_algorithm(name: str, values: Mapping[str, Any]) -> None:
    """Open the dialog of an algorithm, some of its fields filled in.

    Raises:
        WorkbenchError: it is not there; QGIS's Processing plugin may be switched off.
    """
    identifier = f"sentinelworkbench:{name}"
    if "processing" not in plugins or QgsApplication.processingRegistry().algorithmById(identifier) is None:
        raise WorkbenchError(
            tr("The Processing algorithm '{name}' is not there.").format(name=identifier),
            tr("Switch on the plugin Processing under Plugins."),
        )
    import processing  # QGIS's own plugin, there only inside QGIS

    processing.execAlgorithmDialog(identifier, dict(values))
