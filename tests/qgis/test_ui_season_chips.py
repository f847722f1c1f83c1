"""The chips of a season's window: fetched when asked, drawn alike, looked at closely, put on the map, saved."""

from __future__ import annotations

import pytest
from fake_backend import FakeBackend
from fake_season_desk import FakeDesk
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget
from season_cases import BANDS, CLOUDY, DATES, EAST_FIELD, HALF_MISSING, UTM, ScenesInMemory, make_season

from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.ui.chip_view import ChipView
from sentinel_workbench.ui.season_controller import SeasonWindows

EAST, SMALL_PARCEL = 1, 2
FALSE_COLOUR = "B08 B04 B03"


class Case:
    """A window on its chips page."""

    def __init__(self, tmp_path, parent, source=None) -> None:
        self.source = source or ScenesInMemory()
        self.desk = FakeDesk(make_season(tmp_path / "season", self.source), BANDS)
        self.canvas, self.messages, self.sheet = QgsMapCanvas(), [], tmp_path / "sheet.png"
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(UTM))
        self.windows = SeasonWindows(parent, FakeBackend(), self.canvas, lambda *_: str(self.sheet), lambda *_: "")
        self.windows.message.connect(lambda text, is_error: self.messages.append((text, is_error)))
        self.window = self.windows.show(self.desk)
        self.desk.work_off()
        self.page = self.window.chips
        self.window.parcels.choose((EAST,))
        self.window.tabs.setCurrentWidget(self.page)

    def fetch(self, bands=FALSE_COLOUR) -> None:
        self.desk.work_off()
        self.page.bands_combo.setCurrentText(bands)
        self.page.bands_combo.lineEdit().editingFinished.emit()
        self.page.fetch_button.click()
        self.desk.work_off()

    def click_picture(self, place, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        pictures = self.page.pictures
        middle = pictures.visualItemRect(pictures.item(place)).center()
        QTest.mouseClick(pictures.viewport(), Qt.MouseButton.LeftButton, modifier, middle)

    def pictures(self):
        return [cell.picture is not None for cell in self.page.pictures.cells()]

    def captions(self):
        return [cell.caption for cell in self.page.pictures.cells()]


@pytest.fixture
def case(qgis_app, qgis_new_project, qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Case(tmp_path, parent)
    yield made
    made.windows.shut_down()


def layers():
    return {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}


# ---- the sheet -------------------------------------------------------------------------------------------------------


def test_scene_classes_are_drawn_unasked_for_they_are_there(case):
    asked = len(case.source.orders)
    case.desk.work_off()
    assert case.captions()[0] == "2019-04-01\n✓ clear" and len(case.captions()) == 6
    assert all(case.pictures()) and len(case.source.orders) == asked
    assert not case.page.fetch_button.isVisible()
    case.window.parcels.choose((0,))
    case.window.parcels.choose((EAST,))
    case.desk.work_off()
    assert case.page.pictures.count() == 6 and all(case.pictures()), "also where one chose faster than it was drawn"
    picture = case.page.pictures.cells()[0].picture
    assert picture.pixelColor(picture.width() - 8, picture.height() // 2).name() == SCENE_CLASSES[5].colour


def test_bands_are_fetched_when_asked_for_one_parcel_alone(case):
    case.desk.work_off()
    case.page.bands_combo.setCurrentIndex(case.page.bands_combo.findText(FALSE_COLOUR))
    assert case.pictures() == [False] * 6 and case.desk.waiting == []
    assert case.page.note.text().startswith("6 chips are not here yet")
    case.fetch()
    order = case.source.orders[-1]
    assert order.bands == ("B08", "B04", "B03") and [one.pid for one in order.parcels] == [EAST_FIELD]
    assert all(case.pictures()) and case.page.note.text() == ""


def test_cloudy_dates_come_when_one_wants_them(case):
    case.fetch()
    case.page.clear_check.click()
    assert len(case.captions()) == 8 and case.captions()[CLOUDY] == "2019-04-11\n✕ not clear"
    assert case.captions()[HALF_MISSING] == "2019-05-01\n○ not covered"
    assert case.pictures().count(False) == 2 and case.page.note.text().startswith("2 chips")
    case.page.fetch_button.click()
    case.desk.work_off()
    assert all(case.pictures())


def test_what_was_fetched_is_kept_and_captions_follow_the_rule(case, qtbot):
    case.fetch()
    asked = len(case.source.orders)
    case.window.parcels.choose((0,))
    assert case.page.note.text().startswith("5 chips")
    case.window.parcels.choose((EAST,))
    assert all(case.pictures()) and len(case.source.orders) == asked
    case.window.classes.rule_box.share_spin.setValue(100)
    qtbot.waitUntil(lambda: bool(case.desk.waiting), timeout=10000)
    case.desk.work_off()
    assert len(case.captions()) == 7 and case.pictures().count(False) == 1


def test_sheets_of_many_parcels_are_not_kept_for_ever(case, monkeypatch):
    monkeypatch.setattr("sentinel_workbench.ui.season_chips._KEPT_SHEETS", 1)
    case.desk.work_off()
    case.window.parcels.choose((0,))
    case.desk.work_off()
    case.window.parcels.choose((EAST,))
    assert not any(case.pictures()) and case.desk.waiting
    case.desk.work_off()
    assert all(case.pictures()), "what costs nothing is drawn again"


def test_own_bands_may_be_typed_and_wrong_ones_are_told(case):
    case.fetch("b03, b02 b04")
    assert case.source.orders[-1].bands == ("B03", "B02", "B04") and all(case.pictures())
    asked = len(case.source.orders)
    case.fetch("B03 B02")
    assert case.page.note.text() == "A picture takes one band, or three. Such as B08 B04 B03."
    assert len(case.source.orders) == asked and case.pictures() == []


def test_without_a_parcel_or_a_clear_date_the_page_says_what_to_do(case):
    case.window.parcels.all_button.click()
    assert case.page.note.text() == "Choose one parcel on the left to see its chips." and case.pictures() == []
    case.window.parcels.choose((SMALL_PARCEL,))
    assert case.page.note.text().startswith("No date is clear.")
    assert not case.page.add_button.isEnabled() and not case.page.save_button.isEnabled()


def test_a_chip_that_fails_is_told_and_has_no_picture(qgis_app, qgis_new_project, qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    source = ScenesInMemory()
    case = Case(tmp_path, parent, source)
    case.desk.work_off()
    source.fails = (0,)
    case.fetch()
    assert case.pictures() == [False] + [True] * 5 and case.page.note.text() == ""
    assert case.window.notes_list.item(0).text() == f"2019-04-01, {EAST_FIELD}: The image of 2019-04-01 is damaged."
    source.refuses = True
    case.fetch("B04")
    assert case.window.note.text() == "The server does not answer. Try again later."
    case.windows.shut_down()


def test_classes_that_were_not_drawn_may_be_asked_for(case):
    case.window.cancel_button.click()
    case.desk.work_off()
    assert not any(case.pictures()) and case.page.fetch_button.isVisible()
    case.page.fetch_button.click()
    case.desk.work_off()
    assert all(case.pictures()) and not case.page.fetch_button.isVisible()


def test_fetching_can_be_cancelled(case):
    case.desk.work_off()
    case.page.bands_combo.setCurrentIndex(case.page.bands_combo.findText(FALSE_COLOUR))
    case.page.fetch_button.click()
    assert not case.page.fetch_button.isEnabled()
    case.window.cancel_button.click()
    case.desk.work_off()
    assert case.pictures() == [False] * 6 and case.page.fetch_button.isEnabled()


def test_a_rule_that_was_cancelled_too_late_picks_no_dates(case, qtbot):
    case.fetch()
    case.window.classes.rule_box.share_spin.setValue(100.0)
    qtbot.waitUntil(lambda: bool(case.desk.waiting), timeout=10000)
    late = case.desk.waiting.pop()
    late.work(case.desk.season, late.watch)
    case.window.cancel_button.click()
    case.fetch()
    assert len(case.source.orders[-1].clear[0]) == 6 and case.desk.season.rule == case.desk.rule


def test_never_more_than_eight_columns(case):
    case.fetch()
    case.page.clear_check.click()
    case.window.resize(1800, 660)
    case.page.size_slider.setValue(96)
    assert case.page.pictures.columns() == 8
    case.page.size_slider.setValue(256)
    assert case.page.pictures.columns() < 8


# ---- a date everywhere -----------------------------------------------------------------------------------------------


def test_a_chip_that_is_chosen_chooses_its_date_everywhere(case):
    case.fetch()
    case.page.pictures.setCurrentRow(2)
    date = DATES[3]
    assert case.window.classes.bars.current == date and f"{date:%Y-%m-%d}" in case.window.date_label.text()
    case.window.classes.bars.date_picked.emit(DATES[0])
    assert case.page.chosen() == [DATES[0]]


# ---- looking closely, the map, the file -----------------------------------------------------------------------------


def test_zoom_shows_the_chip_large_and_on_the_map(case):
    case.fetch()
    case.page.pictures.setCurrentRow(1)
    case.page.zoom_button.click()
    view = case.window.findChild(ChipView)
    assert view.isVisible() and view.caption.text() == "2019-04-06  ✓ clear"
    (layer,) = layers().values()
    assert layer.name() == f"2019-04-06 B08 B04 B03 ({EAST_FIELD})" and layer.isValid()
    assert case.canvas.extent().intersects(layer.extent())
    before = view.picture.grab().toImage()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.caption.text() == "2019-04-16  ✓ clear" and view.picture.grab().toImage() != before
    assert case.window.classes.bars.current == DATES[3], "the date is the same everywhere"
    case.window.close()
    assert not view.isVisible()


def test_a_plain_click_zooms_one_with_a_key_chooses(case):
    case.fetch()
    case.click_picture(1)
    view = case.window.findChild(ChipView)
    assert view.isVisible() and view.caption.text() == "2019-04-06  ✓ clear"
    view.close()
    case.click_picture(2, Qt.KeyboardModifier.ControlModifier)
    assert case.page.pictures.chosen() == [1, 2] and not view.isVisible()


def test_zooming_twice_adds_one_layer_and_shows_it_again(case):
    case.fetch()
    for _ in range(2):
        case.page.zoom_asked.emit(DATES[0])
        node = QgsProject.instance().layerTreeRoot().findLayers()[0]
        assert node.isVisible()
        node.setItemVisibilityChecked(False)
    assert len(layers()) == 1


def test_the_series_becomes_a_group_that_follows_the_time(case):
    case.fetch()
    case.page.pictures.setCurrentRow(3)
    case.page.add_button.click()
    group = QgsProject.instance().layerTreeRoot().findGroup(f"{EAST_FIELD}: B08 B04 B03")
    assert len(group.findLayers()) == 6
    begins = [node.layer().temporalProperties().fixedTemporalRange().begin() for node in group.findLayers()]
    assert begins == sorted(begins, reverse=True) and len(set(begins)) == 6
    assert case.messages == [
        (f"On the map: {EAST_FIELD}, chips: 6. The Temporal Controller goes through them.", False)]
    contrasts = {node.layer().renderer().redContrastEnhancement().maximumValue() for node in group.findLayers()}
    assert len(contrasts) == 1, "all dates have the same stretch"


def test_chips_lie_below_the_parcels(case):
    project = QgsProject.instance()
    project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32631", "below", "memory"))
    project.layerTreeRoot().insertGroup(0, "images")
    project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32631", "parcels", "memory"))
    case.fetch()
    case.page.zoom_asked.emit(DATES[0])
    case.page.add_button.click()
    title = f"{EAST_FIELD}: {FALSE_COLOUR}"
    names = [node.name() for node in project.layerTreeRoot().children()]
    assert names == ["parcels", title, title, "images", "below"]


def test_only_chosen_chips_are_added_where_several_are(case):
    case.fetch()
    case.page.pictures.setCurrentRow(0)
    case.page.pictures.item(2).setSelected(True)
    case.page.add_button.click()
    assert sorted(layers()) == [f"2019-04-01 B08 B04 B03 ({EAST_FIELD})", f"2019-04-16 B08 B04 B03 ({EAST_FIELD})"]


def test_classes_on_the_map_have_their_colours(case):
    case.desk.work_off()
    case.page.add_button.click()
    renderer = next(iter(layers().values())).renderer()
    colours = {one.value: one.color.name() for one in renderer.classes()}
    assert colours[4] == SCENE_CLASSES[4].colour and colours[5] == SCENE_CLASSES[5].colour


def test_a_chip_that_is_gone_is_told_and_adds_nothing(case, tmp_path):
    import shutil

    case.fetch()
    shutil.rmtree(tmp_path / "season")
    case.page.add_button.click()
    assert case.messages[0][1] and "does not open" in case.messages[0][0] and layers() == {}


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_the_sheet_is_saved_as_it_is_seen(case, ending):
    case.fetch()
    case.sheet = case.sheet.with_suffix(f".{ending}")
    case.page.save_button.click()
    assert case.page.note.text() == f"Saved as {case.sheet}" and case.sheet.stat().st_size > 5000
    if ending == "png":
        assert QImage(str(case.sheet)).width() > 700
