"""Write, load or paste an evalscript; what looks wrong is listed while typing."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.evalscript.reading import check_script
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 250
_MAX_BYTES = 1_000_000


class ScriptDialog(QDialog):
    """Edits the text of an evalscript."""

    def __init__(self, text: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("script_dialog")
        self.setWindowTitle(tr("Evalscript"))
        self.resize(680, 560)
        self.editor = _code_editor(self)
        self.editor.setObjectName("script_editor")
        self.load_button = QPushButton(tr("&Load file…"))
        self.load_button.setObjectName("load_script_button")
        self.verdict = QLabel()
        self.verdict.setObjectName("script_verdict")
        self.problems = QListWidget()
        self.problems.setObjectName("script_problems")
        self.problems.setMaximumHeight(90)
        self.problems.setAccessibleName(tr("Problems in the script"))
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.buttons.button(standard.Ok).setText(tr("&Use this script"))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect()
        self.set_text(text)

    def _build(self) -> None:
        label = QLabel(tr("&Script (JavaScript, sent to the service as it is):"))
        label.setBuddy(self.editor)
        top = QHBoxLayout()
        top.addWidget(label, 1)
        top.addWidget(self.load_button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.verdict)
        layout.addWidget(self.problems)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._settle.start)
        self._settle.timeout.connect(self.check)
        self.load_button.clicked.connect(self._ask_file)
        self.problems.itemActivated.connect(self._go_to)
        self.problems.itemClicked.connect(self._go_to)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def text(self) -> str:
        """The script as it stands."""
        return self.editor.toPlainText() if isinstance(self.editor, QPlainTextEdit) else self.editor.text()

    def set_text(self, text: str) -> None:
        """Show another script."""
        if isinstance(self.editor, QPlainTextEdit):
            self.editor.setPlainText(text)
        else:
            self.editor.setText(text)
        self.check()

    def check(self) -> None:
        """List what looks wrong."""
        text = self.text()
        found = check_script(text) if text.strip() else []
        self.problems.clear()
        for problem in found:
            item = QListWidgetItem(tr("Line {line}: {message}").format(line=problem.line, message=problem.message))
            item.setData(Qt.ItemDataRole.UserRole, problem.line)
            self.problems.addItem(item)
        self.problems.setVisible(bool(found))
        if not text.strip():
            self.verdict.setText(tr("The script is empty."))
        elif found:
            self.verdict.setText(tr("This looks wrong; the service will say for certain:"))
        else:
            self.verdict.setText(tr("No problem seen."))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(text.strip()))

    def load(self, path: Path) -> None:
        """Read a script from a file; what hinders it is said below the editor."""
        try:
            if path.stat().st_size > _MAX_BYTES:
                self.verdict.setText(tr("'{name}' is too large for a script.").format(name=path.name))
                return
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.verdict.setText(tr("'{name}' can't be read as text.").format(name=path.name))
            return
        self.set_text(text)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Load an evalscript"), "", tr("Evalscripts (*.js *.txt);;All files (*)")
        )
        if name:
            self.load(Path(name))

    def _go_to(self, item: QListWidgetItem) -> None:
        line = item.data(Qt.ItemDataRole.UserRole) - 1
        if isinstance(self.editor, QPlainTextEdit):
            cursor = self.editor.textCursor()
            cursor.setPosition(self.editor.document().findBlockByNumber(line).position())
            self.editor.setTextCursor(cursor)
        else:
            self.editor.setCursorPosition(line, 0)
        self.editor.setFocus()


def _code_editor(parent: QWidget) -> QWidget:
    """QGIS's JavaScript editor where QScintilla is there, else plain text."""
    try:
        from qgis.gui import QgsCodeEditorJavascript
    except ImportError:
        editor = QPlainTextEdit(parent)
        editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        editor.setTabChangesFocus(True)
        return editor
    return QgsCodeEditorJavascript(parent)
