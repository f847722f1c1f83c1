"""Plots over time: axes, gaps, marks that need no colour, keys and pointer."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPalette
from qgis.PyQt.QtTest import QTest

from sentinel_workbench.core.services.scl_histogram import Verdict
from sentinel_workbench.ui.plot_marks import VERDICT_SIGNS, paint_marker, paint_verdict
from sentinel_workbench.ui.series_plot import PlotLine, PlotPoint, SeriesPlot, runs_of
from sentinel_workbench.ui.time_axis import TimeAxis, ticks_of
from sentinel_workbench.ui.value_axis import labels_of, round_values, spanning

FIRST = dt.datetime(2019, 4, 1, 10, 50, tzinfo=dt.timezone.utc)
DATES = tuple(FIRST + dt.timedelta(days=5 * number) for number in range(6))


def points(values, dates=DATES):
    return tuple(
        PlotPoint(date, value, (value - 0.1, value + 0.1), (value - 0.2, value + 0.2), "187 px")
        for date, value in zip(dates, values)
    )


@pytest.fixture
def plot(qgis_app, qtbot):
    made = SeriesPlot("plot", "NDVI over time")
    qtbot.addWidget(made)
    made.resize(500, 260)
    made.show_lines([PlotLine("parcel a", points([0.2, 0.3, math.nan, 0.5, 0.6, 0.7]))], DATES, "NDVI")
    made.show()
    return made


def pictured(widget) -> QImage:
    return widget.grab().toImage()


# ---- axes ------------------------------------------------------------------------------------------------------------


def test_a_day_lies_at_its_noon_and_a_moment_where_it_is():
    axis = TimeAxis(dt.date(2019, 1, 1), dt.date(2019, 1, 10), 0.0, 100.0)
    assert axis.x(dt.date(2019, 1, 1)) == 5.0 and axis.x(dt.date(2019, 1, 10)) == 95.0
    assert axis.x(dt.datetime(2019, 1, 2, tzinfo=dt.timezone.utc)) == 10.0


@given(st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)), st.integers(0, 4000), st.integers(2, 20))
def test_ticks_are_within_and_never_more_than_there_is_room_for(first, days, most):
    last = first + dt.timedelta(days=days)
    ticks = ticks_of(first, last, most)
    assert all(first <= day <= last for day, _ in ticks) and len(ticks) <= max(most, 2)
    assert [day for day, _ in ticks] == sorted({day for day, _ in ticks})


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 20))
def test_values_to_mark_are_round_within_and_told_apart(low, span, most):
    ticks = round_values(low, low + span, most)
    assert len(ticks) <= most + 1 and all(low - span * 1e-6 <= tick <= low + span * 1.000001 for tick in ticks)
    labels = labels_of(ticks)
    assert len(set(labels)) == len(labels) or span < abs(low) * 1e-9


def test_an_axis_holds_all_numbers_and_begins_at_nothing_where_that_is_near():
    assert spanning([0.2, 0.8, math.nan], 100, 0).low == 0.0
    assert spanning([0.8, 0.9], 100, 0).low > 0.7
    assert spanning([-0.3, 0.5], 100, 0).low < -0.3
    for values in ([], [math.nan], [4.0], [0.0]):
        axis = spanning(values, 100, 0)
        assert axis.low < axis.high and all(math.isfinite(axis.y(v)) for v in values if math.isfinite(v))


# ---- lines -----------------------------------------------------------------------------------------------------------


def test_a_date_without_a_value_breaks_the_line():
    line = points([0.2, 0.3, math.nan, 0.5, 0.6, 0.7])
    assert [[point.value for point in run] for run in runs_of(line, DATES)] == [[0.2, 0.3], [0.5, 0.6, 0.7]]
    skipped = [point for point in line if point.date != DATES[4]]
    assert [len(run) for run in runs_of(skipped, DATES)] == [2, 1, 1]
    assert runs_of([], DATES) == []


def test_no_line_is_drawn_over_a_gap(plot):
    axis, image = plot.axis(), pictured(plot)
    line = QColor("#0072b2")

    def is_line(x):
        column = [image.pixelColor(round(x), y) for y in range(int(plot.top_px()), int(plot.base()))]
        return any(abs(one.red() - line.red()) < 20 and abs(one.blue() - line.blue()) < 20 for one in column)

    middle = (axis.x(DATES[0]) + axis.x(DATES[1])) / 2
    assert is_line(middle) and not is_line(axis.x(DATES[2]))


def test_hovering_tells_value_spread_and_pixels(plot):
    told = plot.describe(DATES[1])
    assert told.splitlines()[0] == "2019-04-06 10:50 UTC"
    assert told.splitlines()[1] == "parcel a: 0.3, p25–p75 0.2–0.4, p10–p90 0.1–0.5, 187 px"
    assert plot.describe(DATES[2]).endswith("parcel a: no value")


def test_a_click_and_the_arrow_keys_choose_dates(plot):
    heard = []
    plot.date_picked.connect(heard.append)
    place = QPoint(round(plot.axis().x(DATES[3])), 120)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End,
                Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert heard == [DATES[number] for number in (3, 4, 3, 2, 0, 0, 5, 5)]
    assert plot.current == DATES[5] and "0.7" in plot.accessibleDescription()


def test_far_from_every_date_a_click_chooses_none(qgis_app, qtbot):
    plot = SeriesPlot("plot", "two dates")
    qtbot.addWidget(plot)
    plot.resize(600, 200)
    far = (FIRST, FIRST + dt.timedelta(days=300))
    plot.show_lines([PlotLine("a", points([1.0, 2.0], far))])
    assert plot.nearest(plot.axis().x(far[0]) + 10) == far[0]
    assert plot.nearest(plot.width() / 2) is None


def test_choosing_from_outside_is_not_told_again(plot):
    heard = []
    plot.date_picked.connect(heard.append)
    before = pictured(plot)
    plot.choose(DATES[4])
    assert heard == [] and pictured(plot) != before
    plot.choose(FIRST + dt.timedelta(days=999))
    assert plot.current is None


def test_without_lines_the_plot_says_what_to_do(plot):
    plot.empty_text = "Measure first."
    drawn = pictured(plot)
    plot.show_lines([])
    assert plot.dates == () and pictured(plot) != drawn
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.current is None


def test_many_long_titles_leave_room_for_the_plot(plot):
    lines = [PlotLine(f"parcel with the long name {number:04d}", points([0.1 * number] * 6)) for number in range(8)]
    plot.show_lines(lines, DATES)
    plot.resize(320, 260)
    assert plot.top_px() < plot.base() - 20


@pytest.mark.parametrize("base, text", [("#ffffff", "#000000"), ("#1e1e1e", "#f0f0f0")])
def test_lines_stand_out_from_light_and_dark_paper(plot, base, text):
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    palette.setColor(QPalette.ColorRole.Text, QColor(text))
    plot.setPalette(palette)
    paper = QColor(base)
    assert pictured(plot).pixelColor(plot.width() - 2, int(plot.top_px()) + 2) == paper
    for number in range(8):
        assert abs(plot._colour(number).lightness() - paper.lightness()) > 40


# ---- marks -----------------------------------------------------------------------------------------------------------


def shape_of(paint) -> tuple:
    """Which pixels are painted, whatever their colour."""
    image = QImage(24, 24, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return tuple(image.pixelColor(x, y).lightness() < 240 for y in range(24) for x in range(24))


def test_verdicts_are_told_apart_without_colour(qgis_app):
    shapes = {shape_of(lambda p, v=v: paint_verdict(p, QPointF(12, 12), v, 7.0)) for v in Verdict}
    assert len(shapes) == len(Verdict) == len(set(VERDICT_SIGNS.values()))


def test_four_lines_in_a_row_have_markers_of_their_own(qgis_app):
    black = QColor("black")
    shapes = {shape_of(lambda p, n=n: paint_marker(p, QPointF(12, 12), n, black, 7.0)) for n in range(4)}
    assert len(shapes) == 4
