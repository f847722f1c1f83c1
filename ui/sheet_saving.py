"""Sheets of pictures saved where the user wants them."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.contact_sheet import save_sheet
from sentinel_workbench.ui.file_saving import choose_file_to_save
from sentinel_workbench.ui.translation import tr


def choose_sheet_file(window: QWidget, title: str) -> str:
    """Ask for a PNG or PDF to write."""
    kinds = {tr("PNG image (*.png)"): "png", tr("PDF page (*.pdf)"): "pdf"}
    return choose_file_to_save(window, tr("Save the contact sheet"), kinds, title)


def save_under(sheet: QImage, name: str) -> str:
    """Save a sheet, as PNG where the name does not say PDF; a sentence tells how it went."""
    path = Path(name) if name.lower().endswith((".png", ".pdf")) else Path(f"{name}.png")
    try:
        save_sheet(sheet, path)
    except WorkbenchError as error:
        return str(error)
    return tr("Saved as {path}").format(path=path)
