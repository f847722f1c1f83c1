"""The Downloads tab: progress, cancel, retry, errors, adding to the map."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.PyQt.QtCore import Qt

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.projection import grid_for_resolution
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months, parse_instant
from sentinel_workbench.ui.downloads_controller import DownloadsController, slot_label
from sentinel_workbench.ui.downloads_panel import DownloadsPanel
from sentinel_workbench.ui.progress_delegate import FRACTION

SCRIPT = "//VERSION=3\nfunction setup() { return {input: ['B02'], output: {bands: 1}}; }\n" \
         "function evaluatePixel(s) { return [s.B02]; }"


def an_order(last="2019-03-31"):
    image = ImageOrder(grid_for_resolution(BBox(*DEMO_AREA), 60), (DataSource("sentinel-2-l2a"),), SCRIPT)
    return SeriesOrder(image, calendar_months(TimeRange.of_days("2019-01-01", last)), "Blue, 2019")


@pytest.fixture
def opened():
    return []


@pytest.fixture
def tab(qgis_app, qtbot, opened):
    panel, backend = DownloadsPanel(), FakeBackend()
    backend.add_connection("hub")
    qtbot.addWidget(panel)
    panel.show()
    controller = DownloadsController(panel, backend, lambda url: opened.append(url.toLocalFile()))
    return panel, backend, controller


def click(qtbot, panel, name):
    qtbot.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)


def slot_state(panel, slot):
    return panel.tree.topLevelItem(0).child(slot).text(1)


def test_slots_show_their_own_progress(tab):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    backend.series[0].callbacks.on_progress(1, 0.25, "downloading")
    assert [slot_state(panel, slot) for slot in range(3)] == ["waiting", "downloading", "waiting"]
    assert panel.tree.topLevelItem(0).child(1).data(1, FRACTION) == 0.25
    assert panel.bar.value() == 8
    backend.series[0].finish(1, area_cloud_percent=3.4)
    backend.series[0].callbacks.on_progress(1, 0.5, "late")
    assert slot_state(panel, 1) == "done, 3 % cloud"


def test_what_is_done_is_added_when_the_order_ends(tab):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    for slot in range(3):
        backend.series[0].finish(slot)
    delivered = backend.series[0].end()
    assert backend.added == [delivered]
    assert panel.buttons["add"].isEnabled()
    assert not panel.buttons["cancel"].isEnabled() and not panel.buttons["retry"].isEnabled()
    assert panel.buttons["cancel"].toolTip() == "This order is not running."


def test_cancel_keeps_what_is_done(tab, qtbot):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    backend.series[0].finish(0)
    click(qtbot, panel, "cancel")
    assert backend.series[0].cancelled
    assert not panel.buttons["cancel"].isEnabled()
    backend.series[0].end()
    assert [slot_state(panel, slot) for slot in range(3)] == ["done", "cancelled", "cancelled"]
    assert len(backend.added) == 1


def test_only_failed_slots_are_retried_and_the_others_kept(tab, qtbot):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", Path("/nowhere"))
    backend.series[0].finish(0)
    backend.series[0].finish(1, State.FAILED, error="The service is not available.")
    backend.series[0].finish(2)
    first = backend.series[0].end()
    click(qtbot, panel, "retry")
    again = backend.series[1]
    assert (again.only, again.previous, again.folder) == ((1,), first.result, Path("/nowhere"))
    assert slot_state(panel, 1) == "waiting" and slot_state(panel, 0) == "done"
    again.finish(1)
    again.end()
    assert panel.tree.topLevelItem(0).text(0).startswith("3 of 3 done")
    assert not panel.buttons["retry"].isEnabled()


def test_an_error_is_a_sentence_in_full(tab):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    sentence = "Failed to evaluate script! evalscript.js:20: TypeError: x is undefined. Correct the script."
    for slot in range(3):
        backend.series[0].finish(slot, State.FAILED, error=sentence)
    backend.series[0].end()
    assert panel.details.isVisible() and panel.details.toPlainText() == sentence
    assert panel.tree.topLevelItem(0).child(2).toolTip(1) == sentence
    assert backend.added == []


def test_an_order_that_failed_as_a_whole_tells_the_message_bar(tab, qtbot):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    with qtbot.waitSignal(controller.message) as told:
        backend.series[0].end(error="The secret was refused.")
    assert told.args == ["The secret was refused.", True]
    assert panel.details.toPlainText() == "The secret was refused."


def test_buttons_act_on_the_selected_order(tab, qtbot, opened):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    backend.series[0].finish(0)
    backend.series[0].end(folder=Path("/nowhere/first"))
    controller.start(an_order("2019-02-28"), "hub", None)
    assert panel.buttons["cancel"].isEnabled() and not panel.buttons["folder"].isEnabled()
    panel.tree.setCurrentItem(panel.tree.topLevelItem(1).child(0))
    assert not panel.buttons["cancel"].isEnabled()
    click(qtbot, panel, "folder")
    assert opened == ["/nowhere/first"]


def test_nothing_is_heard_after_shut_down(tab):
    panel, backend, controller = tab
    controller.start(an_order(), "hub", None)
    controller.shut_down()
    assert backend.series[0].cancelled
    backend.series[0].finish(0)
    backend.series[0].end()
    assert backend.added == [] and slot_state(panel, 0) == "waiting"


@pytest.mark.parametrize("first, last, label", [
    ("2019-02-01", "2019-02-28", "2019-02"),
    ("2020-02-01", "2020-02-28", "2020-02-01 to 02-28"),
    ("2019-01-05", "2019-02-03", "2019-01-05 to 02-03"),
    ("2019-12-25", "2020-01-03", "2019-12-25 to 2020-01-03"),
])
def test_slot_labels(first, last, label):
    assert slot_label(TimeRange.of_days(first, last)) == label


def test_slot_label_of_a_part_of_a_month_at_noon():
    noon = parse_instant("2019-01-01T12:00:00Z")
    assert slot_label(TimeRange(noon, noon + dt.timedelta(days=3))) == "2019-01-01 to 01-04"


def test_orders_of_an_account_without_units_are_stopped_with_one_sentence(tab):
    panel, backend, controller = tab
    backend.add_connection("another")
    told = []
    controller.message.connect(lambda text, is_error: told.append((text, is_error)))
    for name in ("hub", "hub", "another"):
        controller.start(an_order(), name, None)
    first, second, elsewhere = backend.series
    first.finish(0)
    for slot in (1, 2):
        first.finish(slot, State.FAILED, "No units left.")
    first.end(stopped_by="No units left.")
    assert second.cancelled and not elsewhere.cancelled
    second.finish(0, State.FAILED, "No units left.")
    second.end(stopped_by="No units left.")
    assert told == [("No units left.", True)]
    controller.retry(1)
    assert backend.series[-1].order == an_order() and controller.order(1) == an_order()
