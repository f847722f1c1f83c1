"""The window of a season: parcels, bars, table and rule in step; what is missing is told; work can be cancelled."""

from __future__ import annotations

import csv

import pytest
from fake_backend import FakeBackend
from fake_season_desk import FakeDesk
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QWidget
from season_cases import (
    BANDS,
    BESIDE,
    CLOUDY,
    DATES,
    EAST_FIELD,
    HALF_CLOUDY,
    HALF_MISSING,
    PARCELS,
    SMALL,
    WEST_FIELD,
    ScenesInMemory,
    make_season,
    product,
)

from sentinel_workbench.core.errors import ConnectionFailed
from sentinel_workbench.core.model.chips import ChipFailure
from sentinel_workbench.core.services.scl_histogram import ClearRule, Verdict
from sentinel_workbench.ui.season_controller import SeasonWindows
from sentinel_workbench.ui.season_runner import sentences_of
from sentinel_workbench.ui.verdict_words import signed_word

WEST, EAST = 0, 1


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def desk(qgis_app, tmp_path):
    return FakeDesk(make_season(tmp_path / "season", ScenesInMemory(fails=(1,))), BANDS)


@pytest.fixture
def windows(qtbot, qgis_new_project, backend, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SeasonWindows(parent, backend, QgsMapCanvas(), lambda *_: str(tmp_path / "sheet.png"),
                         lambda _window, _title: str(tmp_path / "table.csv"))
    yield made
    made.shut_down()


@pytest.fixture
def window(windows, desk):
    made = windows.show(desk)
    desk.work_off()
    return made


def column(view, number):
    model = view.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


# ---- parcels ---------------------------------------------------------------------------------------------------------


def test_the_first_parcel_is_shown_with_the_clear_dates_of_all(window):
    assert column(window.parcels.view, 0) == [WEST_FIELD, EAST_FIELD, SMALL, BESIDE]
    assert column(window.parcels.view, 1) == ["4 / 7", "5 / 7", "0 / 7", "0 / 7"]
    assert window.parcels.chosen() == (WEST,)
    assert set(column(window.classes.view, 0)) == {WEST_FIELD} and len(column(window.classes.view, 0)) == 7
    assert window.windowTitle() == "Season: Two fields, spring 2019"


def test_the_filter_hides_parcels_and_chooses_one_that_is_seen(window):
    QTest.keyClicks(window.parcels.filter_edit, "EAST")
    assert column(window.parcels.view, 0) == [EAST_FIELD]
    assert window.parcels.chosen() == (EAST,) and set(column(window.classes.view, 0)) == {EAST_FIELD}
    QTest.keyClicks(window.parcels.filter_edit, "zzz")
    assert column(window.parcels.view, 0) == [] and window.parcels.note.text() == "No parcel is called so."
    assert window.parcels.chosen() == (EAST,), "what was chosen stays on the right"
    window.parcels.filter_edit.clear()
    assert len(column(window.parcels.view, 0)) == 4 and window.parcels.chosen() == (EAST,)


def test_parcels_are_sorted_by_their_clear_dates_and_found_by_what_is_known_of_them(windows, tmp_path):
    from dataclasses import replace

    parcels = [replace(one, attributes={"crop": crop}) for one, crop in zip(PARCELS, ("wheat", "maize", "", "wheat"))]
    desk = FakeDesk(make_season(tmp_path, parcels=parcels), BANDS)
    window = windows.show(desk)
    window.parcels.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert column(window.parcels.view, 0)[:2] == [EAST_FIELD, WEST_FIELD]
    assert window.parcels.chosen() == (WEST,), "the same parcel stays chosen"
    QTest.keyClicks(window.parcels.filter_edit, "wheat")
    assert column(window.parcels.view, 0) == [WEST_FIELD, BESIDE]


def test_the_keys_go_through_the_parcels(window):
    QTest.keyClick(window.parcels.view, Qt.Key.Key_Down)
    assert window.parcels.chosen() == (EAST,)
    QTest.keyClick(window.parcels.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert window.parcels.chosen() == (2, EAST), "the one the keys are at comes first"
    assert set(column(window.classes.view, 0)) == {EAST_FIELD, SMALL}


def test_all_parcels_are_told_in_shares(window):
    window.parcels.all_button.click()
    assert window.parcels.chosen() == () and window.parcels.all_button.isChecked()
    told = window.classes.bars.describe(DATES[HALF_CLOUDY]).splitlines()
    assert told == ["2019-04-21 10:50 UTC", "clear: 1 of 4 parcels, 25 %", "not clear: 1 of 4 parcels, 25 %",
                    "not covered: 1 of 4 parcels, 25 %", "no pixel: 1 of 4 parcels, 25 %"]
    assert window.classes.table.rowCount() == 28


# ---- bars and table --------------------------------------------------------------------------------------------------


def test_hovering_a_bar_tells_date_product_counts_shares_and_verdict(window):
    window.parcels.choose((EAST,))
    told = window.classes.bars.describe(DATES[0])
    assert told.splitlines() == [
        "2019-04-01 10:50 UTC: clear", product(0), "4 Vegetation: 45 px, 20.0 %", "5 Not vegetated: 180 px, 80.0 %",
        "225 px in all, 100.0 % clear",
    ]
    assert "not covered" in window.classes.bars.describe(DATES[HALF_MISSING])


def test_bars_have_the_colours_of_the_classes(window):
    window.parcels.choose((WEST,))
    bars = window.classes.bars
    image, axis = bars.grab().toImage(), bars.axis()
    middle = int((bars.top_px() + bars.base()) / 2) + 10
    assert image.pixelColor(round(axis.x(DATES[0])), middle).name() == "#00a000"
    assert image.pixelColor(round(axis.x(DATES[CLOUDY])), middle).name() == "#ffffff"
    assert image.pixelColor(round(axis.x(DATES[HALF_CLOUDY])), middle).name() == "#c0c0c0"


def test_a_date_chosen_in_the_bars_is_chosen_in_the_table_and_told_below(window):
    bars = window.classes.bars
    place = QPoint(round(bars.axis().x(DATES[CLOUDY])), 100)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    row = window.classes.view.currentIndex().row()
    assert window.classes.table.record(row).date == DATES[CLOUDY]
    assert window.date_label.text().split("   ") == [
        "2019-04-11 10:50 UTC", WEST_FIELD, signed_word(Verdict.NOT_CLEAR), "0.0 % clear", product(CLOUDY)]
    window.parcels.choose((EAST,))
    assert bars.current == DATES[CLOUDY], "the date stays when another parcel is looked at"
    assert EAST_FIELD in window.date_label.text()


def test_a_row_chosen_in_the_table_is_chosen_in_the_bars(window):
    window.classes.view.selectRow(3)
    date = window.classes.table.record(3).date
    assert window.classes.bars.current == date and f"{date:%Y-%m-%d}" in window.date_label.text()


def test_the_table_is_sorted_by_any_class_and_copied_with_its_titles(window):
    view = window.classes.view
    assert [window.classes.table.headerData(n, Qt.Orientation.Horizontal) for n in range(4)] == [
        "Parcel", "Date", "Product", "Pixels"]
    assert window.classes.table.headerData(4 + 9, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == (
        "9 Cloud, high probability")
    view.sortByColumn(4 + 9, Qt.SortOrder.DescendingOrder)
    assert window.classes.table.record(0).date == DATES[CLOUDY]
    view.clearSelection()
    view.selectRow(0)
    view.setFocus()
    view.actions()[0].trigger()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 2 and lines[0].split("\t")[-2:] == ["Clear", "Verdict"]
    assert lines[1].split("\t")[:4] == [WEST_FIELD, "2019-04-11 10:50", product(CLOUDY), "300"]
    view.clearSelection()
    view.actions()[0].trigger()
    assert len(QApplication.clipboard().text().splitlines()) == 8


def test_the_rows_of_all_parcels_are_saved(window, backend, tmp_path):
    window.classes.save_button.click()
    backend.do_alone()
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 28 and [row["pid"] for row in rows[:4]] == [one.pid for one in PARCELS]
    assert rows[0]["scl_4"] == "300" and rows[0]["verdict"] == "clear"
    assert window.note.text() == f"Saved as {tmp_path / 'table.csv'}"


# ---- the rule --------------------------------------------------------------------------------------------------------


def settled(qtbot, window, desk):
    """The rule of the fields was judged by."""
    qtbot.waitUntil(lambda: bool(desk.waiting), timeout=10000)
    desk.work_off()


def test_another_rule_judges_again_at_once(window, desk, qtbot):
    window.classes.rule_button.click()
    assert window.classes.rule_box.isVisible()
    window.classes.rule_box.share_spin.setValue(100.0)
    settled(qtbot, window, desk)
    assert desk.rule == ClearRule(max_bad_share=1.0), "the tab's desk knows it too"
    assert column(window.parcels.view, 1)[:2] == ["6 / 7", "6 / 7"]
    assert window.classes.bars.describe(DATES[CLOUDY]).startswith("2019-04-11 10:50 UTC: clear")
    assert window.classes.rule_label.text() == "Clear with at most 100.0 % of its pixels in 3, 8, 9, 10, 11."
    assert window.parcels.chosen() == (WEST,)


def test_the_strict_mode_counts_again(window, desk, qtbot):
    window.classes.rule_box.strict_check.click()
    settled(qtbot, window, desk)
    small = [row for row in desk.rows if row.pid == SMALL]
    assert {row.verdict for row in small} != {Verdict.NO_PIXEL} and small[0].pixels > 0


def test_back_to_the_same_rule_asks_nothing(windows, window, desk, qtbot):
    box, (controller,) = window.classes.rule_box, windows._open.values()
    box.strict_check.click()
    box.strict_check.click()
    assert controller._settle.isActive()
    qtbot.waitUntil(lambda: not controller._settle.isActive(), timeout=10000)
    assert desk.waiting == []


def test_a_rule_that_was_cancelled_is_taken_back(window, desk, qtbot):
    window.classes.rule_box.strict_check.click()
    qtbot.waitUntil(lambda: bool(desk.waiting), timeout=10000)
    qtbot.waitUntil(lambda: window.cancel_button.isVisible() and window.bar.isVisible(), timeout=10000)
    window.cancel_button.click()
    desk.work_off()
    assert not window.classes.rule_box.strict_check.isChecked() and not desk.rule.all_touched
    assert not window.bar.isVisible() and window.note.text() == "Cancelled."


# ---- what is missing -------------------------------------------------------------------------------------------------


def test_what_is_missing_and_what_the_source_says_is_a_list_one_may_open(window):
    assert window.notes_button.isVisible() and window.notes_button.text() == "Notes (2)"
    assert not window.notes_list.isVisible()
    window.notes_button.click()
    assert window.notes_list.isVisible()
    assert [window.notes_list.item(row).text() for row in range(2)] == [
        f"2019-04-06, {WEST_FIELD}, {EAST_FIELD}, {SMALL} and 1 more: The image of 2019-04-06 is damaged.",
        "Two tiles were joined."]


def test_failures_of_all_dates_have_no_date_and_equal_ones_are_told_once():
    refused = ChipFailure((0,), None, "No right.")
    failures = [refused, refused, ChipFailure((), None, "So.")]
    assert sentences_of(failures, PARCELS) == (f"{WEST_FIELD}: No right.", "So.")


def test_an_error_is_one_sentence_and_what_was_there_stays(window, desk, qtbot, monkeypatch):
    def refuse(*_args):
        raise ConnectionFailed("The server does not answer.", "Try again later.")

    monkeypatch.setattr(desk.season, "look", refuse)
    window.classes.rule_box.share_spin.setValue(50.0)
    settled(qtbot, window, desk)
    assert window.note.text() == "The server does not answer. Try again later."
    assert column(window.parcels.view, 1)[0] == "4 / 7" and not window.bar.isVisible()


def test_a_season_without_an_acquisition_says_so(windows, tmp_path):
    desk = FakeDesk(make_season(tmp_path, ScenesInMemory(fails=range(8))), BANDS)
    window = windows.show(desk)
    desk.work_off()
    assert column(window.parcels.view, 1) == ["0 / 0"] * 4 and window.classes.table.rowCount() == 0
    assert window.classes.bars.dates == () and "another period" in window.classes.bars.empty_text
    assert not window.grab().toImage().isNull()


# ---- windows ---------------------------------------------------------------------------------------------------------


def test_a_season_has_one_window_and_several_may_be_open(windows, desk, window, tmp_path):
    assert windows.show(desk) is window
    other = windows.show(FakeDesk(make_season(tmp_path / "other"), BANDS, "Another"))
    assert other is not window and other.isVisible() and window.isVisible()
    window.close()
    assert windows.show(desk) is not window, "a closed one is made anew"


def test_closing_cancels_what_runs_and_hears_nothing_of_it(window, desk, qtbot):
    window.classes.rule_box.strict_check.click()
    qtbot.waitUntil(lambda: bool(desk.waiting), timeout=10000)
    running = desk.waiting[0]
    window.close()
    assert running.watch.cancelled()
    desk.work_off()
    assert desk.rule == ClearRule()


def test_a_table_that_is_saved_after_its_window_was_closed_disturbs_nobody(window, backend, tmp_path):
    window.classes.save_button.click()
    gone = []
    window.destroyed.connect(lambda: gone.append(True))
    window.close()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    assert gone
    backend.do_alone()
    assert (tmp_path / "table.csv").stat().st_size > 500


def test_it_fits_a_small_screen(window):
    window.classes.rule_button.click()
    window.notes_button.click()
    for tab in range(3):
        window.tabs.setCurrentIndex(tab)
        QApplication.processEvents()
        assert window.minimumSizeHint().width() <= 1000 and window.minimumSizeHint().height() <= 760


def test_thousands_of_parcels_fill_the_list_and_are_filtered(qgis_app, qtbot):
    from sentinel_workbench.ui.parcel_list import ParcelList
    from sentinel_workbench.ui.season_rows import ParcelCount

    made = ParcelList()
    qtbot.addWidget(made)
    made.show_counts([ParcelCount(number, f"p{number:05d}", number % 7, 7) for number in range(5000)])
    made.choose((4321,))
    made.filter_edit.setText("p0432")
    assert made.table.rowCount() == 10 and made.chosen() == (4321,)
    assert made.all_button.text() == "All parcels (5000)"
