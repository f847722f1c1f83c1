"""The Downloads tab across restarts: what ran, failed and was done is there again, and can be gone on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_backend import FakeBackend
from sample_series import series

from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.services.history import OrderHistory
from sentinel_workbench.ui.downloads_controller import DownloadsController
from sentinel_workbench.ui.downloads_panel import DownloadsPanel
from sentinel_workbench.ui.history_keeper import HistoryKeeper


class Session:
    """One start of QGIS on a history folder."""

    def __init__(self, qtbot, folder: Path) -> None:
        self.panel, self.backend = DownloadsPanel(), FakeBackend()
        self.backend.add_connection("My account")
        qtbot.addWidget(self.panel)
        self.panel.show()
        self.controller = DownloadsController(
            self.panel, self.backend, lambda url: True,
            HistoryKeeper(OrderHistory(folder), self.backend, self.panel),
        )

    def read_history(self, qtbot, orders: int) -> None:
        self.backend.do_alone()
        qtbot.waitUntil(lambda: self.panel.tree.topLevelItemCount() == orders, timeout=5000)
        if orders:
            self.panel.tree.setCurrentItem(self.panel.tree.topLevelItem(0))

    def row(self, number: int = 0) -> str:
        return self.panel.tree.topLevelItem(number).text(0)

    def slots(self, number: int = 0):
        item = self.panel.tree.topLevelItem(number)
        return [item.child(row).text(1) for row in range(item.childCount())]

    def can(self, name: str) -> bool:
        return self.panel.buttons[name].isEnabled()


@pytest.fixture
def folder(qgis_app, tmp_path):
    return tmp_path / "history"


def run_order(session: Session, result, folder=None, end=True):
    session.controller.start(result.order, "My account", folder)
    running = session.backend.series[-1]
    for slot, image in enumerate(result.images):
        running.images[slot] = image
        running.callbacks.on_image(slot, image)
    return running.end(folder=folder) if end else None


def test_a_finished_order_is_there_after_a_restart_and_its_failed_slots_can_be_retried(qtbot, folder, tmp_path):
    result = series(tmp_path, failed=(1,))
    first = Session(qtbot, folder)
    run_order(first, result, tmp_path)
    first.controller.shut_down()

    second = Session(qtbot, folder)
    second.read_history(qtbot, 1)
    assert second.row() == "2 of 3 done, 1 failed: True colour, Betsiboka, 2019"
    assert second.slots() == ["done", "failed: The hub is down.", "done"]
    assert "The hub is down." in second.panel.details.toPlainText()
    assert second.can("add") and second.can("retry") and second.can("folder") and second.can("sheet")
    second.panel.buttons["retry"].click()
    again = second.backend.series[0]
    assert again.only == (1,) and again.connection_name == "My account" and again.folder == tmp_path
    assert again.previous.images == result.images
    again.finish(1)
    again.end()
    second.controller.shut_down()

    third = Session(qtbot, folder)
    third.read_history(qtbot, 1)
    assert third.slots()[1].startswith("failed: Its file is not there any more.")


def test_images_are_added_again_as_they_were(qtbot, folder, tmp_path):
    result = series(tmp_path)
    first = Session(qtbot, folder)
    run_order(first, result)
    first.controller.shut_down()
    second = Session(qtbot, folder)
    second.read_history(qtbot, 1)
    second.panel.buttons["add"].click()
    assert second.backend.added[0].result == result
    assert not second.can("retry")


def test_an_order_that_was_running_when_qgis_died_goes_on(qtbot, folder, tmp_path):
    """No shut_down: only what was written while it ran is left."""
    result = series(tmp_path)
    first = Session(qtbot, folder)
    first.controller.start(result.order, "My account", None)
    running = first.backend.series[0]
    running.images[0] = result.images[0]
    running.callbacks.on_image(0, result.images[0])
    qtbot.waitUntil(lambda: any(kept.images[0] for kept in OrderHistory(folder).all()), timeout=10_000)

    second = Session(qtbot, folder)
    second.read_history(qtbot, 1)
    assert second.row().startswith("1 of 3 done")
    assert second.slots() == ["done", "not done", "not done"]
    second.panel.buttons["retry"].click()
    assert second.backend.series[0].only == (1, 2)
    assert [image.state for image in second.backend.series[0].previous.images] == [
        State.DONE, State.CANCELLED, State.CANCELLED]
    first.controller.shut_down()


def test_closing_keeps_what_a_running_order_has(qtbot, folder, tmp_path):
    result = series(tmp_path)
    first = Session(qtbot, folder)
    run_order(first, result, end=False)
    first.controller.shut_down()
    second = Session(qtbot, folder)
    second.read_history(qtbot, 1)
    assert second.slots() == ["done"] * 3


def test_a_connection_that_is_gone_is_the_reason(qtbot, folder, tmp_path):
    first = Session(qtbot, folder)
    run_order(first, series(tmp_path, failed=(0,)))
    first.controller.shut_down()
    second = Session(qtbot, folder)
    second.backend.delete_connection("My account")
    second.read_history(qtbot, 1)
    assert not second.can("retry")
    assert second.panel.buttons["retry"].toolTip() == \
        "The connection 'My account' is not there now. Start or make it again."
    assert second.can("add")


def test_earlier_orders_stand_below_new_ones_and_are_told_apart(qtbot, folder, tmp_path):
    first = Session(qtbot, folder)
    run_order(first, series(tmp_path))
    run_order(first, series(tmp_path, failed=(0,)))
    first.controller.shut_down()
    second = Session(qtbot, folder)
    second.controller.start(replace(series(tmp_path).order, title="New"), "My account", None)
    second.read_history(qtbot, 3)
    assert [second.row(number).split(":")[0] for number in range(3)] == [
        "0 of 3 done", "2 of 3 done, 1 failed", "3 of 3 done"]
    shown = []
    for kind in range(4):
        second.panel.filter_combo.setCurrentIndex(kind)
        shown.append([not second.panel.tree.topLevelItem(number).isHidden() for number in range(3)])
    assert shown == [[True] * 3, [True, False, False], [False, True, False], [False, False, True]]


def test_a_forgotten_order_does_not_come_back(qtbot, folder, tmp_path):
    first = Session(qtbot, folder)
    result = series(tmp_path)
    run_order(first, result)
    first.panel.buttons["remove"].click()
    assert first.panel.tree.topLevelItemCount() == 0 and not first.can("add")
    assert first.panel.empty_label.isVisible()
    first.controller.shut_down()
    second = Session(qtbot, folder)
    second.read_history(qtbot, 0)
    assert second.panel.tree.topLevelItemCount() == 0
    assert all(path.exists() for image in result.images for path in image.rasters.values())


def test_a_history_that_can_not_be_written_spoils_no_order(qtbot, folder, tmp_path):
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    session = Session(qtbot, folder)
    delivered = run_order(session, series(tmp_path))
    session.controller.shut_down()
    assert session.backend.added == [delivered]
    assert any("history" in line for line in session.backend.logged)
