"""The plugin's tab in QGIS's message log. Safe to call from any thread."""

from __future__ import annotations

from qgis.core import Qgis, QgsMessageLog

TAG = "Sentinel Workbench"


def log_info(text: str) -> None:
    """Something worth keeping that needs no attention."""
    QgsMessageLog.logMessage(text, TAG, Qgis.MessageLevel.Info, False)


def log_warning(text: str) -> None:
    """Something that went wrong and was coped with."""
    QgsMessageLog.logMessage(text, TAG, Qgis.MessageLevel.Warning, False)


def log_error(text: str) -> None:
    """Something that stopped an order. The caller shows it to the user as well."""
    QgsMessageLog.logMessage(text, TAG, Qgis.MessageLevel.Critical, False)
