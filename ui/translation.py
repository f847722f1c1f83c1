"""Texts for people. Strings are constant; values go in with ``format`` after translation."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def tr(text: str) -> str:
    """``text`` in the user's language."""
    return QCoreApplication.translate("SentinelWorkbench", text)

