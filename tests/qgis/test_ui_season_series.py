"""The series of a season's window: what is checked is measured, plotted for the chosen parcels, tabled and saved."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from fake_backend import FakeBackend
from fake_season_desk import FakeDesk
from osgeo import ogr
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget
from season_cases import BANDS, CLOUDY, DATES, EAST_FIELD, WEST_FIELD, ScenesInMemory, make_season, pixels

from sentinel_workbench.ui.season_controller import SeasonWindows

WEST, EAST, SMALL_PARCEL = 0, 1, 2


class Case:
    """A window on its series page, the eastern field chosen."""

    def __init__(self, tmp_path, parent) -> None:
        self.source, self.table_name = ScenesInMemory(), str(tmp_path / "table.csv")
        self.desk, self.backend = FakeDesk(make_season(tmp_path / "season", self.source), BANDS), FakeBackend()
        self.windows = SeasonWindows(parent, self.backend, QgsMapCanvas(), lambda *_: "", lambda *_: self.table_name)
        self.window = self.windows.show(self.desk)
        self.desk.work_off()
        self.page = self.window.series
        self.window.parcels.choose((EAST,))
        self.window.tabs.setCurrentWidget(self.page)

    def check(self, *names) -> None:
        items = [self.page.choice.list.item(row) for row in range(self.page.choice.list.count())]
        for item in items:
            item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)

    def measure(self) -> None:
        self.page.choice.measure_button.click()
        self.desk.work_off()

    def lines(self):
        return {line.title: line for line in self.page.plot.lines}


@pytest.fixture
def case(qgis_app, qgis_new_project, qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Case(tmp_path, parent)
    yield made
    made.windows.shut_down()


def ndvi_of(number):
    """Of the eastern field's pixels: columns 74 to 103, rows 24 to 53."""
    red, infrared = (pixels(number, band)[24:54, 74:104].astype(float) for band in ("B04", "B08"))
    return (infrared - red) / (infrared + red)


def test_only_what_the_source_has_bands_for_is_offered(case):
    items = [case.page.choice.list.item(row) for row in range(case.page.choice.list.count())]
    assert [item.text() for item in items] == ["NDVI", "NDWI", "EVI", "SAVI", "B02", "B03", "B04", "B08"]
    assert [item.checkState() == Qt.CheckState.Checked for item in items] == [True] + [False] * 7
    assert items[0].toolTip() == "(B08 - B04) / (B08 + B04)"


def test_the_chosen_parcel_is_measured_at_its_clear_dates(case):
    case.measure()
    assert [parcel.pid for parcel in case.source.orders[-1].parcels] == [EAST_FIELD]
    (line,) = case.page.plot.lines
    assert line.title == EAST_FIELD and [point.date for point in line.points] == [
        date for number, date in enumerate(DATES) if number not in (CLOUDY, 6)]
    point, expected = line.points[0], ndvi_of(0)
    assert point.value == pytest.approx(expected.mean(), abs=1e-6)
    assert point.inner == pytest.approx(np.percentile(expected, (25, 75)), abs=1e-6)
    assert point.outer == pytest.approx(np.percentile(expected, (10, 90)), abs=1e-6)
    assert "900 px" in case.page.plot.describe(DATES[0])
    assert case.page.plot.dates == DATES, "dates without a value have their place, and break the line"
    assert case.page.table.rowCount() == 6


def test_bands_and_own_indices_are_measured_together(case):
    case.check("B04")
    case.page.choice.own_edit.setPlainText("ratio = B08 / B04\n\n(B08 - B03) / (B08 + B03)\nB08 - B03\nB04 = B08")
    case.measure()
    shown = [case.page.shown_combo.itemText(row) for row in range(case.page.shown_combo.count())]
    assert shown == ["B04", "ratio", "index", "index_2", "B04_2", "All together"], "each has a name of its own"
    case.page.shown_combo.setCurrentIndex(1)
    steps = [pixels(0, band)[24:54, 74:104].astype(float) for band in ("B08", "B04")]
    assert case.page.plot.lines[0].points[0].value == pytest.approx((steps[0] / steps[1]).mean(), rel=1e-6)
    case.page.shown_combo.setCurrentIndex(5)
    assert [line.title for line in case.page.plot.lines][:2] == [f"B04, {EAST_FIELD}", f"ratio, {EAST_FIELD}"]


def test_an_evalscript_is_an_index_too(case):
    case.check()
    case.page.choice.own_edit.setPlainText(
        "//VERSION=3\nfunction setup() { return { input: [\"B08\", \"dataMask\"],"
        " output: { bands: 1, sampleType: \"FLOAT32\" } }; }\n"
        "function evaluatePixel(s) { return [2 * s.B08]; }")
    case.measure()
    expected = 2e-4 * pixels(0, "B08")[24:54, 74:104].mean()
    assert case.page.plot.lines[0].points[0].value == pytest.approx(expected, rel=1e-6)


def test_the_page_tells_how_many_images_it_will_ask_for(case):
    note = case.page.choice.note
    assert note.text() == "Images to ask for: about 6"
    case.page.choice.clear_check.click()
    assert note.text() == "Images to ask for: about 8"
    case.window.parcels.choose((EAST, WEST))
    assert note.text() == "Images to ask for: about 8", "neighbours share theirs"
    case.window.parcels.all_button.click()
    assert note.text() == ""
    case.measure()
    assert note.text() == "No parcel is chosen. Choose some on the left, or all here."


def test_what_can_not_be_measured_is_told_before_anything_is_asked(case):
    asked = len(case.source.orders)
    case.check()
    case.measure()
    assert case.page.choice.note.text() == "Nothing is checked. Check a band or an index."
    case.page.choice.own_edit.setPlainText("import os;")
    case.measure()
    assert "'import os;' is no index" in case.page.choice.note.text() and len(case.source.orders) == asked


def test_a_formula_that_fails_is_one_sentence_before_anything_is_fetched(case):
    asked = len(case.source.orders)
    case.check()
    case.page.choice.own_edit.setPlainText("bad = B08 / (")
    case.measure()
    assert "SyntaxError" in case.window.note.text() and "\n" not in case.window.note.text()
    assert case.page.plot.lines == () and len(case.source.orders) == asked


def test_several_parcels_are_compared(case):
    case.window.parcels.choose((EAST, WEST))
    case.measure()
    assert set(case.lines()) == {EAST_FIELD, WEST_FIELD}
    assert len(case.lines()[WEST_FIELD].points) == 5 and len(case.lines()[EAST_FIELD].points) == 6
    case.window.parcels.choose((WEST,))
    assert set(case.lines()) == {WEST_FIELD} and case.page.table.rowCount() == 5
    case.window.parcels.choose((SMALL_PARCEL,))
    assert case.page.plot.lines == () and case.page.plot.empty_text.startswith("These parcels were not measured")


def test_all_parcels_are_measured_and_summed_up(case):
    case.page.choice.parcels_combo.setCurrentIndex(1)
    case.measure()
    assert len(case.source.orders[-1].parcels) == 4
    case.window.parcels.all_button.click()
    (line,) = case.page.plot.lines
    assert line.title == "NDVI of 2 parcels", "the others have no clear date"
    both = {point.pid: point.mean for point in
            (case.page.table.record(row) for row in range(case.page.table.rowCount())) if point.date == DATES[0]}
    assert line.points[0].value == pytest.approx(np.mean(list(both.values()))) and line.points[0].note == "2 parcels"


def test_all_dates_may_be_measured(case):
    case.page.choice.clear_check.click()
    case.measure()
    assert len(case.page.plot.lines[0].points) == 8
    assert case.page.plot.lines[0].points[CLOUDY].value < case.page.plot.lines[0].points[0].value


def test_without_a_clear_date_the_page_says_so(case):
    case.window.parcels.choose((SMALL_PARCEL,))
    case.measure()
    assert case.page.choice.note.text().startswith("No date is clear for these parcels.")


def test_measuring_again_replaces_and_more_parcels_are_added(case):
    case.page.choice.clear_check.click()
    case.measure()
    case.page.choice.clear_check.click()
    case.measure()
    assert len(case.page.plot.lines[0].points) == 6, "cloudy dates of before are gone"
    case.window.parcels.choose((WEST,))
    case.measure()
    case.window.parcels.choose((EAST, WEST))
    assert len(case.lines()) == 2


def test_another_rule_forgets_what_was_measured_by_the_one_before(case, qtbot):
    case.measure()
    case.window.classes.rule_box.share_spin.setValue(100.0)
    qtbot.waitUntil(lambda: bool(case.desk.waiting), timeout=10000)
    case.desk.work_off()
    assert case.page.plot.lines == () and case.page.choice.note.text() == "The rule is another one now: measure again."
    case.measure()
    assert len(case.page.plot.lines[0].points) == 7


def test_a_date_chosen_in_the_plot_or_the_table_is_chosen_everywhere(case):
    case.measure()
    case.page.plot.date_picked.emit(DATES[3])
    assert case.window.classes.bars.current == DATES[3]
    row = case.page.view.currentIndex().row()
    assert case.page.table.record(row).date == DATES[3]
    case.page.view.selectRow(0)
    assert case.page.plot.current == DATES[0] == case.window.classes.bars.current


@pytest.mark.parametrize("ending", ["csv", "gpkg"])
def test_all_that_was_measured_is_saved(case, tmp_path, ending):
    assert not case.page.save_button.isEnabled()
    case.window.parcels.choose((EAST, WEST))
    case.measure()
    case.table_name = str(tmp_path / f"table.{ending}")
    case.page.save_button.click()
    case.backend.do_alone()
    assert case.window.note.text() == f"Saved as {case.table_name}"
    if ending == "csv":
        with open(case.table_name, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 11 and rows[0]["band"] == "NDVI" and [row["pid"] for row in rows[:2]] == [
            WEST_FIELD, EAST_FIELD]
        assert float(rows[1]["mean"]) == pytest.approx(ndvi_of(0).mean(), abs=1e-6)
    else:
        database = ogr.Open(case.table_name)
        assert [database.GetLayer(name).GetFeatureCount() for name in ("series", "parcels")] == [11, 4]


def test_failures_of_measuring_are_told(case):
    case.source.fails = (0,)
    case.measure()
    assert len(case.page.plot.lines[0].points) == 5
    assert case.window.notes_list.item(0).text() == f"2019-04-01, {EAST_FIELD}: The image of 2019-04-01 is damaged."
