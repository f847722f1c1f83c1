"""Where the user wants to save a file."""

from __future__ import annotations

from typing import Callable, Mapping

from qgis.PyQt.QtWidgets import QFileDialog, QWidget

ChooseFile = Callable[[QWidget, str], str]
"""Gets the window and what is saved, by its title; gives "" when the user does not want to."""


def choose_file_to_save(window: QWidget, question: str, kinds: Mapping[str, str], title: str) -> str:
    """Ask under which name; "" when the user does not want to.

    Args:
        window: the dialog belongs to.
        question: its title.
        kinds: of files, as Qt writes filters, to their suffix; the first is proposed.
        title: of what is saved; becomes the name proposed.
    """
    dialog = QFileDialog(window, question)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix(next(iter(kinds.values())))
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kinds[kind]))
    dialog.selectFile(_as_name(title))
    return dialog.selectedFiles()[0] if dialog.exec() == QFileDialog.DialogCode.Accepted else ""


def _as_name(title: str) -> str:
    """A title as a file's name on every system."""
    return "".join(letter if letter.isalnum() or letter in " .-_" else "_" for letter in title)
