"""The contact sheet: a picture and a caption a slot, added, zoomed to and saved."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from fake_backend import FakeBackend
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtWidgets import QWidget
from sample_series import series

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.results import SeriesResult, State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.qgis.contact_sheet import PICTURE_PX, shrink_images
from sentinel_workbench.ui.backend import DeliveredSeries
from sentinel_workbench.ui.contact_sheet_controller import ContactSheets
from sentinel_workbench.ui.download import Download
from sentinel_workbench.ui.sheet_saving import save_under


def download_of(result: SeriesResult) -> Download:
    return Download(result.order, "hub", None, "key", dt.datetime.now(dt.timezone.utc),
                    delivered=DeliveredSeries(result))


@pytest.fixture
def opened(qgis_app, qtbot, tmp_path):
    """(window, backend, places zoomed to, path of the PNG, sheets) of a series with a failed slot."""
    parent, backend, places, png = QWidget(), FakeBackend(), [], tmp_path / "out" / "sheet.png"
    qtbot.addWidget(parent)
    png.parent.mkdir()
    sheets = ContactSheets(parent, backend, places.append, lambda _window, _title: str(png.with_suffix("")))
    window = sheets.show(download_of(series(tmp_path, failed=(1,))))
    backend.do_alone()
    qtbot.waitUntil(lambda: not window.note.text(), timeout=5000)
    yield window, backend, places, png, sheets
    sheets.shut_down()


def test_every_slot_has_its_caption_and_what_is_done_a_picture(opened):
    window = opened[0]
    captions = [window.pictures_list.item(row).text() for row in range(3)]
    assert captions == ["2019-01\n12 Jan, 3 % cloud", "2019-02\nfailed", "2019-03\n12 Mar, 3 % cloud"]
    pictures = [cell.picture for cell in window.cells()]
    assert pictures[1] is None
    assert len({pictures[0].pixel(x, 40) for x in range(0, pictures[0].width(), 5)}) > 3


def test_selected_pictures_become_layers_and_the_map_goes_there(opened, tmp_path):
    window, backend, places, _, _ = opened
    assert not window.add_button.isEnabled() and not window.zoom_button.isEnabled()
    window.pictures_list.item(2).setSelected(True)
    window.add_button.click()
    added = backend.added[0].result
    assert [image.state for image in added.images] == [State.CANCELLED, State.CANCELLED, State.DONE]
    assert next(iter(added.images[2].rasters.values())) == tmp_path / "2019-03.tif"
    window.zoom_button.click()
    assert places == [added.order.image.grid.bbox]


def test_the_sheet_is_saved_as_it_is_seen(opened):
    window, _, _, png, _ = opened
    window.save_button.click()
    sheet = QImage(str(png))
    assert window.note.text() == f"Saved as {png}"
    assert not sheet.isNull() and sheet.width() >= PICTURE_PX
    white = QColor("white").rgb()
    assert sum(sheet.pixel(x, sheet.height() // 3) != white for x in range(0, sheet.width(), 4)) > 20
    assert os.listdir(png.parent) == [png.name]


def test_the_sheet_is_saved_as_a_page_of_its_own_size(opened, tmp_path):
    path = tmp_path / "sheet.pdf"
    sheet = QImage(600, 300, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#c06020"))
    assert save_under(sheet, str(path)) == f"Saved as {path}"
    document = path.read_bytes()
    assert document.startswith(b"%PDF") and b"/MediaBox [0 0 288.000000 144.000000]" in document
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".pdf"] == ["sheet.pdf"]
    assert "can't be written" in save_under(sheet, str(tmp_path / "nowhere" / "sheet.pdf"))


def test_a_folder_that_can_not_be_written_is_told(opened):
    window, _, _, png, _ = opened
    png.parent.rmdir()
    window.save_button.click()
    assert "can't be written" in window.note.text()


def test_closing_removes_the_small_copies_and_stops(opened):
    window, backend, _, _, sheets = opened
    folder = sheets._open[0]._folder
    assert folder.is_dir()
    window.output_chosen.emit("default")
    waiting = backend.alone[-1][4]
    window.close()
    assert waiting.cancelled and not folder.exists()


def test_several_outputs_can_be_looked_at(qgis_app, qtbot, tmp_path):
    result = series(tmp_path)
    images = tuple(replace(i, rasters={"rgb": i.rasters["default"], "b": i.rasters["default"]}) for i in result.images)
    parent, backend = QWidget(), FakeBackend()
    qtbot.addWidget(parent)
    sheets = ContactSheets(parent, backend, lambda bbox: None)
    window = sheets.show(download_of(replace(result, images=images)))
    assert window.output == "rgb" and window.output_combo.isVisible()
    first = backend.alone[0][4]
    window.output_combo.setCurrentIndex(1)
    assert first.cancelled and window.output == "b"
    sheets.shut_down()


def test_a_damaged_image_costs_only_its_own_picture(qgis_app, tmp_path):
    result = series(tmp_path)
    Path(result.images[0].rasters["default"]).write_bytes(b"II*\x00 cut")
    copies = tmp_path / "copies"
    copies.mkdir()
    assert sorted(shrink_images(result, "default", copies, Silent())) == [1, 2]
    for image in result.images[1:]:
        image.rasters["default"].unlink()
    with pytest.raises(DamagedFile):
        shrink_images(result, "default", copies, Silent())
