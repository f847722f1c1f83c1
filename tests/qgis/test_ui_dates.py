"""Available days: asked for when looked at, drawn, measured over the area, picked as slots."""

from __future__ import annotations

import datetime as dt

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, QPoint, Qt
from qgis.PyQt.QtTest import QTest

from sentinel_workbench.core.errors import ConnectionFailed
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.dates import AvailableDay, days_of
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.slots_dialog import SlotsDialog
from sentinel_workbench.ui.timeline import Timeline, colour_of, describe

DAYS = tuple(AvailableDay(dt.date(2019, month, 10), 2, 10.0 * month) for month in range(1, 10))


def scene(day, cloud, hour=7):
    return Scene("S", "sentinel-2-l2a", dt.datetime(2019, 1, day, hour, tzinfo=dt.timezone.utc), cloud, None)


@pytest.fixture
def dock(qgis_app, qtbot, qgis_new_project):
    backend = FakeBackend()
    backend.add_connection()
    made = WorkbenchDock(backend, QgsMapCanvas())
    made.backend = backend
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    made.imagery.area.propose(DEMO_AREA)
    made.imagery.refresh()
    yield made
    made.shut_down()


@pytest.fixture
def looked(dock):
    """The dock after the catalog has answered."""
    dock.imagery_panel.dates.setCollapsed(False)
    dock.backend.runs[-1][3](DAYS)
    return dock


@pytest.fixture
def timeline(qgis_app, qtbot):
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(300, 96)
    made.show_period(dt.date(2019, 1, 1), dt.date(2019, 12, 31), [TimeRange.of_days("2019-01-01", "2019-01-31")])
    made.show_days(DAYS)
    made.show()
    return made


def test_scenes_are_grouped_by_their_utc_day():
    days = days_of([scene(2, 40.0), scene(1, None), scene(2, 20.0, 23), scene(3, None)])
    assert [(d.day.day, d.scenes, d.cloud_percent) for d in days] == [(1, 1, None), (2, 2, 30.0), (3, 1, None)]


def test_nothing_is_asked_before_the_user_looks(dock, qtbot):
    qtbot.wait(900)
    assert dock.backend.runs == []


def test_the_catalog_is_asked_once_for_the_same_question(looked, qtbot):
    assert looked.backend.runs[0][:2] == ("Looking for days", "My account")
    assert looked.imagery_panel.dates.note.text() == "9 days with scenes."
    looked.imagery.refresh()
    qtbot.wait(900)
    assert len(looked.backend.runs) == 1
    looked.imagery_panel.last_edit.setDate(QDate(2019, 6, 30))
    qtbot.waitUntil(lambda: len(looked.backend.runs) == 2, timeout=4000)


def test_a_failure_is_told_and_may_be_tried_again(looked, qtbot):
    looked.imagery_panel.last_edit.setDate(QDate(2019, 6, 30))
    qtbot.waitUntil(lambda: len(looked.backend.runs) == 2, timeout=4000)
    looked.backend.runs[1][4](ConnectionFailed("The network is down.", "Look at the cable."))
    assert looked.imagery_panel.dates.note.text() == "The network is down. Look at the cable."
    looked.imagery.refresh()
    qtbot.waitUntil(lambda: len(looked.backend.runs) == 3, timeout=4000)


def test_the_calendars_show_the_days(looked):
    calendar = looked.imagery_panel.first_edit.calendarWidget()
    marked = calendar.dateTextFormat(QDate(2019, 3, 10))
    assert "30 % cloud" in marked.toolTip() and marked.background().color() == colour_of(30.0).lighter(150)
    assert calendar.dateTextFormat(QDate(2019, 3, 11)).toolTip() == ""


def test_cloud_over_the_area_beats_that_of_the_tiles(looked):
    looked.imagery_panel.dates.measure_button.click()
    assert looked.backend.runs[-1][0] == "Measuring cloud"
    looked.backend.runs[-1][3]({dt.date(2019, 1, 10): 88.0})
    looked.imagery_panel.cloud_spin.setValue(30)
    looked.imagery_panel.dates.pick_button.click()
    assert looked.imagery_panel.dates.timeline.picked == (dt.date(2019, 2, 10), dt.date(2019, 3, 10))


def test_picked_days_are_the_slots(looked):
    looked.imagery_panel.cloud_spin.setValue(20)
    looked.imagery_panel.dates.pick_button.click()
    slots = looked.imagery.form().series().slots
    assert slots == (TimeRange.of_days("2019-01-10", "2019-01-10"), TimeRange.of_days("2019-02-10", "2019-02-10"))
    assert looked.imagery_panel.slots_label.text() == "Slots: 2, picked days"
    looked.imagery_panel.dates.timeline.pick(())
    assert len(looked.imagery.form().series().slots) == 12


def test_the_slots_dialog_keeps_picked_days(qgis_app, qtbot):
    rule = SlotRule(SlotKind.PICKED, picked=(dt.date(2019, 5, 2), dt.date(2018, 5, 2)))
    dialog = SlotsDialog(rule, dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    qtbot.addWidget(dialog)
    assert dialog.rule() == rule and dialog.table.rowCount() == 1


def test_a_click_picks_the_bar_under_the_mouse_and_unpicks_it(timeline):
    place = QPoint(round(timeline._x(dt.date(2019, 4, 10))), 60)
    for expected in ((dt.date(2019, 4, 10),), ()):
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert timeline.picked == expected
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(295, 60))
    assert timeline.picked == ()


def test_keys_go_from_day_to_day_and_pick(timeline):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(timeline, key)
    assert timeline.picked == (dt.date(2019, 2, 10), dt.date(2019, 3, 10))


def test_bars_are_as_high_as_the_cloud(timeline):
    picture = timeline.grab().toImage()
    scale = picture.width() / timeline.width()

    def height(day):
        x = int(timeline._x(day.day) * scale)
        colour = colour_of(day.cloud_percent).name()
        return sum(picture.pixelColor(x, y).name() == colour for y in range(picture.height()))

    heights = [height(day) for day in DAYS]
    assert heights == sorted(heights) and heights[-1] > 4 * max(1, heights[0])


def test_a_day_is_described_in_words():
    day = AvailableDay(dt.date(2019, 1, 9), 2, 80.4, 12.2)
    assert describe(day) == "2019-01-09, 2 scenes, 12 % cloud over the area, 80 % cloud in the tiles"


def test_a_collection_that_cannot_tell_cloud_says_so(looked):
    box, panel = looked.imagery_panel.dates, looked.imagery_panel
    assert box.measure_button.isEnabled() and "Statistical" in box.measure_button.toolTip()
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-1-grd"))
    looked.imagery._dates.look()
    looked.backend.runs[-1][3](DAYS)
    assert not box.measure_button.isEnabled() and "can't tell" in box.measure_button.toolTip()
    assert box.pick_button.isEnabled()


def test_no_catalog_is_asked_where_there_is_no_time(looked):
    panel, asked = looked.imagery_panel, len(looked.backend.runs)
    panel.first_edit.setDate(QDate(2019, 5, 2))
    panel.last_edit.setDate(QDate(2019, 5, 1))
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("dem"))
    looked.imagery.refresh()
    looked.imagery._dates.look()
    assert len(looked.backend.runs) == asked and panel.dates.note.text() == "This collection has no time."
    assert panel.get_button.isEnabled() and not panel.first_edit.isEnabled(), "dates of no use hinder nothing"
    order = looked.imagery.form().series()
    assert [one.sources[0].time_range for one in order.orders()] == [None] and "2019" not in order.title


def test_the_time_counts_as_soon_as_one_input_has_it(looked):
    panel = looked.imagery_panel
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("dem"))
    panel.fusion.add(DataSource("sentinel-1-grd"))
    looked.imagery.refresh()
    assert panel.first_edit.isEnabled() and len(looked.imagery.form().series().slots) == 12
    looked.imagery._dates.look()
    assert looked.backend.runs[-1][0] == "Looking for days" and "Asking" in panel.dates.note.text()


def test_a_choice_another_collection_does_not_have_comes_back_with_the_first(looked):
    panel = looked.imagery_panel
    for collection in ("sentinel-1-grd", "sentinel-2-l2a"):
        panel.collection_combo.setCurrentIndex(panel.collection_combo.findData(collection))
        looked.imagery.refresh()
    assert panel.mosaic_combo.currentData() == "leastCC" and panel.metadata_combo.currentData().value == "exact"
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-1-grd"))
    panel.mosaic_combo.setCurrentIndex(panel.mosaic_combo.findData("leastRecent"))
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-2-l2a"))
    looked.imagery.refresh()
    assert panel.mosaic_combo.currentData() == "leastRecent", "chosen meanwhile"


def test_an_opened_calendar_asks_for_the_days(dock):
    edit = dock.imagery_panel.first_edit
    calendar = edit.calendarWidget()
    assert not dock.backend.runs
    for _ in range(2):
        QTest.mouseClick(edit, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         QPoint(edit.width() - 8, edit.height() // 2))
        assert calendar.isVisible()
        assert [run[0] for run in dock.backend.runs] == ["Looking for days"], "once"
        dock.backend.runs[-1][3](DAYS)
        assert "10 % cloud" in calendar.dateTextFormat(QDate(2019, 1, 10)).toolTip()
        calendar.window().hide()
