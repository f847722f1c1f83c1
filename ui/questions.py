"""Questions before something is deleted."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QMessageBox, QWidget


def ask(parent: QWidget, title: str, question: str, yes: str) -> bool:
    """A question whose button says what it does; Cancel is what Enter and Esc mean."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, question, QMessageBox.StandardButton.Cancel, parent.window())
    box.setObjectName("question_box")
    button = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.button(QMessageBox.StandardButton.Cancel))
    box.exec()
    answer = box.clickedButton() is button
    box.deleteLater()
    return answer
