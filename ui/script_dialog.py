"""Choose, write, load or generate an evalscript; what looks wrong is listed while typing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.evalscript.script_library import LibraryScript, read_notes
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.qgis.own_scripts import OwnScripts
from sentinel_workbench.ui.backend import RunningWork
from sentinel_workbench.ui.band_picker import BandPicker
from sentinel_workbench.ui.script_browser import ScriptBrowser
from sentinel_workbench.ui.script_editor import Check, ScriptEditor
from sentinel_workbench.ui.translation import tr

_MAX_BYTES = 1_000_000
Preview = Callable[[str, Callable[[QImage], None], Callable[[str], None]], Optional[RunningWork]]
"""Script, what to do with its picture, what to do with a sentence about what went wrong."""
Download = Callable[[str, Callable[[str], None], Callable[[str], None]], Optional[RunningWork]]
"""Address, what to do with the text found there, what to do with a sentence about what went wrong."""


@dataclass(frozen=True)
class ScriptTools:
    """What the dialog works with.

    Attributes:
        collection: the script is for.
        library: scripts to choose from.
        own: the user's scripts and favourites.
        check: finds mistakes in a text.
        preview: draws a text's image without cost, or None where nothing can.
        download: fetches a text, or None.
    """

    collection: Collection
    library: Sequence[LibraryScript]
    own: OwnScripts
    check: Check
    preview: Optional[Preview] = None
    download: Optional[Download] = None


class ScriptDialog(QDialog):
    """Scripts on the left, the text on the right."""

    def __init__(self, script: LibraryScript, tools: ScriptTools, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._work: Optional[RunningWork] = None
        self.setObjectName("script_dialog")
        self.setWindowTitle(tr("Evalscript for {collection}").format(collection=tools.collection.title))
        self.resize(980, 660)
        self.browser = ScriptBrowser(tools.library, tools.own)
        self.editor = ScriptEditor(tools.check)
        self._make_buttons()
        self._build()
        self._connect()
        self.editor.set_text(script.text)
        self.browser.select(script.name)
        self.editor.code.setFocus()

    def _make_buttons(self) -> None:
        self.bands_button = _button(tr("From &bands…"), "bands_button")
        self.load_button = _button(tr("&Load file…"), "load_script_button")
        self.url_button = _button(tr("From &URL…"), "url_script_button")
        self.url_button.setVisible(self._tools.download is not None)
        self.preview_button = _button(tr("&Preview"), "preview_script_button")
        self.preview_button.setEnabled(self._tools.preview is not None)
        self.preview_button.setToolTip(
            tr("Draws the area with this text on the local hub; costs nothing.") if self._tools.preview
            else tr("Start the local hub for a free preview; it must hold this collection.")
        )
        self.save_button = _button(tr("&Save as mine…"), "save_script_button")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.buttons.button(standard.Ok).setText(tr("Use &this script"))

    def _build(self) -> None:
        label = QLabel(tr("S&cript (JavaScript, sent to the service as it is):"))
        label.setBuddy(self.editor.code)
        top = QHBoxLayout()
        top.addWidget(label, 1)
        for button in (self.bands_button, self.load_button, self.url_button):
            top.addWidget(button)
        bottom = QHBoxLayout()
        bottom.addWidget(self.preview_button)
        bottom.addWidget(self.save_button)
        bottom.addStretch(1)
        bottom.addWidget(self.buttons)
        right = QVBoxLayout()
        right.addLayout(top)
        right.addWidget(self.editor, 1)
        right.addLayout(bottom)
        layout = QHBoxLayout(self)
        layout.addWidget(self.browser)
        layout.addLayout(right, 1)

    def _connect(self) -> None:
        self.browser.chosen.connect(lambda script: self.editor.set_text(script.text))
        self.editor.changed.connect(self._refresh)
        self.bands_button.clicked.connect(self._pick_bands)
        self.load_button.clicked.connect(self._ask_file)
        self.url_button.clicked.connect(self._ask_url)
        self.preview_button.clicked.connect(self.draw_preview)
        self.save_button.clicked.connect(self._ask_title)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._stop)

    def text(self) -> str:
        """The script as it stands."""
        return self.editor.text()

    def set_text(self, text: str) -> None:
        """Show a text that is none of the list's."""
        self.editor.set_text(text)
        self.browser.select("")

    def load(self, path: Path) -> None:
        """Read a script from a file; what hinders it is said below the editor."""
        try:
            if path.stat().st_size > _MAX_BYTES:
                self.editor.say(tr("'{name}' is too large for a script.").format(name=path.name))
                return
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.editor.say(tr("'{name}' can't be read as text.").format(name=path.name))
            return
        self.set_text(text)

    def download(self, address: str) -> None:
        """Read a script from the network."""
        if self._tools.download:
            self._stop()
            self.editor.say(tr("Loading…"))
            self._work = self._tools.download(address, self.set_text, self.editor.say)

    def draw_preview(self) -> None:
        """Show what the text makes of the area."""
        if self._tools.preview:
            self._stop()
            self.browser.show_text(tr("Drawing…"))
            self._work = self._tools.preview(self.text(), self.browser.show_picture, self._tell_failure)

    def save_as_mine(self, title: str) -> None:
        """Keep the text among the user's scripts."""
        try:
            saved = self._tools.own.save(title, self.text())
        except WorkbenchError as error:
            self.editor.say(str(error))
            return
        self.browser.search.clear()
        self.browser.fill()
        self.editor.set_text(saved.text)
        self.browser.select(saved.name)

    def _tell_failure(self, sentence: str) -> None:
        self.browser.show_text(tr("No preview."))
        self.editor.say(sentence)

    def _refresh(self) -> None:
        has_text = bool(self.text().strip())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(has_text)
        self.save_button.setEnabled(has_text)

    def _pick_bands(self) -> None:
        picker = BandPicker(self._tools.collection, self)
        if picker.exec() == QDialog.DialogCode.Accepted:
            self.set_text(picker.script())
        picker.deleteLater()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Load an evalscript"), "", tr("Evalscripts (*.js *.txt);;All files (*)")
        )
        if name:
            self.load(Path(name))

    def _ask_url(self) -> None:
        address, given = QInputDialog.getText(
            self, tr("Load an evalscript"), tr("Address of the script's text:"), QLineEdit.EchoMode.Normal, "https://"
        )
        if given and address.strip():
            self.download(address.strip())

    def _ask_title(self) -> None:
        current = read_notes("", self.text()).title or tr("My script")
        title, given = QInputDialog.getText(
            self, tr("Save as mine"), tr("Title:"), QLineEdit.EchoMode.Normal, current
        )
        if given and title.strip():
            self.save_as_mine(title.strip())

    def _stop(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.cancel()


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAutoDefault(False)
    return button
