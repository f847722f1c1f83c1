"""Sheets of pictures saved where the user wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.contact_sheet import save_sheet
from sentinel_workbench.ui.translation import tr

ChooseFile = Callable[[QWidget, str], str]
"""Gets the window and a title; gives "" when the user does not want to."""


def choose_sheet_file(window: QWidget, title: str) -> str:
    """Ask for a PNG or PDF to write."""
    kinds = {tr("PNG image (*.png)"): "png", tr("PDF page (*.pdf)"): "pdf"}
    dialog = QFileDialog(window, tr("Save the contact sheet"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix("png")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kinds[kind]))
    dialog.selectFile(file_title(title))
    return dialog.selectedFiles()[0] if dialog.exec() == QFileDialog.DialogCode.Accepted else ""


def file_title(title: str) -> str:
    """A title as a file's name on every system."""
    return "".join(letter if letter.isalnum() or letter in " .-_" else "_" for letter in title)


def save_under(sheet: QImage, name: str) -> str:
    """Save a sheet, as PNG where the name does not say PDF; a sentence tells how it went."""
    path = Path(name) if name.lower().endswith((".png", ".pdf")) else Path(f"{name}.png")
    try:
        save_sheet(sheet, path)
    except WorkbenchError as error:
        return str(error)
    return tr("Saved as {path}").format(path=path)
