"""Name the tiles to add: a list of paths, with what is understood of it shown while it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER, ByocTile
from sentinel_workbench.core.services.byoc_drafts import check_new_tiles, read_tile_list, write_tile_list
from sentinel_workbench.ui.discovery_dialog import DiscoveryDialog
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr

_SHOWN = 3
_EXAMPLE = "2019/11/27/28V/(BAND).tif, 2019-11-27T10:15:00Z\n2019/11/28/28V/(BAND).tif"


class NewTilesDialog(QDialog):
    """Begins with ``tiles``; the method of this name tells what was typed, once it was accepted.

    ``buckets`` is the folder of a local hub's buckets, None for a bucket in a storage.
    """

    def __init__(
        self, collection_name: str, bucket: str, tiles: Sequence[ByocTile] = (), parent: Optional[QWidget] = None,
        buckets: Optional[Path] = None,
    ) -> None:
        super().__init__(parent)
        self._bucket, self._buckets = bucket, buckets
        self.setObjectName("new_tiles_dialog")
        self.setWindowTitle(tr("Add tiles to {name}").format(name=collection_name))
        self.resize(560, 380)
        self.list_edit = QPlainTextEdit(write_tile_list(tiles))
        self.list_edit.setObjectName("new_tiles_edit")
        self.list_edit.setTabChangesFocus(True)
        self.list_edit.setPlaceholderText(_EXAMPLE)
        label = QLabel(tr("&Paths in the bucket {bucket}, one a line:").format(bucket=bucket))
        label.setBuddy(self.list_edit)
        self.note = quiet_label()
        self.note.setObjectName("new_tiles_note")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok_button = self.buttons.button(standard.Ok)
        self.ok_button.setText(tr("&Add tiles"))
        self.names_button = QPushButton(tr("From &names of files…"))
        self.names_button.setObjectName("names_button")
        self.buttons.addButton(self.names_button, QDialogButtonBox.ButtonRole.ResetRole)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(quiet_label(tr(
            "Write (BAND) where the names of a tile's files differ, or the folder alone. The sensing time may follow "
            "after a comma. Each tile costs one processing unit."
        )))
        layout.addWidget(self.list_edit, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.list_edit.textChanged.connect(self._refresh)
        self.names_button.clicked.connect(self._discover)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._refresh()
        self.list_edit.setFocus()

    def tiles(self) -> List[ByocTile]:
        """What is typed.

        Raises:
            InvalidInput: a line that can't be, or one twice.
        """
        tiles = read_tile_list(self.list_edit.toPlainText())
        check_new_tiles(tiles)
        return tiles

    def append(self, tiles: Sequence[ByocTile]) -> None:
        """Write tiles below what is typed."""
        typed = self.list_edit.toPlainText().rstrip()
        self.list_edit.setPlainText("\n".join(filter(None, (typed, write_tile_list(tiles)))))

    def _discover(self) -> None:
        dialog = DiscoveryDialog(self, self._bucket, self._buckets)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.append(dialog.tiles())
        dialog.deleteLater()

    def _refresh(self) -> None:
        try:
            tiles = self.tiles()
        except InvalidInput as problem:
            self.note.setText(f"✗ {problem}")
            self.ok_button.setEnabled(False)
            return
        self.note.setText(_understood(tiles))
        self.ok_button.setEnabled(bool(tiles))


def _understood(tiles: List[ByocTile]) -> str:
    if not tiles:
        return tr("No tile yet.")
    lines = [tr("{count} tiles:").format(count=len(tiles))]
    for tile in tiles[:_SHOWN]:
        time = f"{tile.sensing_time:%Y-%m-%d %H:%M:%S} UTC" if tile.sensing_time else tr("no sensing time")
        lines.append(f"{tile.path} ({time})")
    if len(tiles) > _SHOWN:
        lines.append(tr("and {count} more").format(count=len(tiles) - _SHOWN))
    plain = sum(1 for tile in tiles if BAND_PLACEHOLDER not in tile.path)
    if plain:
        lines.append(
            tr("⚠ Without (BAND), a path is a folder whose files are named as their bands: {count} of them.").format(
                count=plain
            )
        )
    return "\n".join(lines)
