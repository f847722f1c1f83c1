"""Which files of the selected scenes become layers, one by one or three as a colour picture."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.bands_list import BandsList
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr

_USUAL = (("B08", "B04", "B03"), ("nir", "red", "green"), ("B04", "B03", "B02"), ("red", "green", "blue"))


class SceneLayersDialog(QDialog):
    """Made for the files all selected scenes have.

    Args:
        names: bands and files on offer.
        titles: of them, in the same order.
        scenes: how many scenes are selected.
        parent: window.
    """

    def __init__(
        self, names: Sequence[str], titles: Sequence[str], scenes: int, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("scene_layers_dialog")
        self.setWindowTitle(tr("Add layers"))
        self.resize(380, 420)
        self._scenes = scenes
        self.files_radio = QRadioButton(tr("A layer for &each file"))
        self.files_radio.setObjectName("files_radio")
        self.colours_radio = QRadioButton(tr("Three bands as a &colour picture"))
        self.colours_radio.setObjectName("colours_radio")
        self._group = QButtonGroup(self)
        for radio in (self.files_radio, self.colours_radio):
            self._group.addButton(radio)
        self.list = BandsList("layer_files_list")
        self.list.fill(names, titles, ())
        usual = next((bands for bands in _USUAL if set(bands) <= set(names)), tuple(names[:3]))
        self.combos = [_combo(names, usual[place] if place < len(usual) else "") for place in range(3)]
        self.note = quiet_label()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._build()
        self._group.buttonClicked.connect(lambda *_: self._follow())
        self.list.itemChanged.connect(lambda *_: self._follow())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        (self.colours_radio if len(names) >= 3 else self.files_radio).setChecked(True)
        self.colours_radio.setEnabled(len(names) >= 3)
        self._follow()

    def _build(self) -> None:
        colours = QHBoxLayout()
        for text, combo in zip((tr("&Red"), tr("&Green"), tr("&Blue")), self.combos):
            label = QLabel(text)
            label.setBuddy(combo)
            colours.addWidget(label)
            colours.addWidget(combo, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.colours_radio)
        layout.addLayout(colours)
        layout.addWidget(self.files_radio)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def composite(self) -> Optional[Tuple[str, str, str]]:
        """Red, green and blue, or None when files are asked for one by one."""
        if not self.colours_radio.isChecked():
            return None
        red, green, blue = (combo.currentText() for combo in self.combos)
        return red, green, blue

    def files(self) -> Tuple[str, ...]:
        """The ticked files."""
        return self.list.ticked()

    def _follow(self) -> None:
        by_file = self.files_radio.isChecked()
        self.list.setEnabled(by_file)
        for combo in self.combos:
            combo.setEnabled(not by_file)
        count = self._scenes * (len(self.files()) if by_file else 1)
        self.note.setText(tr("Layers: {count}. Pixels come from the server as the map shows them.").format(count=count))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(count > 0)


def _combo(names: Sequence[str], current: str) -> QComboBox:
    combo = roomy_combo("colour_combo")
    combo.setMinimumContentsLength(3)
    combo.addItems(list(names))
    combo.setCurrentIndex(max(0, combo.findText(current)))
    return combo
