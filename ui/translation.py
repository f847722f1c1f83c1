"""Texts for people. Strings are constant; values go in with ``format`` after translation."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

FOLDER = Path(__file__).resolve().parents[1] / "i18n"


def tr(text: str) -> str:
    """``text`` in the user's language."""
    return QCoreApplication.translate("SentinelWorkbench", text)


def install_translation(locale: Optional[str] = None) -> Optional[QTranslator]:
    """Load the texts of QGIS's language, or of ``locale``; None when there are none. Keep and later remove what comes.

    Call it before any widget is made.
    """
    language = (locale or QgsApplication.locale())[:2]
    compiled = FOLDER / f"sentinel_workbench_{language}.qm"
    translator = QTranslator()
    if not compiled.exists() or not translator.load(str(compiled)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator


def remove_translation(translator: Optional[QTranslator]) -> None:
    """Undo ``install_translation``."""
    if translator is not None:
        QCoreApplication.removeTranslator(translator)
