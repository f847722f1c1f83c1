"""The text of an evalscript with highlighting, and below it what looks wrong, marked at its line."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFontDatabase
from qgis.PyQt.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.ui.translation import tr

SETTLE_MS = 250
_MARK = 8
_MARK_COLOUR = "#ffd7d0"
Check = Callable[[str], Sequence[ScriptProblem]]


class ScriptEditor(QWidget):
    """Checks the text a moment after the last key."""

    changed = pyqtSignal()

    def __init__(self, check: Check, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._check = check
        self._given = ""
        self.code = _code_editor(self)
        self.code.setObjectName("script_editor")
        self.verdict = QLabel()
        self.verdict.setObjectName("script_verdict")
        self.verdict.setWordWrap(True)
        self.problems = QListWidget()
        self.problems.setObjectName("script_problems")
        self.problems.setMaximumHeight(80)
        self.problems.setWordWrap(True)
        self.problems.setAccessibleName(tr("Problems in the script"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.code, 1)
        layout.addWidget(self.verdict)
        layout.addWidget(self.problems)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.check)
        self.code.textChanged.connect(self._settle.start)
        self.code.textChanged.connect(self.changed)
        self.problems.itemActivated.connect(self._go_to)
        self.problems.itemClicked.connect(self._go_to)
        self.check()

    def text(self) -> str:
        """The script as it stands."""
        return self.code.toPlainText() if isinstance(self.code, QPlainTextEdit) else self.code.text()

    def set_text(self, text: str) -> None:
        """Show another script. Undo brings the one before back, which is said where somebody had worked on it."""
        worked_on = self.text().strip() and self.text() != self._given
        if isinstance(self.code, QPlainTextEdit):
            cursor = self.code.textCursor()
            cursor.select(cursor.SelectionType.Document)
            cursor.insertText(text)
        else:
            self.code.selectAll()
            self.code.replaceSelectedText(text)
            self.code.setCursorPosition(0, 0)
        self._given = self.text()
        self.check()
        if worked_on:
            self.verdict.setText(tr("Your text gave way to this one; Ctrl+Z brings it back."))

    def check(self) -> None:
        """List what looks wrong."""
        self._settle.stop()
        text = self.text()
        self.show_problems(self._check(text))
        if not text.strip():
            self.verdict.setText(tr("The script is empty."))
        elif self.problems.count():
            self.verdict.setText(tr("This looks wrong; the service will say for certain:"))
        else:
            self.verdict.setText(tr("No problem seen."))

    def say(self, text: str) -> None:
        """One sentence below the editor."""
        self.verdict.setText(text)

    def show_verdict(self, problem: ScriptProblem) -> None:
        """What the service said, until the text is changed."""
        self.show_problems((problem,))
        self.verdict.setText(tr("The service said:"))
        self.go_to(problem.line)

    def show_problems(self, found: Sequence[ScriptProblem]) -> None:
        """List problems and mark their lines."""
        self.problems.clear()
        for problem in found:
            item = QListWidgetItem(tr("Line {line}: {message}").format(line=problem.line, message=problem.message))
            item.setData(Qt.ItemDataRole.UserRole, problem.line)
            self.problems.addItem(item)
        self.problems.setVisible(bool(found))
        if not isinstance(self.code, QPlainTextEdit):
            self.code.setCaretLineVisible(not found)  # it would cover the mark
            self.code.markerDeleteAll(_MARK)
            for problem in found:
                self.code.markerAdd(problem.line - 1, _MARK)

    def _go_to(self, item: QListWidgetItem) -> None:
        self.go_to(item.data(Qt.ItemDataRole.UserRole))

    def go_to(self, line: int) -> None:
        """Put the cursor on a 1-based line."""
        if isinstance(self.code, QPlainTextEdit):
            cursor = self.code.textCursor()
            cursor.setPosition(self.code.document().findBlockByNumber(line - 1).position())
            self.code.setTextCursor(cursor)
        else:
            self.code.setCursorPosition(line - 1, 0)
        self.code.setFocus()


def _code_editor(parent: QWidget) -> QWidget:
    """QGIS's JavaScript editor where QScintilla is there, else plain text."""
    try:
        from qgis.gui import QgsCodeEditorJavascript
    except ImportError:
        editor = QPlainTextEdit(parent)
        editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        editor.setTabChangesFocus(True)
        return editor
    editor = QgsCodeEditorJavascript(parent)
    editor.setLineNumbersVisible(True)
    editor.markerDefine(editor.MarkerSymbol.Background, _MARK)
    editor.setMarkerBackgroundColor(QColor(_MARK_COLOUR), _MARK)
    return editor
